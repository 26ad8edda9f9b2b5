/** What the commands print for people. */
import { METRICS } from '../ml/metrics/registry.ts';
import type { PlanRecord } from '../plan/plan.ts';
import { planSplit, planVerb } from '../plan/plan-words.ts';
import type { TargetProfile } from '../profile/profile.ts';
import { estimateSource, estimateWords, limitWords } from '../report/budget-words.ts';
import { priceOfChange } from '../report/continuation.ts';
import {
  capitalise,
  familyLabel,
  formatCount,
  formatNumber,
  formatShare,
  plural,
  withinSentence,
} from '../report/format.ts';
import { seriesSentence } from '../report/series-words.ts';
import { spaceWords } from '../report/space-words.ts';
import { summarise } from '../report/summary.ts';
import type { ReadFile } from './read-data.ts';
import type { Trained } from './session.ts';

export function profileText({ name, profile, notes }: ReadFile, target: TargetProfile | null): string {
  const width = Math.min(32, Math.max(...profile.columns.map((column) => column.name.length)));
  const columns = profile.columns.map((column) => {
    const { range, top } = column;
    const values = range
      ? `${formatNumber(range.min)} … ${formatNumber(range.median)} … ${formatNumber(range.max)}`
      : top
          .slice(0, 3)
          .map(({ value, count }) => `${value} (${formatCount(count)})`)
          .join(', ');
    const missing = column.missing > 0 ? `, ${formatShare(column.missing / profile.rows)} missing` : '';
    return `  ${column.name.padEnd(width)}  ${column.type.padEnd(11)} ${formatCount(column.distinct)} distinct${missing}  ${column.type === 'datetime' ? '' : values}`;
  });
  const candidates = profile.targetCandidates
    .slice(0, 3)
    .map(({ column, reason }) => `  ${column}: ${reason}`);
  return lines(
    `${name}: ${contents(profile)}`,
    ...notes,
    ...columns,
    ...profile.warnings.map((warning) => `! ${warning}`),
    ...(target ? targetLines(target) : ['Likely targets:', ...candidates]),
  );
}

function contents({ rows, columns, duplicateRows, images }: ReadFile['profile']): string {
  if (images?.source === 'files') {
    return `${plural(rows, 'picture')} of ${images.width} × ${images.height} pixels, ${plural(images.copies, 'exact copy', 'exact copies')}`;
  }
  return `${plural(rows, 'row')}, ${plural(columns.length, 'column')}, ${plural(duplicateRows, 'duplicate row')}`;
}

function targetLines(target: TargetProfile): string[] {
  return [
    `Target ${target.target}: ${target.task}. ${target.splitReason}`,
    ...(target.series?.found.length
      ? [`${seriesSentence(target)} To forecast the values to come, say --horizon.`]
      : []),
    ...target.classes.map(({ label, count }) => `  ${label}: ${formatCount(count)}`),
    ...target.suspects.map(({ column, evidence }) => `? ${column}: ${evidence}`),
    ...target.useless.map(({ column, reason }) => `- ${column}: ${reason}`),
    ...(target.warnings ?? []).map((warning) => `! ${warning}`),
  ];
}

export function planText({ plan, hash }: PlanRecord, planFile: string): string {
  const { experiment } = plan;
  const spaces = plan.candidates.flatMap(({ family, space, trials, defaults, starts = [] }) => {
    const words = trials > defaults.length + starts.length ? spaceWords(space) : null;
    return words ? [`  drawn for ${withinSentence(familyLabel(family, experiment.task))}: ${words}.`] : [];
  });
  return lines(
    `Plan ${hash.slice(0, 12)}: ${planVerb(experiment)} ${experiment.target} (${experiment.task}), ranked by ${METRICS[experiment.metric].label}, split ${planSplit(experiment)}`,
    ...(plan.improves?.changes ?? []).map((one) =>
      [`  ${one.change}.`, one.why, one.gain, priceOfChange(one)].filter(Boolean).join(' '),
    ),
    ...plan.candidates.map(
      ({ family, trials, reason }) =>
        `  ${familyLabel(family, experiment.task)}, ${plural(trials, 'trial')}. ${reason}`,
    ),
    ...spaces,
    ...plan.reasons.map(({ choice, value, reason }) => `  ${choice}: ${value}. ${reason}`),
    ...droppedLines(plan.dropped),
    `${capitalise(estimateWords(plan))}.`,
    ...[limitWords(plan), estimateSource(plan)].filter((words) => words !== null),
    `Run it with: modelwright train --plan ${planFile}`,
  );
}

/** Columns that are left out for one and the same reason share a line. */
function droppedLines(dropped: PlanRecord['plan']['dropped']): string[] {
  const byReason = new Map<string, string[]>();
  for (const { column, reason } of dropped) byReason.set(reason, [...(byReason.get(reason) ?? []), column]);
  return [...byReason].map(([reason, columns]) => `  not used: ${columns.join(', ')}: ${reason}`);
}

export function resultText({ report, modelDir }: Trained, planFile: string): string {
  const { headline, paragraphs } = summarise(report);
  return lines(
    headline,
    ...paragraphs.flatMap(({ title, sentences }) => [
      '',
      title,
      ...sentences.map((sentence) => `  ${sentence}`),
    ]),
    '',
    `Model: ${modelDir}`,
    `Plan:  ${planFile}`,
  );
}

function lines(...parts: string[]): string {
  return `${parts.join('\n')}\n`;
}
