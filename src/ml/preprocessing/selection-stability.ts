/** Whether a choice of features would be the same on other rows. */
import { z } from 'zod';

/** 1: every subsample chose the same features; 0: no more alike than chance. With a 95% interval. */
export const Stability = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Stability = z.infer<typeof Stability>;

const NORMAL_975 = 1.959963984540054;

/** Nogueira, Sechidis and Brown 2018, "On the Stability of Feature Selection Algorithms", equation 4, with the
 *  asymptotic interval of their theorem 10. Defined as 1 where all or none of the features are chosen.
 *  @param choices at least 2: for each subsample, Uint8Array (features), 1 for the chosen ones. */
export function selectionStability(choices: readonly Uint8Array[]): Stability {
  const m = choices.length;
  const p = choices[0].length;
  const frequencies = selectionFrequencies(choices);
  const nChosen = choices.map((choice) => choice.reduce((sum, chosen) => sum + chosen, 0));
  const share = nChosen.reduce((sum, k) => sum + k, 0) / (m * p);
  const byChance = share * (1 - share);
  if (!(byChance > 0)) return { value: 1, low: 1, high: 1 };
  const variance = frequencies.reduce((sum, f) => sum + (m / (m - 1)) * f * (1 - f), 0) / p;
  const value = 1 - variance / byChance;
  const influence = choices.map((choice, i) => {
    const shareHere = nChosen[i] / p;
    const agreement = frequencies.reduce((sum, f, j) => sum + choice[j] * f, 0) / p;
    const correction = (value / 2) * (2 * share * shareHere - shareHere - share + 1);
    return (agreement - shareHere * share - correction) / byChance;
  });
  const mean = influence.reduce((sum, x) => sum + x, 0) / m;
  const spread = influence.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const half = NORMAL_975 * Math.sqrt((4 / m ** 2) * spread);
  return { value, low: value - half, high: Math.min(1, value + half) };
}

/** In how many of the subsamples each feature was chosen, as a share. */
export function selectionFrequencies(choices: readonly Uint8Array[]): number[] {
  return Array.from(
    choices[0],
    (_, j) => choices.reduce((sum, choice) => sum + choice[j], 0) / choices.length,
  );
}
