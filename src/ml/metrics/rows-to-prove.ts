/** How many test rows it takes to prove a gain, so that nobody waits for a proof that their rows cannot give. */
import { normalQuantile } from '../quantiles.ts';

/** Chance of a true gain to be proven, and of none to be taken for one (two-sided). */
const POWER = 0.8;
const LEVEL = 0.05;

/** Rows that both models judge, for McNemar's test of two shares (Connor 1987).
 *  @param gain       difference of the two shares, above 0.
 *  @param discordant share of the rows on which only one of the two is right: at least the gain. */
export function pairedRowsToProve(gain: number, discordant: number): number {
  const { falseAlarm, power } = normals();
  const root = falseAlarm * Math.sqrt(discordant) + power * Math.sqrt(discordant - gain * gain);
  return Math.ceil((root / gain) ** 2 - 1e-9);
}

/** Rows that each of the two models judges where they judge different ones (Fleiss, Levin and Paik 2003, without the
 *  continuity correction). */
export function separateRowsToProve(from: number, to: number): number {
  const { falseAlarm, power } = normals();
  const mean = (from + to) / 2;
  const root =
    falseAlarm * Math.sqrt(2 * mean * (1 - mean)) + power * Math.sqrt(from * (1 - from) + to * (1 - to));
  return Math.ceil((root / (to - from)) ** 2 - 1e-9);
}

function normals(): { falseAlarm: number; power: number } {
  return { falseAlarm: normalQuantile(1 - LEVEL / 2), power: normalQuantile(POWER) };
}
