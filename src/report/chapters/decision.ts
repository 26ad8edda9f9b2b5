/** From a probability to a decision: whether probabilities mean what they say, where to cut, and what that means in rows and
 *  in money. Judged on the held-out rows; the cut-off itself comes from the costs alone. */
import type { Costs } from '../../ml/experiment.ts';
import {
  bestCutOff,
  type CostCurve,
  costCurve,
  type DecisionAt,
  decideAt,
} from '../../ml/metrics/decision-cost.ts';
import { type Reliability, reliability } from '../../ml/metrics/reliability.ts';
import { wilsonInterval } from '../../ml/metrics/wilson.ts';
import { CALIBRATOR_WORDS } from '../../plan/recalibration.ts';
import { capitalise, formatCount, formatNumber, formatShare, truncate } from '../format.ts';
import { unitsOf } from '../unit-words.ts';
import type { Absent, Chapter, ChapterSource, ChapterTable } from './chapter.ts';

export interface DecisionFacts {
  /** Float64Array (rows): probability of the positive class; with several classes of the decided one. */
  readonly said: Float64Array;
  readonly came: Float64Array;
  readonly reliability: Reliability;
  /** Before a calibrator corrected the probabilities; null where none did. */
  readonly before: { readonly reliability: Reliability; readonly calibrator: string } | null;
  /** What `said` has one number for each of. */
  readonly units: 'rows' | 'recordings';
  /** With two classes only. */
  readonly decision: { readonly positive: string; readonly at: DecisionAt; readonly ofLabels: number } | null;
  readonly cost: { readonly costs: Costs; readonly curve: CostCurve } | null;
}

/** @returns why there are none, as a sentence. */
export function decisionFacts({ report, evidence, costs }: ChapterSource): DecisionFacts | string {
  const heldOut = evidence?.heldOut;
  if (report.task === 'regression') {
    return 'This run predicts values, not probabilities: its picture of predicted against actual values says how far to trust them.';
  }
  if (!heldOut || heldOut.rows.length === 0) {
    return `This run kept no predictions of its held-out ${unitsOf(report)}. A new run of the same plan keeps them.`;
  }
  const pairs = report.task === 'binary' ? positive : decided;
  const { said, came } = pairs(heldOut);
  const { seed } = report.provenance;
  const shared = {
    ...{ said, came, reliability: reliability(said, came, seed) },
    before: beforeCalibration(report, heldOut, pairs, seed),
    units: unitsOf(report),
  };
  const name = report.classes[1];
  if (report.task !== 'binary' || name === undefined) return { ...shared, decision: null, cost: null };
  const ofLabels = report.judgement.threshold ?? 0.5;
  const cutOff = costs ? bestCutOff(costs) : ofLabels;
  return {
    ...shared,
    decision: { positive: truncate(name, 40), at: decideAt(said, came, cutOff), ofLabels },
    cost: costs ? { costs, curve: costCurve(said, came, costs, cutOff, seed) } : null,
  };
}

type Kept = NonNullable<NonNullable<ChapterSource['evidence']>['heldOut']>;
type Pairs = Pick<DecisionFacts, 'said' | 'came'>;

function beforeCalibration(
  { judgement }: ChapterSource['report'],
  heldOut: Kept,
  pairs: typeof positive,
  seed: number,
): DecisionFacts['before'] {
  const taken = judgement.recalibration?.taken;
  if (!taken || !heldOut.uncalibrated) return null;
  const { said, came } = pairs({ ...heldOut, predicted: heldOut.uncalibrated });
  return { reliability: reliability(said, came, seed), calibrator: CALIBRATOR_WORDS[taken] };
}

function positive({ actual, predicted }: Pick<Kept, 'actual' | 'predicted'>): Pairs {
  return { said: Float64Array.from(predicted[1] ?? []), came: Float64Array.from(actual) };
}

function decided({ actual, predicted }: Pick<Kept, 'actual' | 'predicted'>): Pairs {
  const best = actual.map((_, row) =>
    predicted.reduce((most, output, k) => ((output[row] ?? 0) > (predicted[most]?.[row] ?? 0) ? k : most), 0),
  );
  return {
    said: Float64Array.from(best, (k, row) => predicted[k]?.[row] ?? 0),
    came: Float64Array.from(best, (k, row) => (k === actual[row] ? 1 : 0)),
  };
}

