/** The report in plain sentences, the answer first. Free of any markup: the slack room escapes and formats, the
 *  command line prints. */
import type { MetricName } from '../ml/experiment.ts';
import { FORECAST_METRICS, METRICS, metricsFor } from '../ml/metrics/registry.ts';
import { describeComparison } from './compare.ts';
import { continuationSentences } from './continuation.ts';
import { readCurve } from './convergence.ts';
import { baselineName, forecastSentences, isBaseline, judgedName } from './forecast-words.ts';
import {
  capitalise,
  familyLabel,
  formatCount,
  formatDifference,
  formatInterval,
  formatMegabytes,
  formatNumber,
  formatScore,
  formatSeconds,
  joinWords,
  plural,
  trialName,
  truncate,
  withinSentence,
} from './format.ts';
import { keptEnsemble, modelName, modelSentences } from './model-name.ts';
import type { Report } from './report.ts';
import { unitsOf } from './unit-words.ts';

export interface Summary {
  /** One sentence that answers what was asked. */
  readonly headline: string;
  /** In reading order; none without sentences. */
  readonly paragraphs: readonly Paragraph[];
}

export interface Paragraph {
  readonly title: string;
  readonly sentences: readonly string[];
}

export function summarise(report: Report): Summary {
  const paragraphs: Paragraph[] = [
    { title: 'The forecast', sentences: forecastSentences(report) },
    { title: 'Scores', sentences: scoreSentences(report) },
    { title: 'Against earlier runs', sentences: continuationSentences(report) },
    { title: 'The model', sentences: modelSentences(report) },
    { title: 'What it leans on', sentences: importanceSentences(report) },
    { title: 'What was tried', sentences: trialSentences(report) },
    { title: 'Convergence', sentences: curveSentences(report) },
    { title: 'Resources', sentences: resourceSentences(report) },
    { title: 'Caveats', sentences: report.caveats },
    { title: 'Next steps', sentences: report.nextSteps },
    { title: 'To reproduce', sentences: provenanceSentences(report) },
  ];
  return {
    headline: headline(report),
    paragraphs: paragraphs.filter(({ sentences }) => sentences.length > 0),
  };
}

/** "Gradient boosting reaches AUC 0.846 [0.827, 0.864] on 1,409 held-out rows, against 0.500 for the baseline." */
function headline(report: Report): string {
  const { judgement, metric, winner } = report;
  const score = judgement.holdout[metric];
  const baseline = judgement.baseline[metric];
  const model = modelName(report);
  const rows = judgedName(report);
  const other = baselineName(report);
  if (!score) return `${model} was chosen, but ${METRICS[metric].label} is not defined on the ${rows}.`;
  const { label, greaterIsBetter } = METRICS[metric];
  const interval = formatInterval(metric, score);
  if (isBaseline(winner.family) && !keptEnsemble(report)) {
    return `Nothing that was tried is better than ${other}, which has ${label} ${interval} on ${rows}.`;
  }
  const plain = baseline && formatScore(metric, baseline.value);
  if (judgement.gain.low <= 0) {
    const against = plain ? `, against ${plain} for ${other}` : '';
    return `No model is shown to beat ${other}: the best, ${model.toLowerCase()}, has ${label} ${interval} on ${rows}${against}.`;
  }
  return greaterIsBetter
    ? `${model} reaches ${label} ${interval} on ${rows}${plain ? `, against ${plain} for ${other}` : ''}.`
    : `${model} brings ${label} down to ${interval} on ${rows}${plain ? `, from ${plain} for ${other}` : ''}.`;
}

function scoreSentences(report: Report): string[] {
  const { judgement, metric, task, classes } = report;
  const sentences: string[] = [];
  const scale = judgement.holdout[metric]?.value;
  if (
    scale !== undefined &&
    !report.forecast &&
    (!isBaseline(report.winner.family) || keptEnsemble(report))
  ) {
    sentences.push(
      `On the same ${unitsOf(report)} it gains ${formatDifference(metric, judgement.gain, scale)} over ${baselineName(report)} (${METRICS[metric].label}; plus is better).`,
    );
  }
  const others = otherMetrics(report).map((name) => {
    const score = judgement.holdout[name];
    const baseline = judgement.baseline[name];
    const against = baseline ? ` (baseline ${formatScore(name, baseline.value)})` : '';
    return score ? `${METRICS[name].label} ${formatInterval(name, score)}${against}` : '';
  });
  if (others.length > 0) sentences.push(`${capitalise(joinWords(others))}.`);
  const { recall, precision } = judgement.holdout;
  if (task === 'binary' && recall && precision && Number.isFinite(precision.value)) {
    const positive = truncate(classes[1] ?? 'the positive class', 40);
    sentences.push(
      `At a cut-off of ${formatNumber(judgement.threshold ?? 0.5)} it finds ${formatScore('recall', recall.value)} of the ${unitsOf(report)} that are ${positive}, and ` +
        `${formatScore('precision', precision.value)} of the ${unitsOf(report)} it takes for ${positive} are.`,
    );
  }
  return sentences;
}

