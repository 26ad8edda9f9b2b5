import { z } from 'zod';
import { MetricName, Recalibration } from '../../../ml/experiment.ts';
import { SamplerName } from '../../../ml/tuning/samplers/sampler.ts';
import { Family, PrunerName } from '../../../ml/tuning/trial.ts';
import { readRanges } from '../../../plan/space-edit.ts';
import { GAP_EXAMPLES, readGap } from '../../../requirements/gap-words.ts';
import type { Requirements } from '../../../requirements/requirements.ts';
import { RequirementsChange } from '../../../requirements/requirements.ts';
import { defineTool, mistake, toldReplies, toldSentence } from '../tool.ts';

const WHATS = [
  'goal',
  'target',
  'metric',
  'cost_of_mistakes',
  'deployment',
  'split',
  'gap',
  'repeats',
  'nested_folds',
  'drop_column',
  'keep_column',
  'known_column',
  'budget_seconds',
  'cpu_seconds',
  'memory_mb',
  'cost_limit',
  'search_ranges',
  'existing_metric',
  'existing_score',
  'wanted_score',
  'families',
  'trials',
  'sampler',
  'finish',
  'seed',
  'forecast_horizon',
  'forecast_time',
  'forecast_series',
  'pruner',
  'shards',
  'start_from_run',
  'recording_column',
  'recording_order',
  'sensitive_columns',
  'recalibration',
  'missed_cost',
  'false_alarm_cost',
] as const;

export const setRequirements = defineTool({
  name: 'set_requirements',
  description: `Notes what people said they want. What is left out stays as it is.
- goal, cost_of_mistakes, deployment: in the words of the person
- target, drop_column, keep_column, known_column: a column; known: its value is known at prediction time
- metric, existing_metric: ${MetricName.options.join(', ')}
- split: random, stratified, group:COLUMN or time:COLUMN
- gap: what must lie between training and judged rows in a split by time: ${GAP_EXAMPLES}
- repeats: how often folds are drawn, 1 to 20; nested_folds: outer folds of a nested cross-validation, 2 to 20, or 0 for none
- cpu_seconds, memory_mb, cost_limit: the most that a run may use of each
- search_ranges: parts of the search space, a line each: "gbdt learningRate 0.02 to 0.1"
- budget_seconds: 10 to 86400; trials: 1 to 1000; seed: a whole number
- existing_score, wanted_score: of the model that they have; shares as fractions (0.85)
- families: one or several of ${Family.options.join(', ')}, separated by commas
- sampler: ${SamplerName.options.join(', ')}; finish: ensemble or single
- forecast_horizon: a number and step, hour, day, week, month, quarter or year ("14 day"); forecast_time, forecast_series: a column
- pruner: ${PrunerName.options.join(', ')}; whether weak trials end early
- shards: 1 to 16; parts that the rows of networks are divided into to train side by side, 1 for none
- start_from_run: the number of the run to improve on, or "nothing" for a plan that forgets earlier runs
- recording_column, recording_order: where many rows are one recording, the column that names it and the one that orders its rows
- sensitive_columns: columns by whose groups fairness is reported, separated by commas
- recalibration: ${Recalibration.options.join(', ')}; whether probabilities of classes are corrected, and how
- missed_cost, false_alarm_cost: what one mistake costs, both in the same unit`,
  step: 'Noting what you want',
  schema: z.strictObject({
    changes: z
      .array(z.strictObject({ what: z.enum(WHATS), value: z.string() }))
      .min(1)
      .max(20),
  }),
  async run({ changes }, { turn, tools }) {
    const change = RequirementsChange.safeParse(changeOf(changes, turn.state.requirements));
    if (!change.success) {
      const { path, message } = change.error.issues[0] ?? { path: [], message: 'not understood' };
      return mistake(`Nothing was noted. ${path.join('.')}: ${message}`);
    }
    const outcome = await tools.setRequirements(change.data);
    if (!outcome.ok) return mistake(`Nothing was noted. ${toldSentence(outcome.sentence)}`);
    const { planStatus } = turn.state;
    return {
      told: `Noted.${planStatus === 'proposed' ? ' The plan that waits for a decision does not know it: propose_plan makes the next version.' : ''}`,
    };
  },
});

type Change = { readonly what: (typeof WHATS)[number]; readonly value: string };

