import { expect, it } from 'vitest';
import { confusionMatrix, decideClasses } from '../../../src/ml/metrics/confusion.ts';

it('takes a binary row for class 1 from one half on', () => {
  const prediction = Float64Array.of(0.5, 0.5, 0.51, 0.49, 0.1, 0.9);
  expect([...decideClasses(prediction, 2)]).toEqual([1, 0, 1]);
});

it('takes the first of equally probable classes', () => {
  const prediction = Float64Array.of(0.4, 0.4, 0.2, 0.1, 0.45, 0.45);
  expect([...decideClasses(prediction, 3)]).toEqual([0, 1]);
});

it('counts rows by actual class (rows) and decided class (columns)', () => {
  const target = Float64Array.of(0, 0, 1, 1);
  const prediction = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.6, 0.4);
  expect([...confusionMatrix(target, prediction, 2)]).toEqual([1, 1, 1, 1]);
  expect([...confusionMatrix(target, prediction, 2, Uint32Array.of(3, 0, 2, 1))]).toEqual([3, 0, 1, 2]);
});
