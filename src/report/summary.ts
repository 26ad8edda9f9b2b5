/** The report in plain sentences, the answer first. Free of any markup: the slack room escapes and formats, the
 *  command line prints. */
import type { MetricName } from '../ml/experiment.ts';
import { FORECAST_METRICS, METRICS, metricsFor } from '../ml/metrics/registry.ts';
import { resourceSentences } from './budget-words.ts';
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
  formatNumber,
  formatScore,
  joinWords,
  plural,
  trialName,
  truncate,
  withinSentence,
} from './format.ts';
import { keptEnsemble, modelName, modelSentences } from './model-name.ts';
import { protocolSentences } from './protocol-words.ts';
import type { Report } from './report.ts';
import { besideTrusted, nestedOf, trustedScore } from './trusted-score.ts';
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
    { title: 'How it was judged', sentences: protocolSentences(report) },
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
  const { metric, winner } = report;
  const model = modelName(report);
  const rows = judgedName(report);
  const other = baselineName(report);
  const { label, greaterIsBetter } = METRICS[metric];
  const trusted = trustedScore(report);
  if (!trusted) return `${model} was chosen, but ${label} is not defined on the ${rows}.`;
  const { score, baseline, gain, where } = trusted;
  const interval = formatInterval(metric, score);
  const beside = besideTrusted(report);
  if (isBaseline(winner.family) && !keptEnsemble(report)) {
    return `Nothing that was tried is better than ${other}, which has ${label} ${interval} ${where}.${beside}`;
  }
  const plain = baseline && formatScore(metric, baseline.value);
  if (gain.low <= 0) {
    const against = plain ? `, against ${plain} for ${other}` : '';
    return `No model is shown to beat ${other}: the best, ${model.toLowerCase()}, has ${label} ${interval} ${where}${against}.${beside}`;
  }
  return greaterIsBetter
    ? `${model} reaches ${label} ${interval} ${where}${plain ? `, against ${plain} for ${other}` : ''}.${beside}`
    : `${model} brings ${label} down to ${interval} ${where}${plain ? `, from ${plain} for ${other}` : ''}.${beside}`;
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
      `${nestedOf(report) ? `On the held-out ${unitsOf(report)}` : `On the same ${unitsOf(report)}`} it gains ${formatDifference(metric, judgement.gain, scale)} over ${baselineName(report)} (${METRICS[metric].label}; plus is better).`,
    );
  }
  const nested = nestedOf(report);
  if (nested) {
    const nestedOthers = otherMetrics(report).flatMap((name) => {
      const score = nested.scores[name];
      return score ? [`${METRICS[name].label} ${formatInterval(name, score)}`] : [];
    });
    const scale = nested.scores[metric]?.value ?? 1;
    const gain = formatDifference(metric, nested.gain ?? judgement.gain, scale);
    sentences.unshift(
      `In nested cross-validation it gains ${gain} over ${baselineName(report)} (${METRICS[metric].label}; plus is better).`,
      ...(nestedOthers.length > 0 ? [`There it has ${joinWords(nestedOthers)}.`] : []),
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

function provenanceSentences({ dataset, provenance, cutShort, leftOut }: Report): string[] {
  const again =
    cutShort || leftOut
      ? 'this run was cut short, and the whole plan on the same data tries more and may end with another model.'
      : 'the same plan on the same data gives these numbers again.';
  return [
    `${truncate(dataset.name, 80)} (${plural(dataset.rows, 'row')}, SHA-256 ${dataset.hash.slice(0, 12)}), plan ` +
      `${provenance.planHash.slice(0, 12)}, seed ${provenance.seed}: ${again}`,
  ];
}
