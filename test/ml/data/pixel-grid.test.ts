import { describe, expect, it } from 'vitest';
import { type NumberRange, pixelGrid } from '../../../src/ml/data/pixel-grid.ts';

const named = (names: readonly string[], high = 255, low = 0): NumberRange[] =>
  names.map((name) => ({ name, low, high }));
const count = (n: number, name: (i: number) => string) => Array.from({ length: n }, (_, i) => name(i));

describe('a pixel grid', () => {
  it('is found in columns numbered by line and column, from 0 or 1', () => {
    const from = (start: number) => count(48, (i) => `pixel_${Math.floor(i / 8) + start}_${(i % 8) + start}`);
    for (const start of [0, 1]) {
      const grid = pixelGrid(named(from(start), 16));
      expect(grid).toEqual({ height: 6, width: 8, channels: 1, columns: from(start) });
    }
  });

  it('is found in numbered pixels of a square image, with one channel or three', () => {
    const size = (n: number) => {
      const { height, width, channels } = pixelGrid(named(count(n, (i) => `pixel${i}`))) ?? {};
      return [height, width, channels];
    };
    expect(size(784)).toEqual([28, 28, 1]);
    expect(size(3072)).toEqual([32, 32, 3]);
    expect(size(785)).toEqual([undefined, undefined, undefined]);
  });

  it('is found with a channel in the name', () => {
    const names = count(48, (i) => `px_${Math.floor(i / 12)}_${Math.floor(i / 3) % 4}_${i % 3}`);
    expect(pixelGrid(named(names))).toMatchObject({ height: 4, width: 4, channels: 3 });
  });

  const OTHERS: [string, NumberRange[]][] = [
    ['too few', named(count(9, (i) => `pixel${i}`))],
    ['numbers without a word for pixels', named(count(64, (i) => `feature${i}`))],
    ['gaps in the numbers', named(count(64, (i) => `pixel${i < 10 ? i : i + 1}`))],
    ['another order', named(count(64, (i) => `pixel${63 - i}`))],
    ['columns of different names', named([...count(63, (i) => `pixel${i}`), 'age'])],
    ['an incomplete grid', named(count(63, (i) => `pixel_${Math.floor(i / 8)}_${i % 8}`))],
    [
      'negative numbers',
      named(
        count(64, (i) => `pixel${i}`),
        1,
        -1,
      ),
    ],
    [
      'numbers too large',
      named(
        count(64, (i) => `pixel${i}`),
        1000,
      ),
    ],
    [
      'missing values only',
      named(
        count(64, (i) => `pixel${i}`),
        Number.NaN,
        Number.NaN,
      ),
    ],
    ['nothing', []],
  ];
  it.each(OTHERS)('is not seen in %s', (_, columns) => {
    expect(pixelGrid(columns)).toBeNull();
  });
});
