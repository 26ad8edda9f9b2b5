/** Networks for images as estimators. */
import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '../../../src/ml/estimator.ts';
import { score } from '../../../src/ml/metrics/score.ts';
import { cnn } from '../../../src/ml/neural/cnn.ts';
import { shiftImages } from '../../../src/ml/neural/random-shift.ts';
import { resnet } from '../../../src/ml/neural/resnet.ts';
import { Random } from '../../../src/ml/random.ts';
import { describeEstimator } from '../../contracts/estimator.ts';

// The contract's rows have four features: images of 2 × 2.
const quick = { maxSteps: 12, batchSize: 32, filters: 8, shift: 0, learningRate: 0.01 };
describeEstimator('cnn', cnn, { ...quick, hiddenUnits: 16, dropout: 0, height: 2, width: 2 });
describeEstimator('resnet', resnet, { ...quick, height: 2, width: 2, dropout: 0 });

/** A bright bar of three pixels somewhere in a noisy image of 7 × 6: the class is whether it lies or stands. */
function bars(nRows: number, seed: number): TrainingSet {
  const random = new Random(seed);
  const target = Float64Array.from({ length: nRows }, (_, i) => i % 2);
  const columns = Array.from({ length: 42 }, () =>
    Float64Array.from({ length: nRows }, () => random.normal() * 0.4),
  );
  target.forEach((stands, i) => {
    const [y, x] = [random.integer(stands ? 5 : 7), random.integer(stands ? 6 : 4)];
    for (let k = 0; k < 3; k++) columns[(y + (stands ? k : 0)) * 6 + x + (stands ? 0 : k)][i] += 2;
  });
  const features = columns.map((_, j) => ({ name: `p${j}`, source: `p${j}`, kind: 'numeric' as const }));
  return { task: 'binary', nClasses: 2, features: { nRows, features, columns }, target };
}

describe.each([
  ['cnn', cnn],
  ['resnet', resnet],
])('%s', (_, estimator) => {
  const size = { height: 7, width: 6 };

  it('finds a shape wherever it is', async () => {
    const judged = bars(200, 2);
    const fitted = await estimator.fit(
      bars(300, 1),
      { ...quick, ...size, shift: 1, maxSteps: 15 },
      { seed: 1 },
    );
    expect(score('roc_auc', 'binary', judged.target, fitted.predict(judged.features), 2)).toBeGreaterThan(
      0.97,
    );
  });

  it('refuses rows that are no image of its size', async () => {
    await expect(
      estimator.fit(bars(20, 1), { ...quick, height: 7, width: 7 }, { seed: 1 }),
    ).rejects.toMatchObject({ code: 'IMAGE_SIZE_WRONG' });
  });

  it('goes on after a checkpoint to the same bits, moved images included', async () => {
    const settings = { ...quick, ...size, shift: 2, maxSteps: 4, filters: 4 };
    const saved: Parameters<NonNullable<Parameters<typeof estimator.fit>[2]['checkpoint']>['save']>[0][] = [];
    const whole = await estimator.fit(bars(60, 1), settings, {
      seed: 3,
      checkpoint: { isDue: (step) => step % 2 === 0, save: (state) => saved.push(state) },
    });
    const resumed = await estimator.fit(bars(60, 1), settings, { seed: 3, resumeFrom: saved[0] });
    const { features } = bars(20, 2);
    expect(resumed.predict(features)).toEqual(whole.predict(features));
  });
});

describe('a random shift', () => {
  const size = { height: 3, width: 4, channels: 2 };
  const image = Float32Array.from({ length: 24 }, (_, i) => i);
  /** Where it was moved, by looking: every number must be the one at the moved place, or the nearest edge's. */
  const moved = (values: Float32Array, dy: number, dx: number) =>
    values.every((value, i) => {
      const [y, x] = [Math.floor(i / 8), Math.floor(i / 2) % 4];
      const [fromY, fromX] = [Math.min(2, Math.max(0, y - dy)), Math.min(3, Math.max(0, x - dx))];
      return value === image[(fromY * 4 + fromX) * 2 + (i % 2)];
    });

  it('moves every image by a whole number of positions and repeats the edge', () => {
    const images = Float32Array.from({ length: 24 * 200 }, (_, i) => image[i % 24]);
    shiftImages(images, 200, size, 1, new Random(1));
    const places = Array.from({ length: 200 }, (_, n) => {
      const one = images.subarray(n * 24, (n + 1) * 24);
      const steps = [-1, 0, 1];
      const found = steps.flatMap((dy) =>
        steps.filter((dx) => moved(one, dy, dx)).map((dx) => `${dy},${dx}`),
      );
      expect(found.length).toBe(1);
      return found[0];
    });
    expect(new Set(places).size).toBe(9);
  });

  it('depends on its generator alone', () => {
    const [a, b] = [image.slice(), image.slice()];
    shiftImages(a, 1, size, 2, new Random(4));
    shiftImages(b, 1, size, 2, new Random(4));
    expect(a).toEqual(b);
  });
});
