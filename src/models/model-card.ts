/** The model's card: one Markdown page for whoever meets the model without its thread (after Mitchell et al. 2019,
 *  "Model cards for model reporting"). */

import type { Evidence } from '../ml/evidence.ts';
import type { MetricName } from '../ml/experiment.ts';
import type { Scores } from '../ml/judgement.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import { tellFairness } from '../report/chapters/fairness.ts';
import { lookSentences } from '../report/continuation.ts';
import { capitalise, formatCount, formatInterval, formatScore, plural, trialName } from '../report/format.ts';
import { keptEnsemble, modelName, modelSentences } from '../report/model-name.ts';
import { protocolSentences } from '../report/protocol-words.ts';
import type { Report } from '../report/report.ts';
import { summarise } from '../report/summary.ts';
import { nestedOf, trustedScore } from '../report/trusted-score.ts';
import { unitOf, unitsOf } from '../report/unit-words.ts';
import type { InputColumn } from './input-columns.ts';

/** @param evidence of the run: what the fairness chapter says is part of the card. */
export function modelCard(
  report: Report,
  columns: readonly InputColumn[],
  evidence: Evidence | null = null,
): string {
  const { dataset, judgement, provenance, target, winner } = report;
  const nested = nestedOf(report);
  const setting = Object.entries(winner.parameters).map(
    ([name, value]) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(String(value))}`,
  );
  const about = modelSentences(report);
  const protocol = protocolSentences(report);
  const versions = Object.entries(provenance.versions).map(([name, version]) => `${name} ${version}`);
  return `${[
    `# ${escapeMarkdown(target)}: ${modelName(report).toLowerCase()}`,
    escapeMarkdown(summarise(report).headline),
    '## Purpose',
    purpose(report),
    '## Data',
    `${escapeMarkdown(dataset.name)}, ${plural(dataset.rows, 'row')} and ${plural(dataset.columns, 'column')}, SHA-256 \`${dataset.hash}\`. ` +
      `Trained on ${plural(judgement.trainingRows, unitOf(report))}, judged on ${plural(judgement.holdoutRows, unitOf(report))} held out.`,
    ...(nested ? ['## Scores in nested cross-validation', scoreTable(nested.scores, nested.baseline)] : []),
    `## Scores on the held-out ${unitsOf(report)}`,
    scoreTable(judgement.holdout, judgement.baseline),
    ...(protocol.length > 0 ? ['## How it was judged', bullets(protocol, '')] : []),
    ...(about.length > 0 ? ['## What it is', bullets(about, '')] : []),
    '## What it needs',
    columns.map(columnLine).join('\n'),
    ...(setting.length > 0
      ? [keptEnsemble(report) ? '## Setting of the heaviest member' : '## Setting', setting.join('\n')]
      : []),
    '## Limits',
    bullets(report.caveats, 'None were found beyond those of any model: it knows only what its data held.'),
    '## Fairness',
    fairness(report, evidence),
    '## Approval',
    approval(report),
    '## What to watch',
    bullets(watch(report), ''),
    ...(report.nextSteps.length > 0 ? ['## Next steps', bullets(report.nextSteps, '')] : []),
    '## How to make it again',
    `Run plan \`${provenance.planHash}\` (seed ${provenance.seed}, ${keptEnsemble(report) ? 'the ensemble' : trialName(winner.trial)}) on the same data` +
      `${versions.length > 0 ? ` with ${versions.join(', ')}` : ''}: the numbers will be the same.`,
  ].join('\n\n')}\n`;
}

function purpose({ target, task, classes, forecast, recordings }: Report): string {
  const what = forecast
    ? 'values to come of'
    : task === 'regression'
      ? 'the value of'
      : `the probability of each of ${plural(classes.length, 'class', 'classes')} of`;
  return `It predicts ${what} ${escapeMarkdown(target)} for ${unitsOf({ recordings })} like those that it was trained on. It says what goes together in them, not what would happen if something were changed.`;
}

/** The numbers of the chapter where a person said which columns are sensitive, else what to do before using it. */
function fairness(report: Report, evidence: Evidence | null): string {
  const chapter = tellFairness({ report, evidence });
  if ('absent' in chapter || !chapter.table)
    return 'Nobody said which columns are sensitive, so no groups were compared. A score over all rows hides how it differs between groups of people: before decisions about people follow from it, look at the scores of each group that matters, and at who bears the cost of each mistake.';
  const { caption, columns, rows } = chapter.table;
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [
    bullets(chapter.sentences, ''),
    escapeMarkdown(`${caption}; 95% intervals in brackets.`),
    [
      line(columns),
      `| ${columns.map(() => '---').join(' | ')} |`,
      ...rows.map((row) => line(row.map((cell) => (typeof cell === 'string' ? cell : cell.text)))),
    ].join('\n'),
  ].join('\n\n');
}

function approval(report: Report): string {
  const { provenance, resources } = report;
  const { approvedBy, approvedAt, startedAt, endedAt } = provenance;
  const who =
    approvedBy === null
      ? 'Nobody pressed a button: the plan was run from a command line.'
      : `The plan was approved by ${escapeMarkdown(approvedBy)} at ${approvedAt ?? 'an unknown time'}.`;
  const [earlier] = lookSentences(report);
  const looks = earlier
    ? `This run looked at the held-out ${unitsOf(report)} after the choice was made. ${earlier}`
    : `The held-out ${unitsOf(report)} were looked at once, after the choice was made.`;
  return `${who} The run lasted from ${startedAt} to ${endedAt}; ${formatCount(resources.trialsFinished)} of ${plural(resources.trialsPlanned, 'planned trial')} finished. ${looks}`;
}

function scoreTable(scores: Scores, baselines: Scores): string {
  const lines = (Object.keys(scores) as MetricName[]).flatMap((metric) => {
    const [score, baseline] = [scores[metric], baselines[metric]];
    if (!score) return [];
    const against = baseline ? formatScore(metric, baseline.value) : '–';
    return [`| ${capitalise(METRICS[metric].label)} | ${formatInterval(metric, score)} | ${against} |`];
  });
  return ['| Metric | Score with 95% interval | Baseline |', '| --- | --- | --- |', ...lines].join('\n');
}

/** What tells that the model no longer fits. */
function watch({ metric, judgement, recordings, forecast }: Report): string[] {
  const found = trustedScore({ metric, judgement, ...(forecast && { forecast }) });
  return [
    `Whether columns are missing, new categories appear or values leave the range of the training ${unitsOf({ recordings })}: compare each month with the data above.`,
    'Whether the share or the mean of the predictions moves, which is seen long before outcomes are known.',
    ...(found
      ? [
          `Once outcomes are known, whether ${METRICS[metric].label} stays within ${formatInterval(metric, found.score).replace(/^[^[]*/, '')}; where it does not on as many ${unitsOf({ recordings })}, train again.`,
        ]
      : []),
  ];
}

function columnLine({ name, type, reader }: InputColumn): string {
  const read =
    reader === undefined
      ? ''
      : type === 'image'
        ? `, shown to the pretrained network ${escapeMarkdown(reader)}, which must be kept where it predicts`
        : `, read with the sentence encoder ${escapeMarkdown(reader)}, which must be installed`;
  return `- ${escapeMarkdown(name)} (${type}${read})`;
}

function bullets(sentences: readonly string[], otherwise: string): string {
  return sentences.length > 0
    ? sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n')
    : otherwise;
}

/** Names come from people's files and must not become Markdown or HTML. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
}
