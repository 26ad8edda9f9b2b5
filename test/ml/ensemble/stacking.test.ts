import { describe, expect, it } from 'vitest';
import { solvePositive } from '../../../src/ml/ensemble/solve-positive.ts';
import { applyStacker, fitStacker, Stacker } from '../../../src/ml/ensemble/stacking.ts';
import { Random } from '../../../src/ml/random.ts';

const N = 4000;

/** Two outcomes; `sharpness` is how far the stated probabilities are from even, against how far they should be. */
function coins(sharpness: number, seed = 1) {
  const random = new Random(seed);
  const target = new Float64Array(N);
  const prediction = new Float32Array(2 * N);
  for (let row = 0; row < N; row++) {
    const logit = 1.5 * random.normal();
    target[row] = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    const stated = 1 / (1 + Math.exp(-sharpness * logit));
    prediction[2 * row] = 1 - stated;
    prediction[2 * row + 1] = stated;
  }
  return { target, prediction };
}

function logLoss(target: Float64Array, prediction: Float64Array | Float32Array): number {
  return target.reduce((sum, y, row) => sum - Math.log(prediction[2 * row + y] as number), 0) / target.length;
}

describe('a stacker of probabilities', () => {
  it.each([0.5, 2])(
    'finds the power that calibrates a member (%s times as sure as it should be)',
    (sharpness) => {
      const { target, prediction } = coins(sharpness);
      const stacker = fitStacker({ predictions: [prediction], target, nClasses: 2 }, [1]);
      // The pull towards the given weights keeps it a little off.
      expect(stacker.coefficients[0] as number).toBeCloseTo(1 / sharpness, 0);
      const better = applyStacker(stacker, [prediction], 2);
      expect(logLoss(target, better)).toBeLessThan(logLoss(target, prediction));
      for (let row = 0; row < 20; row++) {
        expect((better[2 * row] as number) + (better[2 * row + 1] as number)).toBeCloseTo(1, 12);
      }
    },
  );

  it('keeps the weights of members that say the same', () => {
    const { target, prediction } = coins(1);
    const { coefficients } = fitStacker(
      { predictions: [prediction, prediction], target, nClasses: 2 },
      [0.7, 0.3],
    );
    expect((coefficients[0] as number) - (coefficients[1] as number)).toBeCloseTo(0.4, 3);
  });

  it('never bets against a member', () => {
    const { target, prediction } = coins(-1);
    const stacker = fitStacker({ predictions: [prediction], target, nClasses: 2 }, [1]);
    expect(stacker.coefficients).toEqual([0]);
    expect(Stacker.parse(stacker)).toEqual(stacker);
  });
});

describe('a stacker of values', () => {
  it('takes out scale and shift', () => {
    const random = new Random(3);
    const target = Float64Array.from({ length: N }, () => 1000 + 50 * random.normal());
    const prediction = Float32Array.from(target, (y) => y / 2 + 7 + random.normal());
    const stacker = fitStacker({ predictions: [prediction], target, nClasses: 1 }, [1]);
    const off = applyStacker(stacker, [prediction], 1).map((value, i) => value - (target[i] as number));
    expect(Math.sqrt(off.reduce((sum, error) => sum + error ** 2, 0) / N)).toBeLessThan(4);
  });
});

describe('solvePositive', () => {
  it('solves what has a positive solution, and stops others at 0', () => {
    const matrix = Float64Array.of(4, 1, 1, 3);
    const [x, y] = solvePositive(matrix, Float64Array.of(1, 2));
    expect(4 * (x as number) + (y as number)).toBeCloseTo(1, 8);
    expect((x as number) + 3 * (y as number)).toBeCloseTo(2, 8);
    expect([...solvePositive(matrix, Float64Array.of(-1, 3))]).toEqual([0, 1]);
  });
});
