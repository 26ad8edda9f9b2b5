/** Whether several trials together are the run's model, and which: chosen and judged on rows that no model knew. */
import { everyRow, gather } from '../data/rows.ts';
import type { StoredTable } from '../data/stored-table.ts';
import { blend } from '../ensemble/blend.ts';
import { heaviestFirst, selectGreedily } from '../ensemble/greedy-selection.ts';
import type { Stacker } from '../ensemble/stacking.ts';
import type { Experiment } from '../experiment.ts';
import type { Spread } from '../forecasting/spread.ts';
import type { EnsembleJudgement, Member } from '../judgement.ts';
import { METRICS } from '../metrics/registry.ts';
import { score } from '../metrics/score.ts';
import { Random } from '../random.ts';
import { blendLossOf, blendValues, valuesPerRow } from './blend-values.ts';
import { foldScore, foldScores, gainOver, type Opinion, opinionOf, type Question } from './opinion.ts';
import { type Candidate, crossFitted, outOfFold, partsOf, pickOutputs, rowsOfPart } from './out-of-fold.ts';
import { type ChosenCalibrator, recalibrate } from './recalibrate.ts';
import type { SplitTable } from './split-table.ts';
import { spreadOf } from './spread-of.ts';
import { stackBehindGuard } from './stack-behind-guard.ts';

export interface Selection {
  /** The trial that is best alone. */
  readonly best: number;
  /** Of the run's model, the heaviest first: several, or the best trial alone. */
  readonly members: readonly Member[];
  /** Combines the members in place of their weights; null for the weighted mean. */
  readonly stacker: Stacker | null;
  /** The model's; null where the ranking metric decides by no threshold. */
  readonly threshold: number | null;
  /** The best trial's own, to compare the two on the holdout. */
  readonly singleThreshold: number | null;
  /** Null where there was nothing to combine. */
  readonly ensemble: ProposedEnsemble | null;
  /** Mends the model's probabilities, or says why none does; there where the plan speaks of it. */
  readonly recalibration?: ChosenCalibrator;
  /** How far the model's forecasts of values that it had not seen were off; there in forecasts. */
  readonly spread?: Spread;
  /** The rows that forecasts continue; there in forecasts, once the choice leaves its thread. */
  readonly history?: StoredTable;
}

export type ProposedEnsemble = Omit<EnsembleJudgement, 'stacked' | 'holdoutGain'>;

/** Values per model that the choice looks at; of more it takes a random part. */
const MOST_VALUES = 100_000;
/** Standard errors by which the gain must exceed 0 (decision 9). */
const NOISE = 1;

/** @param candidates the best trial first. Throws RangeError without any. */
export function selectEnsemble(
  experiment: Experiment,
  rows: SplitTable,
  candidates: readonly Candidate[],
): Selection {
  const all = outOfFold(rows, candidates);
  const question: Question = { experiment, rows, all };
  const [best] = candidates;
  if (!best) throw new RangeError('there is no trial to choose from');
  const single = opinionOf(question, Float64Array.from(all.predictions[0]));
  const alone = {
    best: best.trial,
    members: [{ trial: best.trial, family: best.family, weight: 1 }],
    stacker: null,
    threshold: single.threshold,
    singleThreshold: single.threshold,
    ensemble: null,
  };
  const finished = (selection: Selection, opinion: Opinion): Selection =>
    experiment.forecast
      ? { ...selection, spread: spreadOf(rows, opinion.prediction, experiment.forecast.horizon) }
      : recalibrated(question, selection, opinion);
  if (experiment.finish === 'single' || candidates.length === 1) return finished(alone, single);

  const weights = chooseWeights(question, everyRow(all.nRows));
  const weightsByPart = partsOf(all).map((part) => chooseWeights(question, rowsOfPart(all, part, 'out')));
  const blended = opinionOf(
    question,
    crossFitted(all, rows.target.nClasses, (part) => blend(all.predictions, weightsByPart[part])),
  );
  // Of many trials the best one is partly lucky on these rows. Picked by the other folds, as the weights are, it shows
  // what picking one is worth.
  const picked = opinionOf(
    question,
    crossFitted(all, rows.target.nClasses, (part) => pickBest(question, rowsOfPart(all, part, 'out'))),
  );
  const proposed = describe(question, weights, blended, picked, candidates);
  if (!proposed) return finished(alone, single);
  const { standardError, ...ensemble } = proposed;
  const kept = ensemble.members.length > 1 && ensemble.outOfFoldGain.value > NOISE * standardError;
  if (!kept) return finished({ ...alone, ensemble: { ...ensemble, kept } }, single);

  // A stacker's intercept has no meaning where every forecast has a level of its own.
  const stacked = experiment.forecast ? null : stackBehindGuard(question, weights, weightsByPart, blended);
  const described = stacked && describe(question, weights, stacked.opinion, picked, candidates);
  const { score, outOfFoldGain } = described ?? ensemble;
  const ofFolds = (described ?? ensemble).foldScores;
  const together: Selection = {
    best: best.trial,
    members: ensemble.members,
    stacker: described ? stacked.stacker : null,
    threshold: described ? stacked.opinion.threshold : blended.threshold,
    singleThreshold: single.threshold,
    ensemble: { ...ensemble, score, ...(ofFolds && { foldScores: ofFolds }), outOfFoldGain, kept },
  };
  return finished(together, described ? stacked.opinion : blended);
}