export function tellDecision(source: ChapterSource): Chapter | Absent {
  const facts = decisionFacts(source);
  if (typeof facts === 'string') return { absent: facts };
  return {
    title: facts.decision ? 'From probability to decision' : 'Do the probabilities mean what they say?',
    sentences: [...decisionSentences(facts), ...calibrationSentences(facts)],
    table: facts.decision && topTable(facts),
  };
}

function decisionSentences({ said, decision, cost, units }: DecisionFacts): string[] {
  if (!decision) return [];
  const { positive: name, at, ofLabels } = decision;
  const n = said.length;
  const per1000 = (count: number) => formatCount((1000 * count) / n);
  const counts = `of 1,000 ${units} like the held-out ones you would act on ${per1000(at.taken)}, ${per1000(at.found)} of them rightly, and miss ${per1000(at.missed)} that are ${name} (of the ${formatCount(n)} held-out ${units}: ${formatCount(at.taken)}, ${formatCount(at.found)} and ${formatCount(at.missed)})`;
  if (!cost) {
    return [
      `At a cut-off of ${formatShare(at.cutOff)}, ${counts}.`,
      `Tell me what a mistake costs and I choose the cut-off by it, for example: a missed one costs 400, a false alarm 20.`,
    ];
  }
  const { costs, curve } = cost;
  const money = (perRow: number) => formatNumber(Number((1000 * perRow).toPrecision(3)));
  const agrees = at.cutOff >= curve.best.low && at.cutOff <= curve.best.high;
  const best = `[${formatShare(curve.best.low)}, ${formatShare(curve.best.high)}]`;
  return [
    `Act from ${formatShare(at.cutOff)} on: ${counts}.`,
    `That costs ${money(curve.chosen.value)} per 1,000 ${units} [${money(curve.chosen.low)}, ${money(curve.chosen.high)}], against ${money(curve.nobody)} if you act on nobody and ${money(curve.everybody)} if you act on everybody.`,
    `The cut-off follows from your costs alone, ${formatNumber(costs.falseAlarm)} for a false alarm and ${formatNumber(costs.missed)} for a missed one, and is right where probabilities are. On the held-out ${units} the cheapest is ${formatShare(curve.best.value)} ${best}: ${agrees ? 'they agree' : `they disagree, so the probabilities are off there, or there are too few ${units}`}.`,
    ...(ofLabels === at.cutOff
      ? []
      : [
          `The labels of this model are cut at ${formatShare(ofLabels)}; read its probabilities to act by your costs.`,
        ]),
  ];
}

function calibrationSentences({ reliability: after, before }: DecisionFacts): string[] {
  if (!before) return [errorSentence(after)];
  const { reliability: earlier, calibrator } = before;
  const less = earlier.error > after.error ? 'less' : 'no less';
  return [
    errorSentence(after),
    `That is after ${calibrator} corrected them, and ${less} than before: the model's own were off by ${formatShare(earlier.error)}, of which chance explains ${formatShare(earlier.byChance)}.`,
  ];
}

function errorSentence({ error, byChance, bins }: Reliability): string {
  const off = `The probabilities are off by ${formatShare(error)} on average (expected calibration error, ${bins.length} bins of equal mass)`;
  return error <= byChance
    ? `${off}. By chance alone it could be ${formatShare(byChance)}, so nothing shows that they are wrong.`
    : `${off}, more than the ${formatShare(byChance)} that chance explains: read them as an order rather than as chances.`;
}

const TOPS = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5];

/** Precision and recall of those at the top of the list, for a team that has time for so many. */
function topTable({ said, came, decision, units }: DecisionFacts): ChapterTable {
  const order = Uint32Array.from(said, (_, row) => row).sort((a, b) => said[b] - said[a]);
  const positives = came.reduce((sum, value) => sum + value, 0);
  const share = (found: number, of: number) => {
    if (of === 0) return { value: 0, text: '–' };
    const { low, high } = wilsonInterval(found / of, of, 0.95);
    return {
      value: found / of,
      text: `${formatShare(found / of)} [${formatShare(low)}, ${formatShare(high)}]`,
    };
  };
  return {
    caption: `The surest ${units} first: how many are ${decision?.positive ?? ''}, and which part of all of those`,
    columns: ['Top', capitalise(units), 'Precision', 'Recall'],
    rows: TOPS.map((top) => {
      const taken = Math.max(1, Math.round(top * order.length));
      const found = order.subarray(0, taken).reduce((sum, row) => sum + came[row], 0);
      return [
        { value: top, text: `${100 * top}%` },
        { value: taken, text: formatCount(taken) },
        share(found, taken),
        share(found, positives),
      ];
    }),
  };
}
