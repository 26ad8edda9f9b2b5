/** Which calibrator a run took, and why. */
import type { Interval, RecalibrationJudgement } from '../ml/judgement.ts';
import { CALIBRATOR_WORDS } from '../plan/recalibration.ts';
import { capitalise, joinWords, plural } from './format.ts';
import type { Report } from './report.ts';
import { unitOf, unitsOf } from './unit-words.ts';

/** @returns null where there was nothing to choose. */
export function recalibrationSentence(report: Pick<Report, 'judgement' | 'recordings'>): string | null {
  const { recalibration } = report.judgement;
  if (!recalibration) return null;
  const { wanted, taken, tried, rows } = recalibration;
  if (wanted === 'none') return 'Its probabilities are as the model says them, as the plan wanted.';
  if (!taken) {
    return tried.length === 0
      ? `Its probabilities are as the model says them: ${plural(rows, unitOf(report))} are too few to tell whether a correction helps.`
      : `Its probabilities are as the model says them: ${joinWords(tried.map(withGain))} did not save log loss per row beyond the noise (plus is better) on rows that they were not fitted on.`;
  }
  const mine = tried.find(({ method }) => method === taken);
  const saved = mine ? ` saves ${saving(mine.gain)} of log loss per row (plus is better)` : ' was fitted';
  return `${wanted === 'choose' ? 'Its' : 'As the plan wanted, its'} probabilities are corrected by ${CALIBRATOR_WORDS[taken]}, which${saved} on rows that it was not fitted on${onHoldout(recalibration, unitsOf(report))}.${othersWords(recalibration)}`;
}

function withGain({ method, gain }: RecalibrationJudgement['tried'][number]): string {
  return `${CALIBRATOR_WORDS[method]} (${saving(gain)})`;
}

/** Small against the log loss itself: so many digits that an interval beside 0 is seen to be there. */
function saving({ value, low, high }: Interval): string {
  const ends = [low, high].filter((end) => end !== 0);
  const decimals = Math.max(4, ...ends.map((end) => Math.min(6, Math.ceil(-Math.log10(Math.abs(end))))));
  const [v, l, h] = [value, low, high].map((part) => `${part > 0 ? '+' : ''}${part.toFixed(decimals)}`);
  return `${v} [${l}, ${h}]`;
}

function onHoldout({ holdoutGain }: RecalibrationJudgement, units: string): string {
  return holdoutGain ? `, and ${saving(holdoutGain)} on the held-out ${units}` : '';
}

function othersWords({ taken, tried }: RecalibrationJudgement): string {
  const others = tried.filter(({ method }) => method !== taken).map(withGain);
  if (others.length === 0) return '';
  return ` ${capitalise(joinWords(others))} ${others.length === 1 ? 'was' : 'were'} not clearly better than a simpler way.`;
}
