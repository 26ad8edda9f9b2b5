/** Which trial wins. */
import type { MetricName } from '../ml/experiment.ts';
import { isBetter } from '../ml/metrics/registry.ts';
import type { TrialResult } from '../ml/tuning/trial.ts';

/** The complete trial with the best mean score; of equals, the one that was scheduled first. Null without one. */
export function bestTrial(
  metric: MetricName,
  trials: Iterable<TrialResult>,
): (TrialResult & { readonly score: number }) | null {
  let best: (TrialResult & { readonly score: number }) | null = null;
  for (const trial of [...trials].sort((a, b) => a.number - b.number)) {
    const { state, score } = trial;
    if (state !== 'complete' || score === null) continue;
    if (!best || isBetter(metric, score, best.score)) best = { ...trial, score };
  }
  return best;
}
