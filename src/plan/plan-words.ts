/** How a plan is called in sentences. */
import type { Experiment, Split } from '../ml/experiment.ts';
import { gapName } from '../ml/gap.ts';

/** What the plan wants of the target: a verb. */
export function planVerb({ forecast }: Pick<Experiment, 'forecast'>): string {
  return forecast ? 'forecast' : 'predict';
}

/** How the plan divides the rows. */
export function planSplit({ split, forecast }: Pick<Experiment, 'split' | 'forecast'>): string {
  return forecast ? `by rolling origins along ${forecast.time}` : splitName(split);
}

/** "stratified", "by group customer_id", "by time order_date". */
export function splitName(split: Split): string {
  if (split.kind === 'time' && split.gap) return `by time ${split.column}, ${gapName(split.gap)} apart`;
  return split.kind === 'group' || split.kind === 'time' ? `by ${split.kind} ${split.column}` : split.kind;
}
