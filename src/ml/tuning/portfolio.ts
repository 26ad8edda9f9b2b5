/** What is tried of each model family: strong settings to begin with, and the space that further ones are drawn from.
 *  Pure data, so that plans can be made without reaching training code; `ml/search/families.ts` holds the rest. */
import type { Parameters, SearchSpace } from './distributions.ts';
import type { Family } from './trial.ts';

export interface FamilyPortfolio {
  /** As written in a sentence. */
  readonly label: string;
  /** Why it is worth a trial, one sentence. */
  readonly why: string;
  /** Complete settings, the best guess first. */
  readonly defaults: readonly Parameters[];
  /** Drawn values replace those of the first default. */
  readonly space: SearchSpace;
}

export const PORTFOLIO: Readonly<Record<Family, FamilyPortfolio>> = {
  baseline: {
    label: 'Baseline',
    why: 'Predicts the class shares or the mean for every row: what any model must beat.',
    defaults: [{}],
    space: {},
  },
  linear: {
    label: 'Linear model',
    why: 'Regularised, fast and easy to explain; on customer and credit tables it often matches or beats boosted trees.',
    defaults: [
      { regularisation: 0.001, l1Ratio: 0 },
      { regularisation: 0.003, l1Ratio: 0.9 },
    ],
    space: {
      regularisation: { kind: 'float', low: 0.00001, high: 1, log: true },
      l1Ratio: { kind: 'categorical', choices: [0, 0.1, 0.5, 0.9, 1] },
    },
  },
  gbdt: {
    label: 'Gradient boosting',
    why: 'Finds thresholds and interactions by itself and takes missing values and categories as they are; the strongest family on most tables.',
    defaults: [
      // Slow with small leaves and early stopping: the setting that beats common library defaults on noisy tables.
      {
        maxSteps: 500,
        learningRate: 0.04,
        maxLeaves: 10,
        minSamplesLeaf: 8,
        l2: 1,
        rowFraction: 0.8,
        columnFraction: 0.4,
        patience: 40,
      },
    ],
    space: {
      learningRate: { kind: 'float', low: 0.015, high: 0.15, log: true },
      maxLeaves: { kind: 'int', low: 4, high: 64, log: true },
      minSamplesLeaf: { kind: 'int', low: 3, high: 80, log: true },
      l2: { kind: 'float', low: 0.01, high: 30, log: true },
      rowFraction: { kind: 'float', low: 0.5, high: 1, log: false },
      columnFraction: { kind: 'float', low: 0.3, high: 1, log: false },
    },
  },
  mlp: {
    label: 'Neural network',
    why: 'Learns smooth combinations of many columns, which trees and linear models approximate only roughly.',
    defaults: [
      {
        maxSteps: 30,
        hiddenLayers: 2,
        hiddenUnits: 64,
        learningRate: 0.002,
        weightDecay: 0.02,
        dropout: 0.15,
        batchSize: 128,
        patience: 8,
        clipNorm: 1,
        schedule: 'cosine',
        warmUpSteps: 1,
        labelSmoothing: 0,
      },
    ],
    space: {
      hiddenLayers: { kind: 'int', low: 1, high: 3, log: false },
      hiddenUnits: { kind: 'int', low: 16, high: 128, log: true },
      learningRate: { kind: 'float', low: 0.0005, high: 0.02, log: true },
      weightDecay: { kind: 'float', low: 0.001, high: 0.3, log: true },
      dropout: { kind: 'float', low: 0, high: 0.4, log: false },
      batchSize: { kind: 'categorical', choices: [64, 128, 256] },
      schedule: { kind: 'categorical', choices: ['cosine', 'flatCosine'] },
    },
  },
};
