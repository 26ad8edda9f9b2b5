/** What is tried of each model family: strong settings to begin with, and the space that further ones are drawn from.
 *  Pure data, so that plans can be made without reaching training code; `ml/search/families.ts` holds the rest. */

import type { ImageShape, SequenceShape } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import type { Parameters, SearchSpace } from './distributions.ts';
import type { Family } from './trial.ts';

interface Settings {
  /** Complete settings, the best guess first. */
  readonly defaults: readonly Parameters[];
  /** Drawn values replace those of the first default. */
  readonly space: SearchSpace;
}

export interface FamilyPortfolio extends Settings {
  /** As written in a sentence. */
  readonly label: string;
  /** Why it is worth a trial, one sentence. */
  readonly why: string;
  /** What is tried instead where the outcome has many classes and a tree is grown for each of them. */
  readonly manyClasses?: Settings;
  /** What is tried instead where there are many rows. */
  readonly manyRows?: Settings;
  /** What is tried instead in forecasts. */
  readonly forecasts?: Settings;
  /** Added to every setting where a feature is free text. */
  readonly withText?: Parameters;
  /** Whether it learns from variants of pictures as well, where a feature is one. */
  readonly variesPictures?: true;
  /** Where texts were read with a sentence encoder, what is added to the settings instead: each entry makes one of the
   *  first setting, the first entry one of every other setting as well. */
  readonly withSentences?: readonly Parameters[];
  /** Whether it reads nothing but the pixels of an image, whose size is added to every setting: as the dense view makes it,
   *  or the whole picture. */
  readonly readsImages?: true | 'whole';
  /** Whether it reads a sequence moment by moment, whose size is added to every setting. */
  readonly readsSequences?: true;
}

/** Slow with small trees and early stopping: the setting that beats common library defaults on noisy tables. */
const SMALL_TREES: Parameters = {
  maxSteps: 500,
  learningRate: 0.04,
  maxLeaves: 10,
  minSamplesLeaf: 8,
  l2: 1,
  rowFraction: 0.8,
  columnFraction: 0.4,
  patience: 40,
};

/** For tables with much to find (after LGBM_TD of pytabkit). */
const LARGE_TREES: Parameters = {
  maxSteps: 500,
  learningRate: 0.06,
  maxLeaves: 50,
  minSamplesLeaf: 10,
  l2: 1,
  rowFraction: 0.75,
  columnFraction: 0.8,
  patience: 40,
};

/** Trees that differ from the others (half of AutoGluon's LightGBM portfolio has them). */
const RANDOM_THRESHOLDS: Parameters = {
  minSamplesLeaf: 5,
  l1: 0.24,
  l2: 0.36,
  rowFraction: 0.8,
  columnFraction: 0.46,
  randomThresholds: true,
  aggregates: true,
};

/** How strongly networks for images vary what they train on: not at all to begin with, and in drawn settings only the widest
 *  ones do, which have the most to spare. On few pictures and short training it costs more than it brings (decision 15).
 *  @param filters of the widest. */
function augmentation(filters: number): SearchSpace {
  const when = { parameter: 'filters', values: [filters] };
  return {
    randAugment: { kind: 'categorical', choices: [0, 0.1, 0.2], when },
    cutmix: { kind: 'categorical', choices: [0, 1], when },
  };
}

