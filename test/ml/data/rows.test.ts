import { describe, expect, it } from 'vitest';
import { everyRow, gather } from '../../../src/ml/data/rows.ts';

describe('everyRow', () => {
  it('numbers rows from 0', () => {
    expect(everyRow(3)).toEqual(Uint32Array.of(0, 1, 2));
    expect(everyRow(0)).toEqual(new Uint32Array(0));
  });
});

describe('gather', () => {
  it('takes values in the order of the rows, as often as they are named', () => {
    const out = new Int32Array(4);
    expect(gather(Int32Array.of(-5, 6, 7), Uint32Array.of(2, 0, 0, 1), out)).toBe(out);
    expect(out).toEqual(Int32Array.of(7, -5, -5, 6));
  });
});