function changeOf(changes: readonly Change[], { existing, forecast, windows, costs }: Requirements): unknown {
  const found: Record<string, unknown> = {};
  const columnDecisions: Record<string, string> = Object.create(null);
  let claimed: Record<string, unknown> | null = null;
  let ahead: Record<string, unknown> | null = null;
  let recordings: Record<string, unknown> | null = null;
  let mistakes: Record<string, unknown> | null = null;
  for (const { what, value } of changes) {
    const words = value.trim();
    switch (what) {
      case 'cost_of_mistakes':
        found.businessMeaning = words;
        break;
      case 'drop_column':
      case 'keep_column':
      case 'known_column':
        columnDecisions[words] = what.slice(0, -'_column'.length);
        break;
      case 'split': {
        const [, kind, column] = /^(\w+)(?::\s*(.+))?$/.exec(words) ?? [];
        found.split = { kind: kind ?? words, ...(column !== undefined && { column }) };
        break;
      }
      case 'budget_seconds':
      case 'cpu_seconds':
      case 'memory_mb':
      case 'cost_limit': {
        const keys = { budget_seconds: 'budgetSeconds', cpu_seconds: 'cpuSeconds', memory_mb: 'memoryMb' };
        found[{ ...keys, cost_limit: 'costLimit' }[what]] = Number(words || Number.NaN);
        break;
      }
      case 'search_ranges': {
        const read = readRanges(words);
        // What cannot be read stays as it is, for the check of all changes to refuse.
        found.ranges = 'error' in read ? read.error : read.ranges;
        break;
      }
      case 'gap':
        found.gap = readGap(words) ?? { size: Number.NaN, unit: 'row' };
        break;
      case 'nested_folds':
        found.nested = Number(words || Number.NaN);
        break;
      case 'repeats':
      case 'trials':
      case 'shards':
      case 'seed':
        found[what] = Number(words || Number.NaN);
        break;
      case 'families':
        found.families = words.split(/\s*,\s*/);
        break;
      case 'existing_metric':
      case 'existing_score':
      case 'wanted_score': {
        claimed ??= { metric: null, score: null, wanted: null, ...existing };
        const key = { existing_metric: 'metric', existing_score: 'score', wanted_score: 'wanted' }[what];
        claimed[key] = what === 'existing_metric' ? words : Number(words || Number.NaN);
        break;
      }
      case 'forecast_horizon':
      case 'forecast_time':
      case 'forecast_series': {
        ahead ??= { horizon: null, time: null, series: null, insists: true, ...forecast };
        if (what === 'forecast_horizon') {
          const [, count, unit] = /^(\d+)\s*([a-z]+?)s?$/.exec(words) ?? [];
          ahead.horizon = { count: Number(count), unit };
        } else ahead[what.slice('forecast_'.length)] = words;
        break;
      }
      case 'start_from_run':
        found.startsFrom = words === 'nothing' ? words : Number(words || Number.NaN);
        break;
      case 'recording_column':
      case 'recording_order':
        recordings ??= { id: '', order: null, ...windows };
        recordings[what === 'recording_column' ? 'id' : 'order'] = words;
        break;
      case 'sensitive_columns':
        found.sensitive = words.split(/\s*,\s*/).filter((name) => name !== '');
        break;
      case 'missed_cost':
      case 'false_alarm_cost':
        mistakes ??= { ...costs };
        mistakes[what === 'missed_cost' ? 'missed' : 'falseAlarm'] = Number(words || Number.NaN);
        break;
      default:
        found[what] = words;
    }
  }
  return {
    ...found,
    ...(claimed && { existing: claimed }),
    ...(ahead && { forecast: ahead }),
    ...(recordings && { windows: recordings }),
    ...(mistakes && { costs: mistakes }),
    ...(Object.keys(columnDecisions).length > 0 && { columnDecisions: { ...columnDecisions } }),
  };
}

export const proposePlan = defineTool({
  name: 'propose_plan',
  description:
    'Has a plan made, or its next version, from the data and what was noted. It is measured first and comes into the thread by itself as a card that a person approves, edits or rejects. Where something stands in the way, the questions come as a card instead. Call it once.',
  step: 'Asking for a plan',
  schema: z.strictObject({}),
  run: async (_, { tools }) => toldReplies(await tools.requestPlan()),
});
