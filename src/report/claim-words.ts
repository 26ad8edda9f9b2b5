/** The check of a claim in words: questions as a sceptic asks them, each with its answer. Free of markup, as in
 *  `summary.ts`. */
import { METRICS } from '../ml/metrics/registry.ts';
import { pairedRowsToProve, separateRowsToProve } from '../ml/metrics/rows-to-prove.ts';
import { wilsonInterval } from '../ml/metrics/wilson.ts';
import { type ClaimCheck, estimatedCeiling, type Room, roomFor } from './claim-check.ts';
import {
  familyLabel,
  formatCount,
  formatDifference,
  formatInterval,
  formatNumber,
  formatScore,
  formatShare,
  plural,
  withinSentence,
} from './format.ts';

export interface Answer {
  readonly question: string;
  readonly answer: string;
}

export function answerClaim(check: ClaimCheck): Answer[] {
  return [
    isItKnown(check),
    rowsToProve(check),
    isThereRoom(check),
    whatClosesTheGap(check),
    headToHead(check),
  ].filter((answer) => answer !== null);
}

/** Sizes that a test set often has, for those who did not say theirs. */
const USUAL_SIZES = [200, 1000, 5000];

export function isItKnown({
  metric,
  score,
  testRows,
  uploaded,
  task,
}: Omit<ClaimCheck, 'target'>): Answer | null {
  const measured = uploaded?.score
    ? `What your model predicts (\`${uploaded.name}\`) has ${formatInterval(metric, uploaded.score)} on ${plural(uploaded.matched, 'row')} that I could match${uploaded.unmatched > 0 ? ` (${formatCount(uploaded.unmatched)} could not be)` : ''}. If it was trained on some of them, that flatters it.`
    : (uploaded?.problem ?? null);
  if (score === null) {
    return measured === null ? null : { question: 'How good is your model?', answer: measured };
  }
  const claimed = formatScore(metric, score);
  const question = `Is ${claimed} even known?`;
  if (measured !== null) return { question, answer: measured };
  if (metric !== 'accuracy') {
    const kind = task === 'regression' ? 'value' : 'probability';
    const rows = testRows === null ? '' : `, measured on ${plural(testRows, 'row')},`;
    return {
      question,
      answer: `The interval of ${METRICS[metric].label}${rows} cannot be told from the score alone. Upload your model's predictions (a CSV with the row's id or number and the predicted ${kind}) or the model itself as ONNX, and I measure it.`,
    };
  }
  const on = (rows: number) => {
    const { low, high } = wilsonInterval(score, rows, 0.95);
    return `${formatShare(low)} to ${formatShare(high)}`;
  };
  if (testRows !== null) {
    return {
      question,
      answer: `Measured on ${plural(testRows, 'row')}, it means anything from ${on(testRows)} (95% interval, Wilson).`,
    };
  }
  const sizes = USUAL_SIZES.map((rows) => `${on(rows)} on ${formatCount(rows)} rows`);
  return {
    question,
    answer: `That depends on how many rows it was measured on: it means ${sizes.join(', ')} (95% intervals). Tell me the number of test rows, or upload what it predicts, or the model itself as ONNX.`,
  };
}

/** Share of the rows that divide two models beyond the gain itself, on which the needed rows depend. */
const USUAL_DISAGREEMENT = 0.04;

export function rowsToProve({
  metric,
  score,
  wanted,
  holdoutRows,
}: Omit<ClaimCheck, 'target'>): Answer | null {
  if (metric !== 'accuracy' || score === null || wanted === null) return null;
  if (wanted <= score || wanted > 1 || score < 0) return null;
  const gain = wanted - score;
  // No more rows can divide them than either decides wrongly.
  const discordant = Math.min(1 - score + (1 - wanted), gain + USUAL_DISAGREEMENT);
  const paired = pairedRowsToProve(gain, discordant);
  const separate = separateRowsToProve(score, Math.min(wanted, 1 - 1e-9));
  const enough =
    holdoutRows === 0
      ? ''
      : holdoutRows >= paired
        ? ` The holdout here will have ${formatCount(holdoutRows)}: enough, if I get your model's predictions.`
        : ` The holdout here will have ${formatCount(holdoutRows)}: too few to prove it surely.`;
  return {
    question: `How many test rows would prove ${formatScore(metric, wanted)}?`,
    answer: `About ${formatCount(paired)} that both models judge (if they disagree on ${formatShare(discordant)} of the rows), or ${formatCount(separate)} for each model on different rows, for a chance of 80% to see it.${enough}`,
  };
}

/** Share of what the best gains over the baseline, within which another model counts as near. */
const NEAR = 0.05;

function isThereRoom({ findings, wanted, problem, task }: ClaimCheck): Answer | null {
  const question = 'Is there room in this data?';
  if (!findings) return problem === null ? null : { question, answer: problem };
  const { metric, quick, lead, baseline, curve, ahead } = findings;
  const [best, next] = quick;
  if (!best) return null;
  const name = (one: typeof best) => withinSentence(familyLabel(one.family, task));
  const sentences = [
    `Untuned, ${name(best)} reaches ${METRICS[metric].label} ${formatInterval(metric, best.score)} in cross-validation on ${plural(findings.rows, 'training row')}; the baseline has ${formatScore(metric, baseline)}. The holdout was not looked at.`,
  ];
  if (next && lead) {
    sentences.push(
      lead.low > 0 || lead.value > NEAR * Math.abs(best.score.value - baseline)
        ? `A model of another kind, ${name(next)}, has ${formatScore(metric, next.score.value)}.`
        : `A model of another kind, ${name(next)}, is tied with it (${formatScore(metric, next.score.value)}), which hints that the limit lies in the data.`,
    );
  }
  const [first] = curve;
  const far = ahead.at(-1);
  if (first && curve.length > 1 && far) {
    const path = curve.map(
      ({ rows, score }) => `${formatScore(metric, score.value)} at ${formatCount(rows)}`,
    );
    sentences.push(
      `With more rows it went ${path.join(', ')}; continued, ${far.times} times the rows would give ${formatInterval(metric, far.score)}.`,
    );
  }
  const ceiling = estimatedCeiling(findings);
  if (ceiling !== null) {
    sentences.push(
      `Its own probabilities promise at most ${formatScore(metric, ceiling)}: an estimate from these columns, not a bound.`,
    );
  }
  const verdict = wanted === null ? '' : `${ROOM[roomFor(wanted, findings)](formatScore(metric, wanted))} `;
  return { question, answer: verdict + sentences.join(' ') };
}

