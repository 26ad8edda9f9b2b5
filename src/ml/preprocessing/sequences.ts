/** Sequences as plain numbers: all moments in order for networks that read them so, a few numbers that tell about the whole
 *  for estimators that know nothing of order. */
import { z } from 'zod';
import { IS_KNOWN, type SequenceColumn, sequenceOf } from '../data/table.ts';

const Shape = { length: z.number().int().min(1), signals: z.array(z.string()).min(1) };

export const MomentsEncoder = z.object({
  kind: z.literal('moments'),
  ...Shape,
  /** Per signal, over all moments of the training rows. */
  means: z.array(z.number()),
  deviations: z.array(z.number().positive()),
});
export type MomentsEncoder = z.infer<typeof MomentsEncoder>;

export const SummaryEncoder = z.object({ kind: z.literal('summary'), ...Shape });
export type SummaryEncoder = z.infer<typeof SummaryEncoder>;

/** @param rows the training rows. */
export function fitMoments(column: SequenceColumn, rows: Uint32Array): MomentsEncoder {
  const { length, signals } = column;
  const moments = signals.map((_, signal) => {
    let [count, mean, squares] = [0, 0, 0];
    for (const row of rows) {
      const values = sequenceOf(column, row);
      for (let i = signal; i < values.length; i += signals.length) {
        if (Number.isNaN(values[i])) continue;
        // Welford's way: stable in one pass.
        const gap = values[i] - mean;
        mean += gap / ++count;
        squares += gap * (values[i] - mean);
      }
    }
    return { mean, deviation: Math.sqrt(squares / Math.max(1, count)) || 1 };
  });
  return {
    kind: 'moments',
    length,
    signals: [...signals],
    means: moments.map(({ mean }) => mean),
    deviations: moments.map(({ deviation }) => deviation),
  };
}

/** Every number of every moment, in deviations from the mean of its signal; 0, the mean, where it is not known. Longer or
 *  shorter sequences than those of training end where they end.
 *  @returns each Float64Array (rows.length), in the order of `momentLabels`. */
export function encodeMoments(
  { length, signals, means, deviations }: MomentsEncoder,
  column: SequenceColumn,
  rows: Uint32Array,
): Float64Array[] {
  const width = signals.length;
  const numbers = Array.from({ length: length * width }, () => new Float64Array(rows.length));
  const places = signals.map((signal) => column.signals.indexOf(signal));
  for (let i = 0; i < rows.length; i++) {
    const values = sequenceOf(column, rows[i]);
    for (let moment = 0; moment < length; moment++) {
      const at = moment + column.length - length;
      for (let k = 0; k < width; k++) {
        const value = at < 0 || places[k] < 0 ? Number.NaN : values[at * column.signals.length + places[k]];
        if (Number.isFinite(value)) numbers[moment * width + k][i] = (value - means[k]) / deviations[k];
      }
    }
  }
  return numbers;
}

/** "value, moment 3", counted from 1. */
export function momentLabels({ length, signals }: MomentsEncoder): string[] {
  return Array.from({ length }, (_, moment) =>
    signals.map((signal) => `${signal}, moment ${moment + 1}`),
  ).flat();
}

export function summaryOf({ length, signals }: SequenceColumn): SummaryEncoder {
  return { kind: 'summary', length, signals: signals.filter((signal) => signal !== IS_KNOWN) };
}

/** What a signal is as a whole. @property of told its known numbers, in order, at least one. */
const SUMMARIES: readonly { readonly name: string; readonly of: (values: readonly number[]) => number }[] = [
  { name: 'mean', of: meanOf },
  {
    name: 'deviation',
    of: (values) => {
      const mean = meanOf(values);
      return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
    },
  },
  { name: 'lowest', of: (values) => values.reduce((a, b) => Math.min(a, b)) },
  { name: 'highest', of: (values) => values.reduce((a, b) => Math.max(a, b)) },
  { name: 'first', of: (values) => values[0] },
  { name: 'last', of: (values) => values[values.length - 1] },
  {
    name: 'mean size of a change',
    of: (values) =>
      values.length < 2 ? 0 : meanOf(values.slice(1).map((value, i) => Math.abs(value - values[i]))),
  },
  {
    name: 'crossings of its mean',
    of: (values) => {
      const mean = meanOf(values);
      return values.filter((value, i) => i > 0 && value > mean !== values[i - 1] > mean).length;
    },
  },
];

/** NaN where a signal is not known at any moment. @returns in the order of `summaryLabels`. */
export function encodeSummary(
  { signals }: SummaryEncoder,
  column: SequenceColumn,
  rows: Uint32Array,
): Float64Array[] {
  const numbers = Array.from({ length: signals.length * SUMMARIES.length }, () =>
    new Float64Array(rows.length).fill(Number.NaN),
  );
  const places = signals.map((signal) => column.signals.indexOf(signal));
  for (let i = 0; i < rows.length; i++) {
    const all = sequenceOf(column, rows[i]);
    for (let k = 0; k < signals.length; k++) {
      const known: number[] = [];
      if (places[k] < 0) continue;
      for (let at = places[k]; at < all.length; at += column.signals.length) {
        if (!Number.isNaN(all[at])) known.push(all[at]);
      }
      if (known.length === 0) continue;
      SUMMARIES.forEach(({ of }, s) => {
        numbers[k * SUMMARIES.length + s][i] = of(known);
      });
    }
  }
  return numbers;
}

/** "value: mean". */
export function summaryLabels({ signals }: SummaryEncoder): string[] {
  return signals.flatMap((signal) => SUMMARIES.map(({ name }) => `${signal}, ${name}`));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
