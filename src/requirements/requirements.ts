/** What the person wants: goal, target, metric, constraints, budget, and what exists today. Null means "not said";
 *  what the data answers by itself is never asked (see questions.ts). */
import { z } from 'zod';
import { MetricName, MOST_REPEATS, Recalibration, Split } from '../ml/experiment.ts';
import { Gap } from '../ml/gap.ts';
import { ParameterValue } from '../ml/tuning/distributions.ts';
import { SamplerName } from '../ml/tuning/samplers/sampler.ts';
import { Family, PrunerName } from '../ml/tuning/trial.ts';
import type { TargetProfile } from '../profile/profile.ts';

/** What a person decided about a suspicious column. `known` means: its value is known at prediction time. */
export const ColumnDecision = z.enum(['keep', 'drop', 'known']);
export type ColumnDecision = z.infer<typeof ColumnDecision>;

const HORIZON_RANGE = 'A forecast may reach from 1 to 1,000 steps ahead.';
/** How far ahead, in the unit that the person used; `step` counts the rows of the data. */
export const Horizon = z.object({
  count: z.number().int(HORIZON_RANGE).min(1, HORIZON_RANGE).max(1000, HORIZON_RANGE),
  unit: z.enum(['step', 'hour', 'day', 'week', 'month', 'quarter', 'year']),
});
export type Horizon = z.infer<typeof Horizon>;

const TOO_LONG = 'Please say that in at most 500 characters.';
const words = z.string().max(500, TOO_LONG);
const BUDGET_RANGE = 'A run may take from 10 seconds to one day.';
/** Of more, each would have few rows. */
export const MOST_SHARDS = 16;
const SHARDS_RANGE = `Rows can be divided into 1 to ${MOST_SHARDS} parts.`;
const TRIALS_RANGE = 'A plan has from 1 to 1,000 trials.';
const CPU_RANGE = 'CPU time is limited to between 5 seconds and 100 days.';
const MEMORY_RANGE = 'Memory is limited to between 64 and 10,000,000 MB.';
const COST_LIMIT_RANGE = 'The most that a run may cost is a number above 0.';
const NO_CHOICE = 'A search needs at least one choice.';
const TEST_ROWS_RANGE = 'A test set has from 1 to a billion rows.';
const COSTS_RANGE = 'The cost of a mistake is a number above 0.';
const GAIN_RANGE = 'The least useful gain cannot be negative.';
const REPEATS_RANGE = `Folds are drawn from 1 to ${MOST_REPEATS} times.`;
const NESTED_RANGE = 'Nested cross-validation has from 2 to 20 outer folds, or 0 for none.';
const GAP_RANGE = 'A gap is a number from 0 to a billion.';
const SEED_RANGE = 'A seed is a whole number from 0 to 4,294,967,295.';

