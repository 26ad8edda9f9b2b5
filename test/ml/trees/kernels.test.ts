/** Every kernel against its naive twin: the same bytes in, the same bytes out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/ml/random.ts';
import { Arena } from '../../../src/ml/trees/arena.ts';
import { missingBinsOf } from '../../../src/ml/trees/binning.ts';
import { FeatureFacts } from '../../../src/ml/trees/feature-facts.ts';
import { TreeGrower } from '../../../src/ml/trees/grower.ts';
import { HISTOGRAM_SCRATCH, SORT_COUNTS } from '../../../src/ml/trees/kernels.ts';
import { addTreePredictions, treeAdder } from '../../../src/ml/trees/tree-adder.ts';
import { limits } from './limits.ts';
import { naiveKernels } from './naive-kernels.ts';
import { indices, loadNode, randomNode } from './nodes.ts';

const arenas = () => [new Arena(), new Arena(naiveKernels)] as const;

/** Runs the same steps with both kernels and returns what each gives. */
function both<T>(steps: (arena: Arena) => T): [T, T] {
  const [fast, naive] = arenas();
  return [steps(fast), steps(naive)];
}

function put(arena: Arena, values: ArrayLike<number>): number {
  const pointer = arena.allocate(values.length * 8 + 16);
  arena.float64(pointer, values.length).set(values);
  return pointer;
}

const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, 1e300, -1e300, 5e-324),
);

describe('numberRows', () => {
  it.each([
    [0, 8, 0, 1],
    [1003, 5000, 0, 1],
    [1000, 16, 1, 3],
    [1003, 7, 2, 3],
    [16, 16, 1, 2],
  ])('of %i rows in stripes of %i numbers those of share %i of %i, and none behind them', (...of) => {
    const [fast, naive] = both((arena) => {
      const rows = arena.allocate((of[0] + 8) * 4);
      arena.uint32(rows, of[0] + 8).fill(77);
      return { n: arena.kernels.numberRows(rows, ...of), rows: [...arena.uint32(rows, of[0] + 8)] };
    });
    expect(fast).toEqual(naive);
    expect(fast.rows.slice(fast.n).every((row) => row === 77)).toBe(true);
  });
});

describe('sampleRows', () => {
  it.each([
    [1, 1],
    [10, 1],
    [1000, 370],
    [1001, 1000],
  ])('of %i rows draws %i as its twin does, and leaves the generator where it does', (nRows, nWanted) => {
    const [fast, naive] = both((arena) => {
      const rows = arena.allocate((nRows + 1) * 4);
      const state = arena.allocate(16);
      new Random(nRows).save(arena.uint32(state, 4));
      arena.kernels.sampleRows(rows, nRows, nWanted, state);
      return { drawn: [...arena.uint32(rows, nWanted)], state: [...arena.uint32(state, 4)] };
    });
    expect(fast.drawn).toEqual(naive.drawn);
    if (nWanted < nRows) expect(fast.state).toEqual(naive.state);
  });
});

describe('sortPresent', () => {
  it('sorts like its twin, subnormal numbers, gaps and infinities included', () => {
    const any = fc.oneof(
      number,
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 300 }), (values) => {
        const [fast, naive] = both((arena) => {
          const [pointer, spare] = [put(arena, values), put(arena, values)];
          const counts = arena.allocate(SORT_COUNTS);
          const n = arena.kernels.sortPresent(pointer, values.length, 1e299, spare, counts);
          return [...arena.float64(pointer, n)];
        });
        expect(fast).toEqual(naive);
      }),
    );
  });
});

describe('binNumbers', () => {
  it('counts the thresholds below each value', () => {
    const values = fc.array(fc.oneof(number, fc.constantFrom(Number.NaN, Infinity, -Infinity)));
    const thresholds = fc.uniqueArray(number, { maxLength: 254 });
    fc.assert(
      fc.property(values, thresholds, (cells, limitsOf) => {
        const [fast, naive] = both((arena) => {
          const padded = new Float64Array(256).fill(Number.POSITIVE_INFINITY);
          padded.set(limitsOf.toSorted((a, b) => a - b));
          const out = arena.allocate(cells.length + 1);
          arena.kernels.binNumbers(put(arena, cells), cells.length, put(arena, padded), 255, out);
          return [...arena.uint8(out, cells.length)];
        });
        expect(fast).toEqual(naive);
      }),
    );
  });
});