/** The classic reading of texts, with a penalty that suits vectors of length 1. */
const LINEAR_TEXT: Parameters = { text: 'tfidf', textNgrams: 'both', regularisation: 0.0003 };

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
      // Ratios and products let a linear model see what trees find by themselves.
      { regularisation: 0.003, l1Ratio: 0.9, interactions: 'arithmetic' },
      { regularisation: 0.003, l1Ratio: 0, numericTransform: 'quantile' },
    ],
    space: {
      regularisation: { kind: 'float', low: 0.00001, high: 1, log: true },
      l1Ratio: { kind: 'categorical', choices: [0, 0.1, 0.5, 0.9, 1] },
      interactions: { kind: 'categorical', choices: ['none', 'arithmetic'] },
      numericTransform: { kind: 'categorical', choices: ['robust', 'quantile', 'smoothClip'] },
    },
    withText: LINEAR_TEXT,
    withSentences: [
      { ...LINEAR_TEXT, sentences: 'unit' },
      LINEAR_TEXT, // the yardstick
      { ...LINEAR_TEXT, text: 'facts', sentences: 'unit' },
    ],
  },
  gbdt: {
    label: 'Gradient boosting',
    variesPictures: true,
    why: 'Finds thresholds and interactions by itself and takes missing values and categories as they are; the strongest family on most tables.',
    defaults: [SMALL_TREES, LARGE_TREES, { ...LARGE_TREES, ...RANDOM_THRESHOLDS, maxLeaves: 39 }],
    space: {
      learningRate: { kind: 'float', low: 0.015, high: 0.15, log: true },
      maxLeaves: { kind: 'int', low: 4, high: 64, log: true },
      minSamplesLeaf: { kind: 'int', low: 3, high: 80, log: true },
      l2: { kind: 'float', low: 0.01, high: 30, log: true },
      rowFraction: { kind: 'float', low: 0.5, high: 1, log: false },
      columnFraction: { kind: 'float', low: 0.3, high: 1, log: false },
    },
    // A step has a tree for each class, and few rows of it speak for the class: fewer, bolder steps with small leaves.
    manyClasses: {
      defaults: [
        {
          maxSteps: 300,
          learningRate: 0.15,
          maxLeaves: 20,
          minSamplesLeaf: 2,
          l2: 0.5,
          rowFraction: 0.8,
          columnFraction: 0.6,
          patience: 30,
        },
        {
          maxSteps: 400,
          learningRate: 0.1,
          maxLeaves: 31,
          minSamplesLeaf: 4,
          l2: 1,
          rowFraction: 0.8,
          columnFraction: 0.6,
          patience: 30,
        },
      ],
      space: {
        learningRate: { kind: 'float', low: 0.06, high: 0.25, log: true },
        maxLeaves: { kind: 'int', low: 8, high: 40, log: true },
        minSamplesLeaf: { kind: 'int', low: 1, high: 10, log: true },
        l2: { kind: 'float', low: 0.03, high: 10, log: true },
        columnFraction: { kind: 'float', low: 0.3, high: 1, log: false },
      },
    },
    // Larger trees pay where every leaf still has many rows.
    manyRows: {
      defaults: [LARGE_TREES, { ...LARGE_TREES, ...RANDOM_THRESHOLDS, maxLeaves: 64 }, SMALL_TREES],
      space: {
        learningRate: { kind: 'float', low: 0.025, high: 0.12, log: true },
        maxLeaves: { kind: 'int', low: 16, high: 128, log: true },
        minSamplesLeaf: { kind: 'int', low: 3, high: 80, log: true },
        l2: { kind: 'float', low: 0.01, high: 30, log: true },
        rowFraction: { kind: 'float', low: 0.5, high: 1, log: false },
        columnFraction: { kind: 'float', low: 0.4, high: 1, log: false },
      },
    },
    // A forecast is judged by absolute errors, and holidays must not pull the days around them along.
    forecasts: {
      defaults: [
        { ...SMALL_TREES, loss: 'absolute' },
        { ...LARGE_TREES, loss: 'absolute' },
        { ...LARGE_TREES, ...RANDOM_THRESHOLDS, maxLeaves: 39 },
      ],
      space: {
        loss: { kind: 'categorical', choices: ['absolute', 'squared'] },
        learningRate: { kind: 'float', low: 0.02, high: 0.15, log: true },
        maxLeaves: { kind: 'int', low: 6, high: 80, log: true },
        minSamplesLeaf: { kind: 'int', low: 3, high: 120, log: true },
        l2: { kind: 'float', low: 0.01, high: 30, log: true },
        columnFraction: { kind: 'float', low: 0.3, high: 1, log: false },
      },
    },
    withText: { text: 'tfidf' },
    withSentences: [{ text: 'tfidf', sentences: 'unit' }],
  },
  ordered: {
    label: 'Ordered boosting',
    variesPictures: true,
    why: 'Learns categories from the rows before each row and grows symmetric trees, in the manner of CatBoost: strong without tuning.',
    defaults: [
      { maxSteps: 500, learningRate: 0.06, depth: 6, l2: 3, patience: 40 },
      { maxSteps: 500, learningRate: 0.08, depth: 4, l2: 1, randomStrength: 0.5, patience: 40 },
    ],
    space: {
      learningRate: { kind: 'float', low: 0.02, high: 0.2, log: true },
      depth: { kind: 'int', low: 3, high: 7, log: false },
      l2: { kind: 'float', low: 0.3, high: 30, log: true },
      randomStrength: { kind: 'float', low: 0, high: 2, log: false },
      columnFraction: { kind: 'float', low: 0.4, high: 1, log: false },
      oneHotMax: { kind: 'categorical', choices: [2, 8, 20] },
    },
    withText: { text: 'tfidf' },
    withSentences: [{ text: 'tfidf', sentences: 'unit' }],
  },
  extra_trees: {
    label: 'Extra trees',
    variesPictures: true,
    why: 'Averages trees with random thresholds: fast, hard to overfit, and different enough from boosting to help it.',
    defaults: [
      {
        maxSteps: 200,
        randomThresholds: true,
        bootstrap: false,
        maxFeatures: 0.6,
        minSamplesLeaf: 2,
      },
    ],
    space: {
      maxFeatures: { kind: 'float', low: 0.2, high: 1, log: false },
      minSamplesLeaf: { kind: 'int', low: 1, high: 12, log: true },
    },
    // Hundreds of numbers that tell about the same are looked at few at a time.
    withSentences: [{ sentences: 'unit', maxFeatures: 0.1 }],
  },
  random_forest: {
    label: 'Random forest',
    variesPictures: true,
    why: 'Averages deep trees on resampled rows: steady on noisy tables, and it needs no tuning.',
    defaults: [{ maxSteps: 200, maxFeatures: 'auto', minSamplesLeaf: 4 }],
    space: {
      maxFeatures: { kind: 'float', low: 0.15, high: 0.8, log: false },
      minSamplesLeaf: { kind: 'int', low: 1, high: 16, log: true },
    },
  },
  mlp: {
    label: 'Neural network',
    variesPictures: true,
    why: 'Learns smooth combinations of many columns, which trees and linear models approximate only roughly.',
    defaults: [
      {
        maxSteps: 60,
        hiddenLayers: 2,
        hiddenUnits: 128,
        learningRate: 0.003,
        weightDecay: 0.02,
        dropout: 0.15,
        batchSize: 128,
        patience: 10,
        clipNorm: 1,
        schedule: 'cosine',
        warmUpSteps: 1,
        labelSmoothing: 0,
      },
    ],
    space: {
      hiddenLayers: { kind: 'int', low: 1, high: 3, log: false },
      hiddenUnits: { kind: 'int', low: 24, high: 256, log: true },
      learningRate: { kind: 'float', low: 0.0005, high: 0.02, log: true },
      weightDecay: { kind: 'float', low: 0.001, high: 0.3, log: true },
      dropout: { kind: 'float', low: 0, high: 0.4, log: false },
      batchSize: { kind: 'categorical', choices: [64, 128, 256] },
      schedule: { kind: 'categorical', choices: ['cosine', 'flatCosine'] },
    },
    // As in boosting, holidays must not pull the days around them along.
    forecasts: {
      defaults: [
        {
          maxSteps: 60,
          hiddenLayers: 2,
          hiddenUnits: 128,
          learningRate: 0.003,
          weightDecay: 0.02,
          dropout: 0.05,
          batchSize: 128,
          patience: 10,
          clipNorm: 1,
          schedule: 'cosine',
          warmUpSteps: 1,
          huberThreshold: 0.05,
          numericTransform: 'smoothClip',
        },
      ],
      space: {
        hiddenLayers: { kind: 'int', low: 1, high: 3, log: false },
        hiddenUnits: { kind: 'int', low: 48, high: 256, log: true },
        learningRate: { kind: 'float', low: 0.001, high: 0.01, log: true },
        weightDecay: { kind: 'float', low: 0.001, high: 0.3, log: true },
        dropout: { kind: 'float', low: 0, high: 0.2, log: false },
        huberThreshold: { kind: 'float', low: 0.02, high: 0.5, log: true },
      },
    },
    withText: { text: 'tfidf', textFeatures: 512 },
    withSentences: [
      { text: 'facts', sentences: 'even' },
      { text: 'tfidf', textFeatures: 512, sentences: 'even' },
    ],
  },
  realmlp: {
    label: 'RealMLP network',
    why: 'A neural network with settings that were tuned once on many tables, to do well on others.',
    defaults: [
      {
        maxSteps: 32,
        hiddenLayers: 3,
        hiddenUnits: 128,
        batchSize: 256,
        dropout: 0.15,
        weightDecay: 0.02,
        // Smoothed labels help accuracy and cost log loss, which trials are mostly ranked by.
        labelSmoothing: 0,
        // As long as the last and longest wave of the learning rate: what is not better by its end will not be.
        patience: 18,
        numericTransform: 'smoothClip',
      },
    ],
    space: {
      hiddenLayers: { kind: 'int', low: 2, high: 3, log: false },
      hiddenUnits: { kind: 'int', low: 48, high: 256, log: true },
      learningRate: { kind: 'float', low: 0.02, high: 0.1, log: true },
      dropout: { kind: 'float', low: 0, high: 0.3, log: false },
    },
    withText: { text: 'tfidf', textFeatures: 512 },
  },
  tabm: {
    label: 'TabM network',
    why: 'Many neural networks that share most of their weights and are averaged: steadier than one of them.',
    defaults: [
      {
        maxSteps: 30,
        members: 4,
        hiddenLayers: 2,
        hiddenUnits: 96,
        batchSize: 128,
        learningRate: 0.003,
        schedule: 'flatCosine',
        patience: 8,
        numericBins: 8,
        embeddingUnits: 4,
      },
    ],
    space: {
      hiddenLayers: { kind: 'int', low: 1, high: 3, log: false },
      hiddenUnits: { kind: 'int', low: 48, high: 160, log: true },
      learningRate: { kind: 'float', low: 0.001, high: 0.006, log: true },
      weightDecay: { kind: 'float', low: 0.0001, high: 0.1, log: true },
      dropout: { kind: 'float', low: 0, high: 0.3, log: false },
      numericBins: { kind: 'categorical', choices: [0, 8, 16] },
    },
    withText: { text: 'tfidf', textFeatures: 512 },
  },
  neighbours: {
    label: 'Nearest neighbours',
    why: 'Says what the most similar rows say: a plain yardstick, and useful where likeness is all there is.',
    defaults: [{ k: 15, weights: 'distance', numericTransform: 'quantile' }],
    space: {
      k: { kind: 'int', low: 3, high: 60, log: true },
      weights: { kind: 'categorical', choices: ['uniform', 'distance'] },
    },
    withText: { text: 'tfidf', textFeatures: 256 },
    withSentences: [{ text: 'facts', sentences: 'even' }],
  },
  seasonal_naive: {
    label: 'Seasonal naive',
    why: 'Repeats the last season: what any forecast must beat.',
    defaults: [{}],
    space: {},
  },
  ets: {
    label: 'Exponential smoothing',
    why: 'Follows level, trend and season of each series, and chooses by itself which of them there are: hard to beat on short series.',
    defaults: [{}],
    space: {},
  },
  naive_bayes: {
    label: 'Naive Bayes',
    why: 'Counts which words speak for which class: the classic yardstick for texts.',
    defaults: [
      { variant: 'complement', alpha: 0.5 },
      { variant: 'multinomial', alpha: 0.1 },
    ],
    space: {
      variant: { kind: 'categorical', choices: ['complement', 'multinomial'] },
      alpha: { kind: 'float', low: 0.001, high: 5, log: true },
    },
    withText: { text: 'tfidf', textNgrams: 'both' },
  },
  cnn: {
    label: 'Convolutional network',
    why: 'Reads the pixels as an image: shapes are found wherever they are.',
    readsImages: true,
    defaults: [
      {
        maxSteps: 30,
        filters: 32,
        hiddenUnits: 128,
        learningRate: 0.002,
        weightDecay: 0.02,
        dropout: 0.3,
        shift: 1,
        batchSize: 64,
        patience: 10,
        schedule: 'cosine',
        numericTransform: 'common',
      },
    ],
    space: {
      filters: { kind: 'categorical', choices: [16, 32, 48] },
      learningRate: { kind: 'float', low: 0.0005, high: 0.008, log: true },
      weightDecay: { kind: 'float', low: 0.002, high: 0.2, log: true },
      dropout: { kind: 'float', low: 0, high: 0.5, log: false },
      shift: { kind: 'int', low: 0, high: 2, log: false },
      ...augmentation(48),
      batchSize: { kind: 'categorical', choices: [32, 64, 128] },
    },
  },
  resnet: {
    label: 'Residual network',
    why: 'A deeper network for images, with shortcuts around its layers.',
    readsImages: true,
    defaults: [
      {
        maxSteps: 40,
        filters: 16,
        blocksPerStage: 1,
        learningRate: 0.003,
        weightDecay: 0.02,
        dropout: 0.1,
        shift: 1,
        batchSize: 64,
        patience: 12,
        schedule: 'cosine',
        numericTransform: 'common',
      },
    ],
    space: {
      filters: { kind: 'categorical', choices: [12, 16, 24] },
      blocksPerStage: { kind: 'int', low: 1, high: 3, log: false },
      learningRate: { kind: 'float', low: 0.0005, high: 0.01, log: true },
      weightDecay: { kind: 'float', low: 0.002, high: 0.2, log: true },
      shift: { kind: 'int', low: 0, high: 2, log: false },
      ...augmentation(24),
    },
  },
  backbone: {
    label: 'Pretrained network',
    why: 'Sees pictures with a network that was trained on others, and learns only what its features mean here: strong where there are few pictures of each class.',
    defaults: [
      // Without rows set aside: where this family is strongest, there are too few of them to stop early by.
      {
        pictures: 'seen',
        maxSteps: 40,
        hiddenLayers: 0,
        learningRate: 0.005,
        weightDecay: 0.1,
        batchSize: 64,
        patience: 0,
        schedule: 'cosine',
      },
      {
        pictures: 'seen',
        maxSteps: 40,
        hiddenLayers: 1,
        hiddenUnits: 64,
        dropout: 0.3,
        learningRate: 0.003,
        weightDecay: 0.1,
        batchSize: 64,
        patience: 0,
        schedule: 'cosine',
      },
    ],
    space: {
      hiddenLayers: { kind: 'categorical', choices: [0, 1] },
      hiddenUnits: { kind: 'int', low: 24, high: 192, log: true },
      learningRate: { kind: 'float', low: 0.001, high: 0.02, log: true },
      weightDecay: { kind: 'float', low: 0.003, high: 3, log: true },
      maxSteps: { kind: 'int', low: 15, high: 60, log: true },
    },
  },
  backbone_tuned: {
    label: 'Fine-tuned network',
    why: 'Trains the last blocks of the pretrained network further, at a tenth of the rate: for pictures unlike those that it knows.',
    readsImages: 'whole',
    defaults: [
      {
        pictures: 'whole',
        maxSteps: 10,
        trainedBlocks: 2,
        learningRate: 0.001,
        blockRateShare: 0.1,
        weightDecay: 0.01,
        batchSize: 32,
        shift: 1,
        patience: 0,
        schedule: 'cosine',
      },
    ],
    space: {
      trainedBlocks: { kind: 'int', low: 1, high: 4, log: false },
      learningRate: { kind: 'float', low: 0.0003, high: 0.005, log: true },
      blockRateShare: { kind: 'float', low: 0.03, high: 1, log: true },
      shift: { kind: 'int', low: 0, high: 3, log: false },
    },
  },
  tcn: {
    label: 'Sequence network',
    why: 'Reads the values of a sequence one after the other with convolutions, and finds patterns in their order.',
    readsSequences: true,
    defaults: [
      {
        maxSteps: 30,
        filters: 24,
        size: 5,
        ending: 'mean',
        hiddenLayers: 1,
        hiddenUnits: 64,
        learningRate: 0.005,
        weightDecay: 0.02,
        dropout: 0.1,
        batchSize: 64,
        patience: 10,
        schedule: 'cosine',
        sequences: 'moments',
      },
    ],
    space: {
      filters: { kind: 'categorical', choices: [16, 24, 32] },
      size: { kind: 'int', low: 3, high: 9, log: false },
      ending: { kind: 'categorical', choices: ['mean', 'moments'] },
      learningRate: { kind: 'float', low: 0.001, high: 0.02, log: true },
      dropout: { kind: 'float', low: 0, high: 0.4, log: false },
      batchSize: { kind: 'categorical', choices: [32, 64, 128] },
    },
    // What ends at the forecast moment is read place by place. Dropout would move the level of every forecast.
    forecasts: {
      defaults: [
        {
          maxSteps: 15,
          filters: 24,
          size: 5,
          ending: 'moments',
          hiddenLayers: 2,
          hiddenUnits: 64,
          learningRate: 0.006,
          weightDecay: 0.02,
          dropout: 0,
          batchSize: 128,
          patience: 6,
          schedule: 'cosine',
          huberThreshold: 0.05,
          sequences: 'moments',
        },
      ],
      space: {
        filters: { kind: 'categorical', choices: [16, 24, 32] },
        size: { kind: 'int', low: 3, high: 7, log: false },
        hiddenUnits: { kind: 'int', low: 32, high: 128, log: true },
        learningRate: { kind: 'float', low: 0.002, high: 0.015, log: true },
        weightDecay: { kind: 'float', low: 0.001, high: 0.3, log: true },
        huberThreshold: { kind: 'float', low: 0.02, high: 0.5, log: true },
      },
    },
  },
};

