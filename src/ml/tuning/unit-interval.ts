/** Every distribution as a map from the unit interval: what samplers that think in numbers work with. A uniform number
 *  becomes a draw from the distribution; whole numbers and choices are cells of the interval. */
import type { Distribution, ParameterValue } from './distributions.ts';

/** @param unit in [0, 1]. */
export function fromUnit(distribution: Distribution, unit: number): ParameterValue {
  if (distribution.kind === 'categorical') {
    const { choices } = distribution;
    return choices[Math.min(choices.length - 1, Math.floor(unit * choices.length))] as ParameterValue;
  }
  const { kind, low, high, log } = distribution;
  if (kind === 'float') {
    if (!log) return clamp(between(low, high, unit), low, high);
    return clamp(Math.exp(between(Math.log(low), Math.log(high), unit)), low, high);
  }
  if (!log) return clamp(low + Math.floor(unit * (high - low + 1)), low, high);
  // Half a step wider on both sides, so that the end values are as likely as their neighbours (as Optuna does).
  return clamp(Math.round(Math.exp(between(Math.log(low - 0.5), Math.log(high + 0.5), unit))), low, high);
}

/** Where a value lies in the interval; the middle of its cell for a choice. */
export function toUnit(distribution: Distribution, value: ParameterValue): number {
  if (distribution.kind === 'categorical') {
    const { choices } = distribution;
    return (choices.indexOf(value) + 0.5) / choices.length;
  }
  return placeOf(distribution, value as number);
}

/** The part of the interval that becomes this value: a point for a float. */
export function cellOf(distribution: Distribution, value: ParameterValue): readonly [number, number] {
  if (distribution.kind === 'categorical') {
    const { choices } = distribution;
    const place = choices.indexOf(value);
    return [place / choices.length, (place + 1) / choices.length];
  }
  const number = value as number;
  const half = distribution.kind === 'int' ? 0.5 : 0;
  return [placeOf(distribution, number - half), placeOf(distribution, number + half)];
}

function placeOf(
  { kind, low, high, log }: Exclude<Distribution, { kind: 'categorical' }>,
  at: number,
): number {
  const half = kind === 'int' ? 0.5 : 0;
  const scale = (x: number) => (log ? Math.log(x) : x);
  return share(scale(low - half), scale(high + half), scale(at));
}

function between(low: number, high: number, unit: number): number {
  const width = high - low;
  // The width of a range may be more than the largest number.
  return Number.isFinite(width) ? low + unit * width : low * (1 - unit) + high * unit;
}

function share(low: number, high: number, value: number): number {
  if (high === low) return 0.5;
  return clamp((value / 2 - low / 2) / (high / 2 - low / 2), 0, 1);
}

/** Rounding in the last bit must not leave the range. */
function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
