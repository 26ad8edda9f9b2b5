/** The check of a claim about an existing model: what was said, what the data says, and how far the two are apart. */
import { z } from 'zod';
import { ClaimFindings } from '../ml/claim.ts';
import { MetricName, Task } from '../ml/experiment.ts';
import { Interval } from '../ml/judgement.ts';
import { HeadToHead } from '../ml/metrics/head-to-head.ts';
import { isBetter, METRICS } from '../ml/metrics/registry.ts';

export const ClaimCheck = z.object({
  target: z.string(),
  task: Task,
  metric: MetricName,
  /** As claimed; null where only a model or its predictions were uploaded. */
  score: z.number().nullable(),
  wanted: z.number().nullable(),
  testRows: z.number().int().nullable(),
  leastGain: z.number(),
  /** Rows that our plan would judge on. */
  holdoutRows: z.number().int(),
  findings: ClaimFindings.nullable(),
  /** Why there are none, as a sentence. */
  problem: z.string().nullable(),
  /** What the uploaded model or its predictions score on the rows that could be matched. */
  uploaded: z
    .object({
      name: z.string(),
      matched: z.number().int(),
      unmatched: z.number().int(),
      /** Why nothing was measured, as a sentence. */
      problem: z.string().exactOptional(),
      score: Interval.nullable(),
      /** Against our newest model, on the rows that it never saw. */
      headToHead: HeadToHead.nullable(),
      runNumber: z.number().int().nullable(),
      /** Trials that our model was chosen from, and reports that had looked at these held-out rows by then. */
      candidates: z.number().int(),
      looks: z.number().int(),
    })
    .nullable(),
});
export type ClaimCheck = z.infer<typeof ClaimCheck>;

/** What is taken for the least useful gain where nobody said one: a percentage point, or 2% of an error. */
export function usualLeastGain(metric: MetricName, score: number): number {
  return METRICS[metric].unit === 'target' ? 0.02 * Math.abs(score) : 0.01;
}

/** What would most likely close the gap:
 *  - `reached`: a quick model is there already; - `tuning`: it is within the uncertainty of one;
 *  - `rows`: the learning curve still rises and may get there; - `labels`: too many labels look wrong;
 *  - `columns`: the outcome is not in these columns. */
export type Room = 'reached' | 'tuning' | 'rows' | 'labels' | 'columns';

/** More wrong labels than this among the surest rows, or rows that no model can get right, stand in the way. */
const TOLERABLE_NOISE = 0.03;

export function roomFor(wanted: number, findings: ClaimFindings): Room {
  const { metric, quick, ahead, lastDoubling } = findings;
  const { greaterIsBetter } = METRICS[metric];
  const reaches = (score: number) => score === wanted || isBetter(metric, score, wanted);
  const ends = ({ low, high }: Interval) => (greaterIsBetter ? [low, high] : [high, low]) as [number, number];
  const [best] = quick as [(typeof quick)[number]];
  const [worst, luckiest] = ends(best.score);
  if (reaches(worst)) return 'reached';
  if (reaches(luckiest)) return 'tuning';
  const far = ahead.at(-1);
  if (far && reaches(ends(far.score)[1]) && lastDoubling && lastDoubling.low > 0) return 'rows';
  if (labelsLookWrong(findings)) return 'labels';
  return 'columns';
}

/** Whether more labels than a model can live with look wrong. */
export function labelsLookWrong({ labels }: Pick<ClaimFindings, 'labels'>): boolean {
  return labels !== null && ((labels.floor?.low ?? 0) > TOLERABLE_NOISE || labels.lost > TOLERABLE_NOISE);
}

/** The accuracy that the probabilities promise, as an upper estimate; null where a model has beaten it already, since
 *  it was no bound then. */
export function estimatedCeiling({ metric, promised, quick }: ClaimFindings): number | null {
  if (metric !== 'accuracy' || promised === null) return null;
  return quick.some(({ score }) => score.value > promised) ? null : promised;
}
