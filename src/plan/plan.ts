/** The plan: a schema-checked proposal that a person can approve, edit or reject, and a work budget: the minutes
 *  are turned into a fixed schedule before anyone approves, so that plan, data and seed alone decide the result. */
import { z } from 'zod';
import { Experiment } from '../ml/experiment.ts';
import { Calibration } from '../ml/tuning/calibration.ts';
import { Parameters, SearchSpace } from '../ml/tuning/distributions.ts';
import { SamplerName } from '../ml/tuning/samplers/sampler.ts';
import { Family, PrunerName } from '../ml/tuning/trial.ts';
import { EstimateError } from './estimate-error.ts';
import { EarlierTrials, Improvement, Start } from './improvement.ts';
import { Price } from './price.ts';

export const Candidate = z.object({
  family: Family,
  /** Trials of this family: the first ones take `defaults` in order, the rest are drawn from `space` by the
   *  plan's sampler. */
  trials: z.number().int().min(1),
  /** Tried before the defaults: settings of earlier runs, as they were or changed. */
  starts: z.array(Start).exactOptional(),
  defaults: z.array(Parameters),
  space: SearchSpace,
  /** What drawn settings have beside what is drawn; absent for those of the first default. */
  base: Parameters.exactOptional(),
  /** What the sampler knows before the first trial. */
  earlier: EarlierTrials.exactOptional(),
  /** Why this family is worth trying on this data, one sentence. */
  reason: z.string(),
});
export type Candidate = z.infer<typeof Candidate>;

export const Plan = z.object({
  format: z.literal(1),
  goal: z.string(),
  dataset: z.object({
    /** SHA-256 of the file's bytes, hex. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string(),
    rows: z.number().int(),
    columns: z.number().int(),
  }),
  experiment: Experiment,
  /** Columns that no model will see, each with its reason. */
  dropped: z.array(z.object({ column: z.string(), reason: z.string() })),
  candidates: z.array(Candidate).min(1),
  /** The encoder that these columns of texts are read with before the trials; absent where none is used. */
  sentences: z.object({ model: z.string(), columns: z.array(z.string()).min(1) }).exactOptional(),
  /** The pretrained network that looks at this column of pictures; absent where none is used. */
  backbone: z.object({ id: z.string(), column: z.string() }).exactOptional(),
  sampler: SamplerName,
  pruner: PrunerName,
  /** The run that this plan continues, and what it does otherwise; absent in a plan of its own. */
  improves: Improvement.exactOptional(),
  /** Runs before this one whose models were judged on the same held-out rows. */
  looks: z.array(z.number().int()).exactOptional(),
  /** Each choice in a sentence a person can disagree with: split, metric, preprocessing, evaluation... */
  reasons: z.array(z.object({ choice: z.string(), value: z.string(), reason: z.string() })),
  budget: z.object({
    /** The hard stop of the wall clock. */
    seconds: z.number().int(),
    /** Trials that run side by side, one thread each. Does not change any result. */
    threads: z.number().int().min(1),
    /** Of all threads together; absent where nobody set a limit, like the two below. */
    cpuSeconds: z.number().positive().exactOptional(),
    /** What trials hold side by side. */
    memoryMb: z.number().positive().exactOptional(),
    /** The most that the run may cost, in the currency of `price`. */
    cost: z.number().positive().exactOptional(),
  }),
  /** Of a core-hour, when the plan was made; absent where none is configured. */
  price: Price.exactOptional(),
  estimate: z.object({
    seconds: z.number(),
    lowSeconds: z.number(),
    highSeconds: z.number(),
    memoryMb: z.number(),
    /** Wall seconds of choosing the model, training its members again and judging it; part of `seconds`. */
    finishSeconds: z.number().nonnegative(),
    /** Of the nested cross-validation; part of `finishSeconds`. */
    nestedSeconds: z.number().nonnegative().exactOptional(),
    /** What the calibration says of the whole run, before earlier runs correct it. */
    calibratedSeconds: z.number().exactOptional(),
    /** Of all threads together, the finish included, and of the finish alone. */
    cpuSeconds: z.number().nonnegative().exactOptional(),
    finishCpuSeconds: z.number().nonnegative().exactOptional(),
    /** What earlier estimates were off by, as `seconds` and its range were made with it. */
    error: EstimateError.exactOptional(),
    /** What studies of the model may take of `finishSeconds`, and what a trial costs in this plan as a share of what the
     *  calibration measured; absent where the budget leaves no time for any. */
    studies: z.object({ seconds: z.number().positive(), costShare: z.number().positive() }).exactOptional(),
    calibration: Calibration,
  }),
  versions: z.record(z.string(), z.string()),
});
export type Plan = z.infer<typeof Plan>;

/** A plan as proposed in a thread. The id is derived from thread, version and content, so an edited plan has a new
 *  id and the buttons of an older card name a plan that is no longer current. */
export const PlanRecord = z.object({
  id: z.string(),
  threadId: z.string(),
  /** Counts from 1 in its thread. */
  version: z.number().int().min(1),
  /** SHA-256 of the plan's canonical JSON, hex. */
  hash: z.string(),
  plan: Plan,
  status: z.enum(['proposed', 'approved', 'rejected', 'superseded']),
  proposedAt: z.iso.datetime(),
  decision: z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string().nullable() }).nullable(),
});
export type PlanRecord = z.infer<typeof PlanRecord>;
