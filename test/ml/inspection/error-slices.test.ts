import { describe, expect, it } from 'vitest';
import type { RowGroups } from '../../../src/ml/data/row-groups.ts';
import { findSlices, holm } from '../../../src/ml/inspection/error-slices.ts';
import { studentTTail } from '../../../src/ml/quantiles.ts';
import { Random } from '../../../src/ml/random.ts';

const N = 1200;

function columns(names: readonly string[], seed = 1): RowGroups[] {
  return names.map((column) => {
    const random = new Random(seed).derive(column);
    return {
      column,
      labels: ['one', 'two', 'three'],
      pooled: null,
      of: Int32Array.from({ length: N }, () => random.integer(3)),
    };
  });
}

const search = (groups: readonly RowGroups[], losses: Float64Array) =>
  findSlices({ columns: groups, losses, minRows: 30, paired: 4, most: 5 });

describe('the search for slices', () => {
  it('finds the two conditions that were planted', () => {
    const groups = columns(['a', 'b', 'c', 'd', 'e']);
    const [a, b] = groups;
    const random = new Random(2);
    const losses = Float64Array.from({ length: N }, (_, i) =>
      Number(random.uniform() < (a?.of[i] === 1 && b?.of[i] === 2 ? 0.6 : 0.1)),
    );
    const { tested, slices } = search(groups, losses);
    // 5 × 3 groups, and 6 pairs of the first four columns with 9 each.
    expect(tested).toBe(5 * 3 + 6 * 9);
    const [worst] = slices;
    expect(worst?.conditions).toEqual([
      { column: 'a', value: 'two' },
      { column: 'b', value: 'three' },
    ]);
    expect(worst?.adjusted).toBeLessThan(1e-6);
    const inside = losses.filter((_, i) => a?.of[i] === 1 && b?.of[i] === 2);
    expect(worst?.rows).toBe(inside.length);
    expect(worst?.inside.mean).toBeCloseTo(inside.reduce((s, l) => s + l, 0) / inside.length, 12);
  });

  it('calls nothing clear where there is only noise, over many draws', () => {
    const wrong = Array.from({ length: 40 }, (_, draw) => {
      const random = new Random(100 + draw);
      const losses = Float64Array.from({ length: N }, () => Number(random.uniform() < 0.2));
      return search(columns(['a', 'b', 'c', 'd'], draw), losses).slices.filter(
        ({ adjusted }) => adjusted < 0.05,
      ).length;
    });
    // Holm keeps the chance of any false alarm at 5%: of 40 draws, 7 or more would come up once in 500.
    expect(wrong.filter((count) => count > 0).length).toBeLessThan(7);
  });

  it('leaves out a second condition that adds nothing, and rows that were shown already', () => {
    const groups = columns(['a', 'b', 'c']);
    const [a] = groups;
    const losses = Float64Array.from({ length: N }, (_, i) => (a?.of[i] === 0 ? 2 : 1) + 0.01 * (i % 3));
    const twin = { ...(a as RowGroups), column: 'twin of a' };
    const { slices } = search([...groups, twin], losses);
    const clear = slices.filter(({ adjusted }) => adjusted < 0.05);
    expect(clear.map(({ conditions }) => conditions)).toEqual([[{ column: 'a', value: 'one' }]]);
  });

  it('does not offer the group that pools other values', () => {
    const [a] = columns(['a']);
    const losses = Float64Array.from({ length: N }, (_, i) => (a?.of[i] === 2 ? 5 : 1));
    expect(search([{ ...(a as RowGroups), pooled: 2 }], losses).slices).toEqual([]);
  });

  it('has nothing to say of too few rows', () => {
    const few = { column: 'a', labels: ['x', 'y'], pooled: null, of: Int32Array.of(0, 1, 0, 1) };
    expect(search([few], Float64Array.of(1, 0, 1, 0))).toEqual({ tested: 0, slices: [] });
  });
});

describe("Holm's correction", () => {
  it('gives the values of statsmodels 0.13.5 multipletests(method="holm")', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005, 0.5]);
    [0.04, 0.09, 0.09, 0.025, 0.5].forEach((value, i) => {
      expect(adjusted[i]).toBeCloseTo(value, 12);
    });
  });
});

describe("the tail of Student's t", () => {
  it('gives the values of scipy 1.10.1 stats.t.sf', () => {
    expect(studentTTail(2.1, 10)).toBeCloseTo(0.031038622101109, 12);
    expect(studentTTail(0, 3)).toBe(0.5);
    expect(studentTTail(-1.5, 25.5)).toBeCloseTo(1 - studentTTail(1.5, 25.5), 14);
  });
});
