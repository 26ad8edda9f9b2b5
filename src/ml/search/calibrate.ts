/** A short test on the person's own data: what a trial of each family will cost. One fold of the default setting is
 *  fitted for real; what is too long for a short test is cut off and extrapolated. */

import { imageOfFeatures, picturesIn, wholePicture } from '../data/image-features.ts';
import { findSequences, type Table } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import { scoresWithIntervals, usualResamples } from '../metrics/intervals.ts';
import { pairedDifference } from '../metrics/paired-difference.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import { splitParameters } from '../preprocessing/parameters.ts';
import { fitPipeline } from '../preprocessing/pipeline.ts';
import { type Calibration, type FamilyCost, type PictureCost, usualMembers } from '../tuning/calibration.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { PORTFOLIO, portfolioFor, traitsOf } from '../tuning/portfolio.ts';
import { type Family, PRETRAINED } from '../tuning/trial.ts';
import type { Clock } from './clock.ts';
import { importancePredictions } from './column-importance.ts';
import { FAMILIES } from './families.ts';
import { judgedMetrics } from './judged-metrics.ts';
import { measurePictures } from './measure-pictures.ts';
import { type Means, measureSentences } from './measure-sentences.ts';
import { fitMegabytes } from './memory.ts';
import { DEPENDENCE_PREDICTIONS } from './partial-dependence.ts';
import { withVariants } from './picture-variants.ts';
import { explanationPredictions } from './sampled-effects.ts';
import { innerSplit, type SplitTable, splitTable } from './split-table.ts';
import { targetOf, trainingSet } from './training-set.ts';

/** Rows that are fitted on; the cost of more is extrapolated in proportion. Trees have a cost per step that does not grow
 *  with the rows, and on few of them it would be most of what is measured. */
const MAX_ROWS = { dense: 8000, tree: 30_000 } as const;
/** A fit that takes longer than this is ended and extrapolated from the steps it did. */
const MAX_FIT_SECONDS = 0.9;

/** A fit is measured so often, unless that takes longer, and the fastest counts: what a thread does for the first times is several
 *  times as slow, since its code is still being compiled, and trials do it a hundred times. */
const REPEATED = { times: 4, seconds: 1.2 } as const;

/** Share of `maxSteps` after which early stopping usually ends a fit, for fits that were not seen to end. */
const USUAL_SHARE = 0.6;

/** Resamples and rows of the final judging that are measured here; more cost in proportion. */
const RESAMPLES_FITTED = 50;
const JUDGED_ROWS = 20_000;
const TIMED = 3;
/** About as many as are predicted at once for a column's importance. */
const PREDICTED_ROWS = 2000;

/** Takes 1 to 4 seconds for the usual families, however large the table.
 *  @param means decide whether texts are read with a sentence encoder, which the families' settings depend on.
 *  @throws what `splitTable` throws: data that cannot be split cannot be trained on. */
export async function calibrate(
  table: Table,
  experiment: Experiment,
  families: readonly Family[],
  clock: Pick<Clock, 'now'>,
  means?: Means,
): Promise<Calibration> {
  const startMs = clock.now();
  const rows = splitTable(table, experiment);
  const sentences = means && (await measureSentences(table, experiment.features, means, clock));
  const readTexts = sentences?.table ?? table;
  const pictures = means && (await measurePictures(readTexts, experiment.features, means, clock));
  const read = pictures?.table ?? readTexts;
  const costs: FamilyCost[] = [];
  const predictions: number[] = [];
  for (const family of families) {
    if (PRETRAINED.has(family) && !pictures?.table) continue;
    if (family === 'backbone_tuned' && pictures) {
      const { isTrainable, seconds } = pictures.cost;
      const least = tunedCost(seconds / table.nRows, rows.split);
      const most = means.budgetSeconds * means.threads;
      if (isTrainable && least.secondsPerTrial > most) costs.push(least);
      if (!isTrainable || least.secondsPerTrial > most) continue;
    }
    const shown = pictures && means.network && { network: means.network, cost: pictures.cost };
    const { cost, secondsPerPrediction } = await measureFamily(family, read, experiment, rows, clock, shown);
    costs.push(cost);
    predictions.push(secondsPerPrediction);
  }
  // An ensemble has members of all of them.
  const predictSeconds = predictions.reduce((sum, each) => sum + each, 0) / Math.max(1, predictions.length);
  const { holdout, folds } = rows.split;
  const nMembers = experiment.finish === 'single' ? 1 : usualMembers(experiment.members);
  const shuffled = importancePredictions(
    experiment.features.length,
    holdout.length,
    rows.target.nClasses,
    nMembers,
  );
  const explained = experiment.forecast
    ? 0
    : explanationPredictions(experiment.features.length, holdout.length, nMembers) +
      nMembers * DEPENDENCE_PREDICTIONS;
  const onHoldout = judgingOf(experiment, rows, holdout, clock);
  const judgingSeconds =
    // Scores of model and baseline, and how the model differs from the best trial and the baseline.
    2 * onHoldout.intervals +
    2 * onHoldout.difference +
    // An ensemble is compared with the best trial on the rows of all folds; choosing it is about as dear.
    (nMembers > 1 ? 2 * judgingOf(experiment, rows, joined(folds), clock).difference : 0) +
    (shuffled + explained) * predictSeconds;
  return {
    costs,
    ...(sentences && { sentences: sentences.cost }),
    ...(pictures && { pictures: pictures.cost }),
    judgingSeconds,
    seconds: (clock.now() - startMs) / 1000,
  };
}

