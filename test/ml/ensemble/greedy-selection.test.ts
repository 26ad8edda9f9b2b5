import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blend } from '../../../src/ml/ensemble/blend.ts';
import { type BlendLoss, lossPerRow, lossWith } from '../../../src/ml/ensemble/blend-loss.ts';
import { heaviestFirst, selectGreedily } from '../../../src/ml/ensemble/greedy-selection.ts';
import { Random } from '../../../src/ml/random.ts';

const LOSSES: readonly BlendLoss[] = ['log', 'squared', 'absolute'];

/** The loss as it is defined: one mean, one logarithm per value. */
function naiveLoss(loss: BlendLoss, mean: Float64Array): number {
  const one = {
    log: (p: number) => -Math.log(Math.max(p, 1e-15)),
    squared: (e: number) => e * e,
    absolute: Math.abs,
  };
  return mean.reduce((sum, value) => sum + one[loss](value), 0) / mean.length;
}

/** Values as candidates have them: probabilities of what came true, or errors. */
function candidates(loss: BlendLoss, seed: number, n: number, rows = 60): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: n }, () =>
    Float32Array.from({ length: rows }, () => (loss === 'log' ? random.uniform() : random.normal())),
  );
}

/** Caruana's algorithm without any short cut: every ensemble is built and judged anew. */
function naiveSelection(loss: BlendLoss, library: readonly Float32Array[], steps: number): number[] {
  const lossOf = (members: readonly number[]) =>
    naiveLoss(
      loss,
      blend(
        members.map((i) => library[i] as Float32Array),
        members.map(() => 1 / members.length),
      ),
    );
  let members: number[] = [];
  const path: number[][] = [];
  for (let step = 0; step < steps; step++) {
    const grown = library.map((_, i) => [...members, i]);
    members = grown.reduce((best, next) => (lossOf(next) < lossOf(best) ? next : best));
    path.push(members);
  }
  const best = path.reduce((a, b) => (lossOf(b) < lossOf(a) ? b : a));
  return library.map((_, i) => best.filter((member) => member === i).length / best.length);
}

describe('greedy ensemble selection', () => {
  it.each(LOSSES)('chooses what the plain algorithm chooses (%s)', (loss) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 7 }), (seed, n) => {
        const library = candidates(loss, seed, n);
        const weights = selectGreedily(library, { loss, mostMembers: n, steps: 9 });
        const expected = naiveSelection(loss, library, 9);
        for (const [i, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[i] as number, 12);
      }),
      { numRuns: 30 },
    );
  });

  it.each(LOSSES)('is never worse than the best model on the rows that it saw (%s)', (loss) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 3 }), (seed, mostMembers) => {
        const library = candidates(loss, seed, 6);
        const weights = selectGreedily(library, { loss, mostMembers });
        const ours = naiveLoss(loss, blend(library, weights));
        const single = Math.min(...library.map((one) => naiveLoss(loss, Float64Array.from(one))));
        expect(ours).toBeLessThanOrEqual(single * (1 + 1e-5));
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(heaviestFirst(weights).length).toBeLessThanOrEqual(mostMembers);
      }),
    );
  });

  it('takes the first of equal models, and no second one that adds nothing', () => {
    const [one] = candidates('log', 1, 1) as [Float32Array];
    expect([...selectGreedily([one, one.slice(), one.slice()], { loss: 'log', mostMembers: 3 })]).toEqual([
      1, 0, 0,
    ]);
  });

  it('joins models whose errors cancel', () => {
    const up = Float32Array.of(1, -1, 1, -1);
    const down = up.map((error) => -error);
    const useless = new Float32Array(4).fill(3);
    expect([...selectGreedily([useless, up, down], { loss: 'squared', mostMembers: 8 })]).toEqual([
      0, 0.5, 0.5,
    ]);
  });

  it('has no share below one in 25', () => {
    const weights = selectGreedily(candidates('squared', 3, 40), { loss: 'squared', mostMembers: 8 });
    for (const i of heaviestFirst(weights)) expect(weights[i]).toBeGreaterThanOrEqual(1 / 25 - 1e-12);
  });

  it('needs something to choose from', () => {
    expect(() => selectGreedily([], { loss: 'log', mostMembers: 8 })).toThrow(RangeError);
  });
});

describe('the loss of a mean', () => {
  it.each(LOSSES)('is that of the mean itself (%s)', (loss) => {
    const [a, b] = candidates(loss, 5, 2, 41) as [Float32Array, Float32Array];
    const mean = Float64Array.from(a, (value, i) => (value + (b[i] as number)) / 2);
    expect(lossWith(loss, Float64Array.from(a), b, 2)).toBeCloseTo(naiveLoss(loss, mean), 12);
    const rows = lossPerRow(loss, a, 1);
    expect(rows.reduce((sum, value) => sum + value, 0) / rows.length).toBeCloseTo(
      naiveLoss(loss, Float64Array.from(a)),
      12,
    );
  });

  it('stays finite where a model was sure of the wrong', () => {
    expect(lossWith('log', new Float64Array(3), new Float32Array(3), 1)).toBeCloseTo(-Math.log(1e-15), 10);
  });
});

describe('a blend', () => {
  it('gives a single model back to the last bit', () => {
    const [one] = candidates('log', 2, 1) as [Float32Array];
    expect([...blend([one], [1])]).toEqual([...one]);
  });
});