/** The threshold is chosen on the probabilities that people get. */
function recalibrated(question: Question, selection: Selection, plain: Opinion): Selection {
  const found = recalibrate(question, plain);
  return found
    ? { ...selection, threshold: found.opinion.threshold, recalibration: found.chosen }
    : selection;
}

/** @returns Float64Array (nCandidates) that sums to 1. */
function chooseWeights({ experiment, rows, all }: Question, known: Uint32Array): Float64Array {
  const { metric, seed, members } = experiment;
  const { nClasses } = rows.target;
  const most = Math.floor(MOST_VALUES / valuesPerRow(metric, nClasses));
  const random = new Random(seed).derive('ensemble');
  const some = known.length <= most ? known : random.shuffle(known).subarray(0, most);
  return selectGreedily(
    all.predictions.map((prediction) =>
      blendValues(metric, prediction, all.target, nClasses, some, all.scale),
    ),
    { loss: blendLossOf(metric), mostMembers: members },
  );
}

/** @returns what the candidate says that ranks first on the known rows. */
function pickBest({ experiment, rows, all }: Question, known: Uint32Array): Float64Array {
  const { metric, task } = experiment;
  const { nClasses } = rows.target;
  const target = gather(all.target, known, new Float64Array(known.length));
  const scale = all.scale && gather(all.scale, known, new Float64Array(known.length));
  const sign = METRICS[metric].greaterIsBetter ? -1 : 1;
  const losses = all.predictions.map((prediction) => {
    const outputs = Float64Array.from(pickOutputs(prediction, known, nClasses));
    return sign * score(metric, task, target, outputs, nClasses, undefined, scale);
  });
  // Where the metric is not defined, the first is as good as any.
  const best = losses.reduce((least, loss, i) => (loss < losses[least] ? i : least), 0);
  return Float64Array.from(all.predictions[best]);
}

/** @returns null where the ranking metric is not defined on these rows. */
function describe(
  question: Question,
  weights: Float64Array,
  ours: Opinion,
  picked: Opinion,
  candidates: readonly Candidate[],
): (Omit<ProposedEnsemble, 'kept'> & { readonly standardError: number }) | null {
  const score = foldScore(question, ours);
  const difference = gainOver(question, ours, picked);
  if (!score || !difference) return null;
  const { standardError, ...outOfFoldGain } = difference;
  const members = membersOf(weights, candidates);
  const ofFolds = foldScores(question, ours);
  const all = ofFolds.every(Number.isFinite) && { foldScores: ofFolds };
  return { members, score, ...all, outOfFoldGain, candidates: candidates.length, standardError };
}

function membersOf(weights: Float64Array, candidates: readonly Candidate[]): Member[] {
  return heaviestFirst(weights).map((i) => {
    const { trial, family } = candidates[i];
    return { trial, family, weight: weights[i] };
  });
}