/** Passes over the pictures that training them once costs about as much as, and epochs that are measured. */
const PASSES_PER_EPOCH = 4;
const TUNED_EPOCHS = 2;
const TUNED_SECONDS = 0.4;
const FEWEST_TUNED = 8;

/** What training a pretrained network further costs at least: where that is too much, it is not even measured.
 *  @param secondsPerPicture of looking at one. */
function tunedCost(secondsPerPicture: number, { folds, training }: SplitTable['split']): FamilyCost {
  const [{ maxSteps } = {}] = PORTFOLIO.backbone_tuned.defaults;
  const perRow = Number(maxSteps) * PASSES_PER_EPOCH * secondsPerPicture;
  return {
    family: 'backbone_tuned',
    secondsPerTrial: Math.max(0.01, perRow * sumOf(folds.map((part) => part.training))),
    secondsPerRefit: Math.max(0.01, perRow * training.length),
    memoryMb: 1,
  };
}

async function measureFamily(
  family: Family,
  table: Table,
  experiment: Experiment,
  rows: SplitTable,
  clock: Pick<Clock, 'now'>,
  shown?: { readonly network: PretrainedNetwork; readonly cost: PictureCost } | null,
): Promise<{ cost: FamilyCost; secondsPerPrediction: number }> {
  const { target, split } = rows;
  const { view, setsRowsAside, load } = FAMILIES[family];
  const { readsImages } = PORTFOLIO[family];
  const isTuned = family === 'backbone_tuned';
  const portfolio = portfolioFor(family, {
    ...traitsOf(experiment, table.columns, table.nRows),
    hasSentences: table.columns.some((column) => column.type === 'text' && column.sentences),
    sequence: findSequences(table) ?? null,
    ...(readsImages && {
      image: imageOfFeatures(picturesIn(table), experiment.features, table.nRows),
      picture: wholePicture(picturesIn(table), experiment.features),
    }),
  });
  const [defaults = {}] = portfolio.defaults;
  const secondsPerPicture = shown ? shown.cost.seconds / shown.cost.pictures : 0;
  const mostRows = isTuned
    ? Math.max(FEWEST_TUNED, Math.floor(TUNED_SECONDS / (PASSES_PER_EPOCH * secondsPerPicture)))
    : MAX_ROWS[view];
  // In the order of time folds grow: the largest is nearest to what is trained in the end.
  const parts = split.folds.map((part) => part.training);
  const fold = parts.reduce(
    (most, part) => (part.length > most.length ? part : most),
    parts[0] ?? split.training,
  );
  const sample = fold.length > mostRows ? thinned(fold, mostRows) : fold;

  const { preprocessing, estimator: setting } = splitParameters(defaults);
  const recipe = { view, parameters: preprocessing };
  const estimator = await load(shown?.network);
  const inner = setsRowsAside(defaults) ? innerSplit(experiment, rows, sample, 0) : undefined;
  const fitRows = inner?.fit ?? sample;
  // Epochs of a network that is trained further are few and long: two of them, but whole ones.
  const measured = isTuned ? { ...setting, maxSteps: TUNED_EPOCHS } : setting;

  const fitOnce = async (isFirst: boolean) => {
    const stopwatch = () => {
      const startMs = clock.now();
      return () => (clock.now() - startMs) / 1000;
    };
    const inPipeline = stopwatch();
    const pipeline = fitPipeline(table, sample, experiment, recipe, { target, seed: 0 });
    pipeline.transform(table, sample);
    // Transforming the judged and set-aside rows as well costs about as much again.
    const pipelineSeconds = 2 * inPipeline();
    const set = (part: Uint32Array) =>
      trainingSet(pipeline.transformTraining(table, part), part, target, experiment);
    // The first fit of a thread also compiles the code that it runs; it is done on few rows and not counted.
    if (isFirst) {
      const few = set(thinned(sample, isTuned ? FEWEST_TUNED : 300));
      await estimator.fit(few, isTuned ? { ...setting, maxSteps: 1 } : shortened(setting), { seed: 0 });
    }
    const validation = inner && set(inner.validation);
    const inVariants = stopwatch();
    const { variants } = preprocessing;
    const training = withVariants(set(fitRows), table, fitRows, pipeline, experiment, variants, 0);
    const variedSeconds = inVariants();
    const inFit = stopwatch();
    let cut = isTuned;
    const fitted = await estimator.fit(training, measured, {
      seed: 0,
      ...(validation && { validation }),
      ...(!isTuned && {
        shouldStop: () => {
          cut ||= inFit() > MAX_FIT_SECONDS;
          return cut;
        },
      }),
    });
    const fitSeconds = inFit();
    const around = pipelineSeconds + variedSeconds;
    return { fitted, cut, fitSeconds, around, total: fitSeconds + around, pipeline, training, set };
  };
  let fastest = await fitOnce(true);
  let spent = fastest.total;
  for (let times = 1; times < REPEATED.times && spent + fastest.total < REPEATED.seconds; times++) {
    const again = await fitOnce(false);
    spent += again.total;
    if (again.total < fastest.total) fastest = again;
  }
  const { fitted, cut, pipeline, training, set } = fastest;
  const steps = Math.max(1, fitted.curve.length);
  const share = setsRowsAside(defaults) ? USUAL_SHARE : 1;
  const usualSteps = Math.max(steps, Number(defaults.maxSteps ?? 0) * share);
  const fitSeconds = (fastest.fitSeconds * (cut ? usualSteps : steps)) / steps;
  const foldSeconds = ((fitSeconds + fastest.around) * fold.length) / sample.length;

  // What a step costs to predict with is as much as there are steps: trees add up. A fit that was cut short is cheap.
  const usualShare = cut && !isTuned ? usualSteps / steps : 1;
  const { features } = set(thinned(sample, PREDICTED_ROWS));
  const perPredictedRow = (usualShare * leastSeconds(() => fitted.predict(features), clock)) / features.nRows;
  return {
    cost: {
      family,
      secondsPerTrial: Math.max(0.01, (foldSeconds * sumOf(parts)) / fold.length),
      secondsPerRefit: Math.max(0.01, (foldSeconds * split.training.length) / fold.length),
      memoryMb: fitMegabytes(
        family,
        (split.training.length * training.features.nRows) / fitRows.length,
        pipeline.features.length,
        target.nClasses,
      ),
    },
    secondsPerPrediction: perPredictedRow,
  };
}