/** The messages of its checks are sentences for the person. */
export const Requirements = z.object({
  /** The request in the person's words, at most 500 characters. */
  goal: words,
  target: z.string().nullable(),
  metric: MetricName.nullable(),
  /** What a wrong prediction costs, in the person's words. */
  businessMeaning: words.nullable(),
  /** Where and how fast predictions are needed, in the person's words. */
  deployment: words.nullable(),
  /** The person's own choice of split, which overrides what the profile demands. */
  split: Split.nullable(),
  /** What must lie between training and judged rows in a split by time; a size of 0 means none. */
  gap: Gap.extend({ size: z.number().min(0, GAP_RANGE).max(1e9, GAP_RANGE) }).nullable(),
  /** How often the folds are drawn. */
  repeats: z.number().int(REPEATS_RANGE).min(1, REPEATS_RANGE).max(MOST_REPEATS, REPEATS_RANGE).nullable(),
  /** Outer folds of a nested cross-validation; 0 for none. */
  nested: z
    .number()
    .int(NESTED_RANGE)
    .min(0, NESTED_RANGE)
    .max(20, NESTED_RANGE)
    .refine((folds) => folds !== 1, NESTED_RANGE)
    .nullable(),
  columnDecisions: z.record(z.string(), ColumnDecision),
  /** Wall seconds that a run may take. */
  budgetSeconds: z.number().int(BUDGET_RANGE).min(10, BUDGET_RANGE).max(86_400, BUDGET_RANGE).nullable(),
  /** CPU seconds of all threads together, MB that trials may hold side by side, and what a run may cost in the configured
   *  currency; null for no limit of that kind. */
  cpuSeconds: z.number(CPU_RANGE).min(5, CPU_RANGE).max(8_640_000, CPU_RANGE).nullable(),
  memoryMb: z.number().int(MEMORY_RANGE).min(64, MEMORY_RANGE).max(10_000_000, MEMORY_RANGE).nullable(),
  costLimit: z.number(COST_LIMIT_RANGE).positive(COST_LIMIT_RANGE).max(1e9, COST_LIMIT_RANGE).nullable(),
  /** An existing model and its score as claimed, and the wanted score, as fractions for score-like metrics. */
  existing: z
    .object({
      metric: MetricName.nullable(),
      score: z.number(),
      wanted: z.number().nullable(),
      /** Rows that the claimed score was measured on, if that was said. */
      rows: z.number().int(TEST_ROWS_RANGE).min(1, TEST_ROWS_RANGE).max(1e9, TEST_ROWS_RANGE).exactOptional(),
      /** The least gain over that model that would be worth a new one, in the metric's own unit. */
      leastGain: z.number().min(0, GAIN_RANGE).exactOptional(),
    })
    .nullable(),
  /** What a missed row of the positive class and a false alarm cost, in the person's own currency. */
  costs: z
    .object({ missed: z.number().positive(COSTS_RANGE), falseAlarm: z.number().positive(COSTS_RANGE) })
    .nullable(),
  /** Plan edits by a person; null means "you choose". */
  families: z.array(Family).min(1).nullable(),
  trials: z.number().int(TRIALS_RANGE).min(1, TRIALS_RANGE).max(1000, TRIALS_RANGE).nullable(),
  /** Values to come are wanted, not values of rows that lack them. What is null is chosen. Unless `insists`, that only
   *  holds where the data is found to be series: "in the next 30 days" may also be a part of what the target means. */
  forecast: z
    .object({
      horizon: Horizon.nullable(),
      time: z.string().nullable(),
      series: z.string().nullable(),
      insists: z.boolean(),
    })
    .nullable(),
  /** The rows of one value of `id` are a recording, and one prediction is wanted for each of those. */
  windows: z.object({ id: z.string(), order: z.string().nullable() }).nullable(),
  /** Parts of the search space that a person has set, by family and hyperparameter. */
  ranges: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.union([
          z.object({ low: z.number(), high: z.number() }),
          z.object({ choices: z.array(ParameterValue).min(1, NO_CHOICE) }),
        ]),
      ),
    )
    .nullable(),
  /** How settings beyond the defaults are found. */
  sampler: SamplerName.nullable(),
  /** The run that the next plan goes on from, by its number, or `nothing` for one that forgets all earlier runs; null where
   *  it begins with the best settings of earlier runs on such data, if there are any. */
  startsFrom: z.union([z.literal('nothing'), z.number().int().min(1)]).nullable(),
  /** Whether trials that are behind end after some of their folds. */
  pruner: PrunerName.nullable(),
  /** Parts that the rows of networks are divided into, 1 for none. */
  shards: z.number().int(SHARDS_RANGE).min(1, SHARDS_RANGE).max(MOST_SHARDS, SHARDS_RANGE).nullable(),
  /** Whether the run may end with several trials as one model, or must with the best one. */
  finish: z.enum(['ensemble', 'single']).nullable(),
  /** Whether probabilities are corrected, and how. */
  recalibration: Recalibration.nullable(),
  /** Columns by whose groups it is reported how people are treated; null means that nobody has said. */
  sensitive: z.array(z.string()).max(20, 'At most 20 columns can be sensitive.').nullable(),
  seed: z.number().int(SEED_RANGE).min(0, SEED_RANGE).max(0xffffffff, SEED_RANGE).nullable(),
});
export type Requirements = z.infer<typeof Requirements>;

/** What one message or one modal changes; members that are left out stay as they are. */
export const RequirementsChange = Requirements.partial();
export type RequirementsChange = z.infer<typeof RequirementsChange>;

/** Whether values to come are to be planned for this target. */
export function wantsForecast(
  { forecast, windows }: Pick<Requirements, 'forecast'> & Partial<Pick<Requirements, 'windows'>>,
  { series }: Pick<TargetProfile, 'series'>,
): boolean {
  return (
    !windows && forecast !== null && series !== undefined && (forecast.insists || series.found.length > 0)
  );
}

/** Nothing said yet. */
export const NO_REQUIREMENTS: Requirements = {
  goal: '',
  target: null,
  metric: null,
  businessMeaning: null,
  deployment: null,
  split: null,
  gap: null,
  repeats: null,
  nested: null,
  columnDecisions: {},
  budgetSeconds: null,
  cpuSeconds: null,
  memoryMb: null,
  costLimit: null,
  existing: null,
  costs: null,
  families: null,
  trials: null,
  forecast: null,
  windows: null,
  ranges: null,
  sampler: null,
  pruner: null,
  shards: null,
  startsFrom: null,
  finish: null,
  recalibration: null,
  sensitive: null,
  seed: null,
};

/** What was said takes the place of what was wanted before; decisions about single columns add up. */
export function changeRequirements(requirements: Requirements, change: RequirementsChange): Requirements {
  const said = Object.entries(change).filter(([, value]) => value !== undefined);
  const columnDecisions = { ...requirements.columnDecisions, ...change.columnDecisions };
  const changed: Requirements = { ...requirements, ...Object.fromEntries(said), columnDecisions };
  const { existing } = changed;
  // A form that leaves the metric open speaks of the one that the score was given in before.
  const metric = existing?.metric ?? requirements.existing?.metric ?? null;
  return existing ? { ...changed, existing: { ...existing, metric } } : changed;
}