/** What settings depend on. */
export interface DataTraits {
  /** Whether a feature is free text. */
  readonly hasText: boolean;
  /** Whether texts were read with a sentence encoder. */
  readonly hasSentences: boolean;
  /** Whether a feature is a picture. */
  readonly hasPictures: boolean;
  /** Of the outcome; 0 in regression. */
  readonly nClasses: number;
  readonly nRows: number;
  /** Whether values to come are forecast. */
  readonly isForecast: boolean;
  /** The size of the image whose pixels all features are, as the dense view makes it; null where they are anything else. */
  readonly image: ImageShape | null;
  /** The size of the pictures that are the only feature. */
  readonly picture?: ImageShape | null;
  /** The size of the sequences among the features; null where there are none. */
  readonly sequence: SequenceShape | null;
}

/** As far as experiment and columns tell: whether texts were read, and whether the features are an image or a sequence, is
 *  for others to say.
 *  @param columns of the table, or of its profile. */
export function traitsOf(
  { features, classes, forecast }: Pick<Experiment, 'features' | 'classes' | 'forecast'>,
  columns: readonly { readonly name: string; readonly type: string }[],
  nRows: number,
): DataTraits {
  const has = (wanted: string) =>
    columns.some(({ name, type }) => type === wanted && features.includes(name));
  return {
    hasText: has('text'),
    hasSentences: false,
    hasPictures: has('image'),
    nClasses: classes.length,
    nRows,
    isForecast: forecast !== undefined,
    image: null,
    sequence: null,
  };
}