describe('losses', () => {
  const random = new Random(5);
  const raw = Float64Array.from({ length: 75 }, () => 4 * random.normal());
  const weightsOf = { none: null, some: Float64Array.from({ length: 25 }, () => random.uniform()) };
  const cyclic = (n: number) => Array.from({ length: 25 }, (_, i) => i % n);
  const factors = [2 ** 30, 2 ** 20] as const;
  const expectAlike = ([fast, naive]: { sums: number[]; gradients: number[] }[]) => {
    fast.sums.forEach((sum, stripe) => {
      expect(sum).toBeCloseTo(naive.sums[stripe], 10);
    });
    fast.gradients.forEach((gradient, i) => {
      expect(Math.abs(gradient - naive.gradients[i])).toBeLessThanOrEqual(1);
    });
  };

  it.each(['none', 'some'] as const)('binary: gradients to the last unit but one, weights: %s', (which) => {
    expectAlike(
      both((arena) => {
        const weights = weightsOf[which] ? put(arena, weightsOf[which]) : 0;
        const of = [put(arena, raw.subarray(0, 25)), put(arena, cyclic(2)), weights, 25] as const;
        const [out, sums] = [arena.allocate(25 * 8), arena.allocate(4 * 8)];
        for (const share of [0, 1]) arena.kernels.binaryLogLoss(...of, 8, share, 2, ...factors, out, sums);
        return { sums: [...arena.float64(sums, 4)], gradients: [...arena.int32(out, 50)] };
      }),
    );
  });

  it.each(['none', 'some'] as const)('multinomial: likewise, weights: %s', (which) => {
    expectAlike(
      both((arena) => {
        const weights = weightsOf[which] ? put(arena, weightsOf[which]) : 0;
        const of = [put(arena, raw), put(arena, cyclic(3)), weights, 25, 3] as const;
        const [out, sums] = [arena.allocate(75 * 8), arena.allocate(4 * 8)];
        const scratch = arena.allocate(48);
        for (const share of [0, 1]) {
          arena.kernels.multinomialLogLoss(...of, 8, share, 2, ...factors, scratch, out, sums);
        }
        return { sums: [...arena.float64(sums, 4)], gradients: [...arena.int32(out, 150)] };
      }),
    );
  });

  it.each(['none', 'some'] as const)(
    'sums thousands of rows without losing the loss, weights: %s',
    (which) => {
      const many = Float64Array.from({ length: 5001 }, () => 3 * random.normal());
      const ofRows = many.map(() => random.uniform());
      const [fast, naive] = both((arena) => {
        const target = put(
          arena,
          many.map((z) => (z > 0.5 ? 1 : 0)),
        );
        const weights = which === 'none' ? 0 : put(arena, ofRows);
        const sum = put(arena, [0]);
        arena.kernels.binaryLogLoss(put(arena, many), target, weights, 5001, 6000, 0, 1, 1, 1, 0, sum);
        return arena.float64(sum, 1)[0];
      });
      expect(fast / naive).toBeCloseTo(1, 12);
    },
  );

  it('stays finite for certain and for absurd raw predictions', () => {
    const arena = new Arena();
    const absurd = put(arena, [800, -800, 1e300, -1e300]);
    const [out, sum] = [arena.allocate(32), put(arena, [1])];
    arena.kernels.binaryLogLoss(absurd, put(arena, [1, 0, 1, 0]), 0, 4, 4, 0, 1, ...factors, out, sum);
    expect(arena.float64(sum, 1)[0]).toBe(0);
    expect([...arena.int32(out, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('weighGradients', () => {
  it('weighs the pairs of each row like its twin, the largest included', () => {
    const [fast, naive] = both((arena) => {
      const random = new Random(3);
      const pairs = Array.from({ length: 100 }, () => Math.round((random.uniform() - 0.5) * 2 ** 31));
      const gradients = arena.allocate(400);
      arena.int32(gradients, 100).set([2 ** 30, -(2 ** 30), ...pairs.slice(2)]);
      const draws = arena.allocate(50);
      arena.uint8(draws, 50).set(Array.from({ length: 50 }, () => random.integer(256)));
      const shares = put(
        arena,
        Float64Array.from({ length: 256 }, (_, i) => (i + 1) / 256),
      );
      const weighed = arena.allocate(400);
      arena.kernels.weighGradients(gradients, 49, draws, shares, weighed);
      return [...arena.int32(weighed, 98)];
    });
    expect(fast).toEqual(naive);
  });
});

describe('addToHistogram', () => {
  /** Sums, cell by cell, where the features lie one after the other as `facts.list` says. */
  const check = (nBins: number[], nRows: number, features: Uint32Array, rows: Uint32Array) => {
    const { arena, matrix, quantised } = loadNode(randomNode(3, nRows, nBins));
    const facts = new FeatureFacts(arena, randomNode(3, 0, nBins).bins);
    facts.select(features);
    const pointers = { rows: arena.allocate(nRows * 4), histogram: arena.allocate(facts.histogramBytes) };
    arena.uint32(pointers.rows, rows.length).set(rows);
    arena.kernels.clearHistogram(pointers.histogram, facts.histogramBytes);
    arena.kernels.addToHistogram(
      ...([matrix.rows, matrix.rowStride, quantised.pointer, pointers.rows, 0, rows.length] as const),
      ...([facts.octets, facts.nOctets, quantised.countBits] as const),
      ...([arena.allocate(HISTOGRAM_SCRATCH), pointers.histogram] as const),
    );
    const expected = new BigInt64Array(facts.histogramBytes / 8);
    const gradients = arena.int32(quantised.pointer, nRows * 2);
    const list = arena.uint32(facts.list, 2 * features.length);
    features.forEach((feature, k) => {
      const column = arena.uint8(matrix.columns + feature * nRows, nRows);
      for (const row of rows) {
        const cell = list[2 * k + 1] / 8 + 2 * column[row];
        expected[cell] += BigInt(gradients[2 * row]);
        expected[cell + 1] += (BigInt(gradients[2 * row + 1]) << BigInt(quantised.countBits)) + 1n;
      }
    });
    expect(arena.bigInt64(pointers.histogram, expected.length)).toEqual(expected);
  };
  const bin = fc.constantFrom(1, 2, 7, 254, 255);

  it('sums any of the rows by any of the features', () => {
    const features = fc.array(fc.tuple(bin, fc.boolean()), { minLength: 1, maxLength: 40 });
    const rows = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(features, rows, (ofFeatures, ofRows) => {
        check(
          ofFeatures.map(([nBins]) => nBins),
          ofRows.length,
          indices(ofFeatures.length).filter((j) => ofFeatures[j][1]),
          indices(ofRows.length).filter((i) => ofRows[i]),
        );
      }),
    );
  });

  it.each([
    { nRows: 4500, nFeatures: 21 },
    { nRows: 600, nFeatures: 300 },
  ])('sums $nRows rows by $nFeatures features, more than a chunk holds', ({ nRows, nFeatures }) => {
    const nBins = Array.from({ length: nFeatures }, (_, j) => 255 - 10 * (j % 3));
    check(nBins, nRows, indices(nFeatures), indices(nRows));
  });
});

describe('a whole tree', () => {
  const cases = {
    'numeric and categorical features with gaps': { bins: [255, 30, -6, 4, -40], missing: 0.1, changed: {} },
    'no gaps': { bins: [255, 255, 3], missing: 0, changed: {} },
    'l1, l2 and a penalty for categories': {
      bins: [40, -12],
      missing: 0.2,
      changed: { l1: 0.3, l2: 0.5, categoricalL2: 1 },
    },
    'random thresholds': { bins: [255, 30, 2, -5, 1], missing: 0.1, changed: { randomThresholds: true } },
    'random thresholds without gaps': {
      bins: [255, 30, 100, 9],
      missing: 0,
      changed: { randomThresholds: true, l2: 0.01 },
    },
    'more features than a vector holds': {
      bins: Array.from({ length: 37 }, (_, j) => 2 + ((7 * j) % 50)),
      missing: 0.05,
      changed: {},
    },
  };
  const directions = { 'any direction': [], 'monotonic directions': [1, -1, 0, 1] } as const;

  for (const [name, { bins, missing, changed }] of Object.entries(cases)) {
    it.each(Object.keys(directions) as (keyof typeof directions)[])(`is the twin's: ${name}, %s`, (which) => {
      const node = randomNode(11, 700, bins, missing);
      const grow = (kernels?: typeof naiveKernels) => {
        const { arena, matrix, quantised } = loadNode(node, kernels);
        const monotone = directions[which];
        const grower = new TreeGrower(arena, matrix, node.bins, { ...limits, ...changed }, { monotone });
        return grower.grow(quantised, node.rows, indices(bins.length), 7);
      };
      const [fast, naive] = [grow(), grow(naiveKernels)];
      expect(fast.feature.length).toBeGreaterThan(4);
      const { gain, ...rest } = fast;
      const { gain: naiveGain, ...naiveRest } = naive;
      expect(rest).toEqual(naiveRest);
      gain.forEach((value, i) => {
        expect(value).toBeCloseTo(naiveGain[i], 9);
      });
    });
  }
});

describe.each([31, 40, 100, 150])('what a tree of %i leaves predicts', (maxLeaves) => {
  const nBins = [255, 30, -6, -255, 4, -40];
  const node = randomNode(5, 4200, nBins);
  const { arena, matrix, quantised } = loadNode(node);
  const grower = new TreeGrower(arena, matrix, node.bins, { ...limits, minSamplesLeaf: 2, maxLeaves });
  const tree = grower.grow(quantised, node.rows, indices(nBins.length), 7);

  it('is of a tree that is as large as that', () => {
    expect(tree.feature.length).toBe(2 * maxLeaves - 1);
  });

  it('keeps little for each of many trees, however many rows it will see', () => {
    const missingBins = missingBinsOf(node.bins);
    const before = arena.allocate(0);
    const adders = Array.from({ length: 10 }, () => treeAdder(arena, tree, missingBins, node.nRows));
    const raw = arena.allocate(node.nRows * 8);
    for (const add of adders) add(matrix, raw);
    expect((arena.allocate(0) - before - node.nRows * 8) / 10).toBeLessThan(160 * maxLeaves);
  });

  it.each([1, 63, 64, 65, 127, 129, 700, 4200])(
    "is the twin's for %i rows, and nothing behind them is touched",
    (n) => {
      const first = {
        ...node,
        nRows: n,
        cells: node.cells.slice(0, n * nBins.length),
        gradients: node.gradients.slice(0, 2 * n),
      };
      const predict = (kernels?: typeof naiveKernels) => {
        const { arena, matrix } = loadNode(first, kernels);
        const raw = arena.allocate((n + 64) * 8);
        arena.float64(raw, n + 64).fill(0.1);
        addTreePredictions(arena, tree, matrix, missingBinsOf(node.bins), raw);
        return arena.float64(raw, n + 64).slice();
      };
      const fast = predict();
      expect(tree.categorySets.length).toBeGreaterThan(8);
      expect(fast).toEqual(predict(naiveKernels));
      expect(new Set(fast.subarray(n))).toEqual(new Set([0.1]));
      for (let row = 0; row < n; row++) {
        let i = 0;
        while (tree.feature[i] >= 0) {
          const bin = node.cells[row * nBins.length + tree.feature[i]];
          const set = tree.categorySet[i] * 8;
          const isLeft =
            set >= 0
              ? ((tree.categorySets[set + (bin >> 5)] >>> (bin & 31)) & 1) === 1
              : bin === node.bins[tree.feature[i]].nBins
                ? tree.missingLeft[i] === 1
                : bin <= tree.splitBin[i];
          i = tree.left[i] + (isLeft ? 0 : 1);
        }
        expect(fast[row]).toBe(0.1 + tree.value[i]);
      }
    },
  );
});