/** What the folds are judged on, a row as often as they are drawn. */
function joined(folds: SplitTable['split']['folds']): Uint32Array {
  return Uint32Array.from(folds.flatMap(({ validation }) => [...validation]));
}

function sumOf(parts: readonly Uint32Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** What judging some rows costs: the intervals of all scores of a model, and the difference of two models in the ranking
 *  metric. */
function judgingOf(
  experiment: Experiment,
  { target }: SplitTable,
  judged: Uint32Array,
  clock: Pick<Clock, 'now'>,
): { intervals: number; difference: number } {
  const { metric, task } = experiment;
  const { nClasses } = target;
  const truth = targetOf(target, judged.length > JUDGED_ROWS ? thinned(judged, JUDGED_ROWS) : judged);
  // Any prediction will do: distinct numbers make the ranking metrics work as hard as a model's.
  const prediction = Float64Array.from({ length: truth.length * nClasses }, (_, i) => {
    const share = ((i * 7919) % 1000) / 1000;
    return nClasses === 2 && i % 2 === 0 ? 1 - share : share;
  });
  const options = { seed: 0, resamples: RESAMPLES_FITTED };
  const more = (usualResamples(judged.length) / RESAMPLES_FITTED) * (judged.length / truth.length);
  const secondsOf = (measure: () => unknown) => leastSeconds(measure, clock) * more;
  return {
    intervals: secondsOf(() =>
      scoresWithIntervals(judgedMetrics(experiment), task, truth, prediction, nClasses, options),
    ),
    difference: secondsOf(() =>
      pairedDifference(metric, task, truth, prediction, prediction, nClasses, options),
    ),
  };
}

/** The least of a few times: the first one also compiles the code, and would make a hundred shuffles look dear. */
function leastSeconds(work: () => unknown, clock: Pick<Clock, 'now'>): number {
  const times = Array.from({ length: TIMED }, () => {
    const startMs = clock.now();
    work();
    return (clock.now() - startMs) / 1000;
  });
  return Math.min(...times);
}

/** The setting with a few steps only, where it has steps. */
function shortened(parameters: Parameters): Parameters {
  return 'maxSteps' in parameters ? { ...parameters, maxSteps: 5 } : parameters;
}

/** About `n` rows, evenly spread. */
function thinned(rows: Uint32Array, n: number): Uint32Array {
  const stride = Math.max(1, Math.ceil(rows.length / n));
  return rows.filter((_, i) => i % stride === 0);
}