const ROOM: Readonly<Record<Room, (wanted: string) => string>> = {
  reached: (wanted) => `Yes: ${wanted} is reached without any tuning.`,
  tuning: (wanted) => `Perhaps: ${wanted} is within the uncertainty of an untuned model.`,
  rows: (wanted) => `Not with these rows, but ${wanted} may be reached with more of them.`,
  labels: (wanted) => `Not as the labels are: ${wanted} is out of reach while so many of them look wrong.`,
  columns: (wanted) => `No sign of it: ${wanted} is most likely not in these columns.`,
};

function whatClosesTheGap({ findings, wanted, task, score }: ClaimCheck): Answer | null {
  if (!findings || wanted === null) return null;
  const { metric, lastDoubling, labels, baseline } = findings;
  const room = roomFor(wanted, findings);
  if (room === 'reached') return null;
  const ways: string[] = [];
  const doubling = lastDoubling && formatDifference(metric, lastDoubling, baseline);
  const noise = labels ? labelWords(labels) : '';
  if (room === 'rows') ways.push(`More rows: the last doubling brought ${doubling}.`);
  if (room === 'labels') ways.push(`Better labels: ${noise}`);
  if (room === 'tuning') ways.push('Tuning and an ensemble, which is what a plan does.');
  if (room === 'columns') {
    ways.push(
      'New columns that know something about the outcome: what happened shortly before it, and what the people who decide it look at.',
      'Tuning helps little where unlike models end at the same score.',
    );
  }
  if (room !== 'rows' && doubling) {
    ways.push(
      lastDoubling && lastDoubling.low > 0
        ? `More rows still help: the last doubling brought ${doubling}.`
        : `More rows alone are not shown to help: the last doubling brought ${doubling}.`,
    );
  }
  if (room !== 'labels' && noise !== '') ways.push(noise.charAt(0).toUpperCase() + noise.slice(1));
  if (task !== 'regression' && metric === 'accuracy' && baseline > 0.7 && (score ?? 1) - baseline < 0.15) {
    ways.push(
      `Accuracy is a poor goal here: always naming the commonest class has ${formatScore(metric, baseline)}. A cost for each kind of mistake says more.`,
    );
  }
  return { question: 'What would most likely close the gap?', answer: ways.join(' ') };
}

function labelWords({
  suspected,
  floor,
  lost,
  conflicting,
}: NonNullable<NonNullable<ClaimCheck['findings']>['labels']>): string {
  const parts = [];
  if (floor) {
    parts.push(
      `where the model is surest, ${formatShare(floor.value)} of the labels say otherwise (${formatShare(floor.low)} to ${formatShare(floor.high)}), an estimate of the share that is wrong`,
    );
  }
  if (suspected > 0) parts.push(`${formatShare(suspected)} of the labels look doubtful, wrong or just hard`);
  if (conflicting > 0) {
    parts.push(
      `${formatShare(conflicting)} of the rows have an equal with another label, so ${formatShare(lost)} can be right by no model`,
    );
  }
  return parts.length === 0 ? '' : `${parts.join('; ')}.`;
}

function headToHead({ uploaded }: ClaimCheck): Answer | null {
  const match = uploaded?.headToHead;
  if (!uploaded || !match) return null;
  const { metric, ours, theirs, gain, chance, leastGain, verdict, decisions, rows } = match;
  const least =
    METRICS[metric].unit === 'percent'
      ? plural(Number((100 * leastGain).toFixed(2)), 'percentage point')
      : formatNumber(leastGain);
  const word = { better: 'Better', tied: 'Tied', worse: 'Worse' }[verdict];
  const sentences = [
    `${word}. On the same ${plural(rows, 'held-out row')} ours has ${formatInterval(metric, ours)}, yours ${formatInterval(metric, theirs)}; the paired gain is ${formatDifference(metric, gain, ours.value)}, and ours is ahead in ${formatShare(chance)} of the resamples.`,
    `Called better or worse only where the whole interval is beyond the least useful gain, ${least}.`,
  ];
  if (decisions) {
    sentences.push(
      `Ours alone decides ${plural(decisions.onlyOurs, 'row')} rightly, yours alone ${formatCount(decisions.onlyTheirs)} (McNemar, exact p ${decisions.p < 0.001 ? 'below 0.001' : decisions.p.toFixed(3)}).`,
    );
  }
  sentences.push(
    `Our model was chosen from ${plural(uploaded.candidates, 'trial')} without these rows, ${uploaded.looks === 1 ? 'which were looked at once' : `which ${plural(uploaded.looks, 'report')} of this thread looked at`}.`,
  );
  return { question: `Run ${uploaded.runNumber ?? ''} against your model`, answer: sentences.join(' ') };
}

/** One line for a notification. */
export function claimHeadline({ metric, wanted, findings }: ClaimCheck): string {
  if (!findings || wanted === null) return `The check of ${METRICS[metric].label}.`;
  return ROOM[roomFor(wanted, findings)](formatScore(metric, wanted));
}
