/** The part of a plan that only recordings have: how their rows become one. */
import { IS_KNOWN, type SequenceShape } from '../ml/data/table.ts';
import type { Windows } from '../ml/windows.ts';
import type { Profile } from '../profile/profile.ts';
import type { Plan } from './plan.ts';

/** What is told of each recording. */
export function recordingShape({ length, signals }: Windows): SequenceShape {
  return { length, signals: [...signals, IS_KNOWN] };
}

const MOST_NAMES = 6;

/** @param profile of the recordings. */
export function windowReasons(
  { id, order, signals, length, rowsPerMoment, areUneven }: Windows,
  { rows }: Profile,
): Plan['reasons'] {
  const moments =
    rowsPerMoment === 1 ? `${length} rows` : `${length} moments, each the mean of ${rowsPerMoment} rows`;
  const uneven = areUneven
    ? ' Recordings end together: what a shorter one lacks at its beginning is marked as not known, and nothing is stretched.'
    : '';
  const names = [...signals.slice(0, MOST_NAMES), ...(signals.length > MOST_NAMES ? ['…'] : [])].join(', ');
  return [
    {
      choice: 'Recordings',
      value: `one prediction for each of ${rows.toLocaleString('en-US')} ${id}`,
      reason: `The rows of one ${id} are one recording, ordered ${order === null ? 'as in the file' : `by ${order}`}, and all of them are on one side of every split.`,
    },
    {
      choice: 'Signals',
      value: names,
      reason: `A sequence network reads up to ${moments}, in their order. All other models see what the signals are as a whole: mean, deviation, lowest, highest, first and last value, size of changes and crossings of the mean.${uneven}`,
    },
  ];
}