const SHOWN_BESIDE: Readonly<Record<Report['task'], readonly MetricName[]>> = {
  binary: ['roc_auc', 'log_loss', 'accuracy', 'f1'],
  multiclass: ['accuracy', 'balanced_accuracy', 'f1', 'log_loss'],
  regression: ['rmse', 'mae', 'r2'],
};

function otherMetrics({ task, metric, judgement, forecast }: Report): MetricName[] {
  if (forecast) return FORECAST_METRICS.filter((name) => name !== metric && judgement.holdout[name]);
  return metricsFor(task).filter(
    (name) => name !== metric && SHOWN_BESIDE[task].includes(name) && judgement.holdout[name] !== undefined,
  );
}

function importanceSentences({ judgement, metric }: Report): string[] {
  const top = judgement.importance.filter((one) => one.low > 0).slice(0, 3);
  if (top.length === 0) return [];
  const [first] = top;
  const change = METRICS[metric].greaterIsBetter ? 'lowers' : 'raises';
  const names = top.map((one) => truncate(one.column, 60));
  return [
    `Mostly on ${joinWords(names)}: shuffling ${names[0]} ${change} ${METRICS[metric].label} by ${formatInterval(metric, { ...first, value: first.mean })}.`,
  ];
}

function trialSentences(report: Report): string[] {
  const { resources, trials, winner, task } = report;
  const families = [...new Set(trials.map((trial) => trial.family))].map(
    (family) =>
      `${formatCount(trials.filter((trial) => trial.family === family).length)} ${withinSentence(familyLabel(family, task))}`,
  );
  const count =
    resources.trialsFinished === resources.trialsPlanned
      ? `All ${plural(resources.trialsPlanned, 'planned trial')} finished`
      : `${formatCount(resources.trialsFinished)} of ${plural(resources.trialsPlanned, 'planned trial')} finished${prunedWords(resources)}`;
  const setting = Object.entries(winner.parameters).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`,
  );
  return [
    `${count}: ${joinWords(families)}.`,
    `${keptEnsemble(report) ? 'The heaviest member' : 'The winner'} is ${trialName(winner.trial)}${setting.length > 0 ? ` (${truncate(setting.join(', '), 300)})` : ''}.`,
    ...report.comparisons
      .filter(({ family }) => !isBaseline(family))
      .map((comparison) => describeComparison(report, comparison)),
  ];
}

function prunedWords({ trialsPruned }: Report['resources']): string {
  return trialsPruned ? `, ${formatCount(trialsPruned)} clearly behind and ended early` : '';
}

function curveSentences({ curves, winner }: Report): string[] {
  const curve = curves.find((one) => one.family === winner.family);
  return curve && curve.points.length >= 2 ? [readCurve(curve).sentence] : [];
}

function resourceSentences({ resources }: Report): string[] {
  return [
    `${formatSeconds(resources.wallSeconds)} of wall time (estimated ${formatSeconds(resources.estimatedSeconds)}), ` +
      `${formatSeconds(resources.cpuSeconds)} of CPU time, at most ${formatMegabytes(resources.peakMemoryMb)} of memory.`,
  ];
}

function provenanceSentences({ dataset, provenance, cutShort }: Report): string[] {
  const again = cutShort
    ? 'this run was cut short, and the whole plan on the same data tries more and may end with another model.'
    : 'the same plan on the same data gives these numbers again.';
  return [
    `${truncate(dataset.name, 80)} (${plural(dataset.rows, 'row')}, SHA-256 ${dataset.hash.slice(0, 12)}), plan ` +
      `${provenance.planHash.slice(0, 12)}, seed ${provenance.seed}: ${again}`,
  ];
}
