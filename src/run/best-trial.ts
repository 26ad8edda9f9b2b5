/** Which trial wins. */
import type { MetricName } from '../ml/experiment.ts';
import { isBetter } from '../ml/metrics/registry.ts';
import type { TrialResult } from '../ml/tuning/trial.ts';

type ScoredTrial = TrialResult & { readonly score: number };

/** The complete trials by mean score, the best first; of equals, the one that was scheduled first. */
export function rankTrials(metric: MetricName, trials: Iterable<TrialResult>): ScoredTrial[] {
  return [...trials]
    .filter((trial): trial is ScoredTrial => trial.state === 'complete' && trial.score !== null)
    .sort((a, b) => {
      if (isBetter(metric, a.score, b.score)) return -1;
      return isBetter(metric, b.score, a.score) ? 1 : a.number - b.number;
    });
}

/** The first of them; null without one. */
export function bestTrial(metric: MetricName, trials: Iterable<TrialResult>): ScoredTrial | null {
  return rankTrials(metric, trials)[0] ?? null;
}
