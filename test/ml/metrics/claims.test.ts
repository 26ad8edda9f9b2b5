import { describe, expect, it } from 'vitest';
import { conflictingDuplicates, noiseFloor, suspectedLabels } from '../../../src/ml/metrics/label-noise.ts';
import { extrapolate, fitPowerLaw, scoreAt } from '../../../src/ml/metrics/learning-curve.ts';
import { mcnemar } from '../../../src/ml/metrics/mcnemar.ts';
import { pairedRowsToProve, separateRowsToProve } from '../../../src/ml/metrics/rows-to-prove.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from './oracle.ts';

interface Stored {
  mcnemar: { onlyA: number; onlyB: number; p: number }[];
  paired: { gain: number; discordant: number; rows: number }[];
  separate: { from: number; to: number; rows: number }[];
  confident: { target: number[]; prediction: number[]; suspected: number[] };
  powerLaw: { rows: number[]; scores: number[]; at16000: number; limit: number };
}
const stored = oracle<Stored>('metrics/claims.json');
const f64 = (values: readonly number[]) => Float64Array.from(values);

describe('mcnemar', () => {
  it.each(stored.mcnemar)(
    'gives the exact p of statsmodels for $onlyA against $onlyB',
    ({ onlyA, onlyB, p }) => {
      const agreeing = [0, 1, 1];
      const right = (own: number, other: number) =>
        Uint8Array.from([...agreeing, ...new Array(own).fill(1), ...new Array(other).fill(0)]);
      const a = right(onlyA, onlyB);
      const b = Uint8Array.from(a, (value, i) => (i < agreeing.length ? value : 1 - value));
      const result = mcnemar(a, b);
      expect(result).toMatchObject({ onlyA, onlyB });
      expect(result.p).toBeCloseTo(p, 9);
    },
  );

  it('finds nothing where the two never disagree', () => {
    expect(mcnemar(Uint8Array.of(1, 0), Uint8Array.of(1, 0)).p).toBe(1);
  });
});

describe('rows to prove a gain', () => {
  it.each(stored.paired)(
    'are $rows for a paired gain of $gain at $discordant',
    ({ gain, discordant, rows }) => {
      expect(pairedRowsToProve(gain, discordant)).toBe(rows);
    },
  );

  it.each(stored.separate)('are $rows for each model from $from to $to', ({ from, to, rows }) => {
    expect(separateRowsToProve(from, to)).toBe(rows);
  });
});

describe('learning curve', () => {
  it('leads where the least squares fit of SciPy leads', () => {
    const { rows, scores, at16000, limit } = stored.powerLaw;
    const law = fitPowerLaw(
      rows.map((n, i) => ({ rows: n, score: scores[i] as number })),
      true,
    );
    expect(scoreAt(law, 16_000, 4000)).toBeCloseTo(at16000, 3);
    expect(law.limit).toBeCloseTo(limit, 2);
  });

  it('stays flat where scores fall by chance with more rows', () => {
    const law = fitPowerLaw(
      [100, 200, 400].map((rows, i) => ({ rows, score: 0.8 - 0.01 * i })),
      true,
    );
    expect(law).toMatchObject({ change: 0 });
    expect(law.limit).toBeCloseTo(0.79, 12);
  });

  it('is surer the more the folds agree, and holds its own value', () => {
    const sizes = (noise: number) =>
      [100, 200, 400, 800].map((rows, size) => ({
        rows,
        scores: [0, 1, 2, 3, 4].map((fold) => 100 / rows ** 0.5 + noise * Math.sin(7 * fold + 3 * size)),
      }));
    const wide = extrapolate(sizes(1), 4, false, [0, 1e9], 1);
    const narrow = extrapolate(sizes(0.01), 4, false, [0, 1e9], 1);
    expect(narrow.high - narrow.low).toBeLessThan((wide.high - wide.low) / 5);
    for (const { value, low, high } of [wide, narrow]) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
  });
});

describe('label noise', () => {
  it('suspects the rows that confident learning suspects', () => {
    const { target, prediction, suspected } = stored.confident;
    expect([...suspectedLabels(f64(target), f64(prediction), 3)]).toEqual(suspected);
  });

  it.each([0, 0.1])('finds a share of %d wrong labels on the sure side of a separable problem', (noise) => {
    const random = new Random(5);
    const n = 4000;
    const truth = Float64Array.from({ length: n }, (_, i) => i % 2);
    const labels = truth.map((k) => (random.uniform() < noise ? 1 - k : k));
    // Honest probabilities of such labels lie between the share of wrong ones and its complement.
    const prediction = Float64Array.from({ length: 2 * n }, (_, i) => {
      const p = truth[i >> 1] === i % 2 ? 1 - noise : noise;
      return p + 1e-6 * random.uniform();
    });
    const floor = noiseFloor(labels, prediction, 2);
    expect(floor?.low).toBeLessThanOrEqual(noise);
    expect(floor?.high).toBeGreaterThanOrEqual(noise);
    expect(floor?.of).toBeGreaterThan(190);
  });

  it('sees one wrong label in ten on 1,600 rows, and none where rows are merely hard', () => {
    let [found, alarms] = [0, 0];
    const draws = 100;
    for (let draw = 0; draw < draws; draw++) {
      const random = new Random(draw).derive('labels');
      for (const isWrong of [true, false]) {
        // An easy problem with wrong labels; a hard one with right ones.
        const slope = isWrong ? 6 : 2;
        const chance = Float64Array.from(
          { length: 1600 },
          () => 1 / (1 + Math.exp(-slope * random.normal())),
        );
        const labels = chance.map((p) => {
          const actual = Number(random.uniform() < p);
          return isWrong && random.uniform() < 0.1 ? 1 - actual : actual;
        });
        const prediction = f64([...chance].flatMap((p) => [1 - p, p]));
        const isSeen = (noiseFloor(labels, prediction, 2)?.low ?? 0) > 0.03;
        if (isSeen) isWrong ? found++ : alarms++;
      }
    }
    expect(found).toBeGreaterThanOrEqual(0.96 * draws);
    expect(alarms).toBeLessThanOrEqual(0.1 * draws);
  });

  it('says nothing of a handful of rows', () => {
    expect(noiseFloor(f64([0, 1]), f64([1, 0, 0, 1]), 2)).toBeNull();
  });

  it('counts what no model can get right among equal rows', () => {
    const clusters = Int32Array.of(0, 0, 0, 1, 1, 2);
    expect(conflictingDuplicates(f64([1, 1, 0, 0, 0, 1]), clusters)).toEqual({ rows: 3, lost: 1 });
  });
});