/** Variants of each picture to begin with, and what further settings try; their mean costs as much. */
const VARIANTS = 2;
const VARIANTS_TRIED: SearchSpace = {
  variants: { kind: 'categorical', choices: [0, VARIANTS, 2 * VARIANTS] },
};

/** From these on there are many. */
const MANY_CLASSES = 8;
const MANY_ROWS = 20_000;

/** What a family begins with on this kind of data, the best guess first, and where its further settings come from. */
export function portfolioFor(family: Family, traits: DataTraits): Settings {
  const { hasText, hasSentences, hasPictures, nClasses, nRows, isForecast } = traits;
  const { image, picture = null, sequence } = traits;
  const { manyClasses, manyRows, forecasts, withText, withSentences, variesPictures, ...usual } =
    PORTFOLIO[family];
  const { readsImages, readsSequences } = usual;
  const { defaults, space } =
    (isForecast && forecasts) ||
    (nClasses >= MANY_CLASSES && manyClasses) ||
    (nRows >= MANY_ROWS && manyRows) ||
    usual;
  const varies = hasPictures && variesPictures && nClasses > 1;
  const readings = (hasText && hasSentences && withSentences) || [hasText ? withText : {}];
  const [first, ...others] = defaults;
  const read = [
    ...readings.map((reading) => ({ ...first, ...reading })),
    ...others.map((setting) => ({ ...setting, ...readings[0] })),
  ];
  const shown = readsImages === 'whole' ? picture : readsImages && image;
  const added: Parameters = {
    ...(varies && { variants: VARIANTS }),
    ...(shown && { height: shown.height, width: shown.width, channels: shown.channels }),
    ...(readsSequences && sequence && { length: sequence.length, signals: sequence.signals.length }),
    // Forecasts tell others about the past in columns of their own.
    ...(!readsSequences && sequence && !isForecast && { sequences: 'summary' }),
  };
  return {
    defaults: read.map((setting) => ({ ...setting, ...added })),
    space: varies ? { ...space, ...VARIANTS_TRIED } : space,
  };
}
