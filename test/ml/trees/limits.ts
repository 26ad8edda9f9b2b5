import type { GrowthLimits } from '../../../src/ml/trees/grower.ts';

/** Limits that let small random data be split. */
export const limits: GrowthLimits = {
  maxLeaves: 31,
  maxDepth: 0,
  minSamplesLeaf: 5,
  minHessian: 1e-3,
  minGain: 0,
  l1: 0,
  l2: 1,
  categoricalSmoothing: 10,
  categoricalL2: 0,
  randomThresholds: false,
  learningRate: 0.1,
};
