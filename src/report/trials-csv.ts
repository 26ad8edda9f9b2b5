/** Every trial as a line of CSV (RFC 4180), with a column for each hyperparameter and each metric. */
import type { MetricName } from '../ml/experiment.ts';
import type { Report } from './report.ts';

export function trialsCsv({ trials, metric }: Report): string {
  const names = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))].sort();
  const others = [...new Set(trials.flatMap(({ scores }) => Object.keys(scores) as MetricName[]))].sort();
  const header = [
    'trial',
    'family',
    'origin',
    'state',
    'reason',
    metric,
    `${metric}_low`,
    `${metric}_high`,
    ...others,
    'seconds',
    'best_step',
    ...names,
  ];
  const lines = trials.map((trial) => [
    trial.number + 1, // as sentences and pictures count
    trial.family,
    trial.origin,
    trial.state,
    trial.reason,
    trial.score?.value,
    trial.score?.low,
    trial.score?.high,
    ...others.map((name) => trial.scores[name]),
    trial.seconds,
    trial.bestStep,
    ...names.map((name) => trial.parameters[name]),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');
}

function cellText(value: string | number | boolean | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
