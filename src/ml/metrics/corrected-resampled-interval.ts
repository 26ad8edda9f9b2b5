import { studentTQuantile } from '../quantiles.ts';

/** The mean of cross-validation scores with the corrected resampled t interval (Nadeau and Bengio 2003).
 *
 *  Folds share training rows, so their scores are correlated and the plain s²/k is too small; the correction takes
 *  s² (1/k + nTest/nTrain), with k - 1 degrees of freedom.
 *  @param foldScores at least one score; a single one has no spread, and NaN ends.
 *  @param nTrain rows trained on per fold. @param nTest rows judged per fold.
 *  @returns ends that are not clipped to the metric's range. */
export function correctedResampledInterval(
  foldScores: readonly number[],
  nTrain: number,
  nTest: number,
  confidence = 0.95,
): { value: number; low: number; high: number } {
  const k = foldScores.length;
  const value = foldScores.reduce((sum, score) => sum + score, 0) / k;
  const variance = foldScores.reduce((sum, score) => sum + (score - value) ** 2, 0) / (k - 1);
  const standardError = Math.sqrt(variance * (1 / k + nTest / nTrain));
  const half = studentTQuantile((1 + confidence) / 2, k - 1) * standardError;
  return { value, low: value - half, high: value + half };
}
