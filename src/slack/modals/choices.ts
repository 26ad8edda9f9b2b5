/** What the selects of our modals offer, and what a choice means. Option values are short tokens of ours or column
 *  positions, because Slack caps them at 75 characters and column names may be longer. */
import type { MetricName, Split, Task } from '../../ml/experiment.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Profile } from '../../profile/profile.ts';
import { LIMITS } from '../limits.ts';
import type { Choice } from './inputs.ts';

/** Column names as choices. In a text field (more columns than a select holds) people type the name itself. */
export function columnChoices(profile: Profile): Choice[] {
  return profile.columns.map((column, i) => ({ label: column.name, value: `column-${i}` }));
}

/** The value that preselects this column in `columnChoices`, or its name where a text field is shown. */
export function columnValue(profile: Profile, name: string | null): string | null {
  if (name === null || profile.columns.length > LIMITS.selectOptions) return name;
  const index = profile.columns.findIndex((column) => column.name === name);
  return index === -1 ? null : `column-${index}`;
}

/** @returns the name of the chosen or typed column; a typed name is returned as it is, known or not. */
export function columnName(profile: Profile, value: string | null): string | null {
  if (value === null || profile.columns.length > LIMITS.selectOptions) return value;
  const index = /^column-(\d+)$/.exec(value)?.[1];
  return index === undefined ? null : (profile.columns[Number(index)]?.name ?? null);
}

/** Metrics that apply to the task, or all of them while the task is unknown. */
export function metricChoices(task: Task | null): Choice[] {
  return (Object.keys(METRICS) as MetricName[])
    .filter((name) => task === null || METRICS[name].tasks.includes(task))
    .map((name) => ({ label: METRICS[name].label, value: name }));
}

const AS_DATA_SAYS = 'auto';
/** Of each kind; a select holds 100 options. */
const MOST_SPLIT_COLUMNS = 20;

/** @param inForce offered too, whatever column it names. */
export function splitChoices(profile: Profile, inForce: Split | null): Choice[] {
  const columns = (found: readonly string[], kind: Split['kind']) => {
    const chosen = inForce && 'column' in inForce && inForce.kind === kind ? [inForce.column] : [];
    return [...new Set([...chosen, ...found.slice(0, MOST_SPLIT_COLUMNS)])];
  };
  return [
    { label: 'As the data suggests', value: AS_DATA_SAYS },
    { label: 'Random, same class shares everywhere', value: 'stratified' },
    ...columns(profile.timeColumns, 'time').map((name) => ({
      label: `By time: ${name}`,
      value: `time-${indexOf(profile, name)}`,
    })),
    ...columns(profile.groupColumns, 'group').map((name) => ({
      label: `Keep together: ${name}`,
      value: `group-${indexOf(profile, name)}`,
    })),
  ];
}

export function splitValue(profile: Profile, split: Split | null): string {
  if (!split) return AS_DATA_SAYS;
  return 'column' in split ? `${split.kind}-${indexOf(profile, split.column)}` : 'stratified';
}

/** @returns null for "as the data suggests". */
export function splitOf(profile: Profile, value: string | null): Split | null {
  if (value === 'stratified') return { kind: 'stratified' };
  const [, kind, index] = /^(time|group)-(\d+)$/.exec(value ?? '') ?? [];
  const column = profile.columns[Number(index)]?.name;
  if (column === undefined) return null;
  return kind === 'time' ? { kind: 'time', column } : { kind: 'group', column };
}

function indexOf(profile: Profile, name: string): number {
  return profile.columns.findIndex((column) => column.name === name);
}
