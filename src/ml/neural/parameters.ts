/** What can be set of a network, and of how it is trained. */
import { z } from 'zod';
import { ACTIVATIONS } from './layers/activation.ts';
import { SCHEDULES } from './schedule.ts';

export const OPTIMIZERS = ['adamw', 'nesterov', 'lion', 'rmsprop'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

/** Of every network, whatever its layers. */
export const TrainingSettings = z.strictObject({
  /** Epochs: the schedule's length, and the most that early stopping allows. */
  maxSteps: z.number().int().min(1).default(30),
  /** Rows per optimizer step; small data takes fewer, so that an epoch has at least ten steps. */
  batchSize: z.number().int().min(1).default(256),
  /** The most rows of one pass; a larger batch adds up the gradients of several. 0 for no limit. */
  microBatch: z.number().int().min(0).default(0),
  optimizer: z.enum(OPTIMIZERS).default('adamw'),
  learningRate: z.number().gt(0).max(1).default(3e-3),
  /** Chooses the learning rate itself, by a range test before training (Smith 2017). */
  rangeTest: z.boolean().default(false),
  /** Share of the past in the first moment: beta1 of AdamW and Lion, the momentum of Nesterov; RMSProp has none. */
  momentum: z.number().min(0).lt(1).default(0.9),
  /** Share of the past in the second moment: beta2 of AdamW and Lion, alpha of RMSProp. */
  secondMomentum: z.number().min(0).lt(1).default(0.999),
  /** Share of a weight that a step at learning rate 1 takes away, apart from the gradients (Nesterov adds it to them). */
  weightDecay: z.number().min(0).max(10).default(0.02),
  /** Largest joint norm of the gradients; 0 does not clip. */
  clipNorm: z.number().min(0).default(1),
  /** Largest single gradient; 0 does not clip. */
  clipValue: z.number().min(0).default(0),
  schedule: z.enum(SCHEDULES).default('cosine'),
  /** Epochs over which the learning rate rises to its base. */
  warmUpSteps: z.number().min(0).default(1),
  /** Epochs without a better validation loss before training stops; 0 never stops early. */
  patience: z.number().int().min(0).default(8),
  /** Share of each step in an exponential moving average of the weights, which is then what is judged and kept; 0 keeps
   *  the weights of the last step. */
  averageShare: z.number().min(0).max(1).default(0),
  /** Share of each class label that is spread over all classes. */
  labelSmoothing: z.number().min(0).max(0.5).default(0),
  /** How much less a class counts that is already likely (focal loss); 0 is cross-entropy. */
  focalGamma: z.number().min(0).max(5).default(0),
  /** In regression, how many deviations of the target an error may have to count by its square; larger ones count in
   *  proportion (Huber 1964), so that a few odd rows do not pull all others along. 0 for squares alone. */
  huberThreshold: z.number().min(0).max(10).default(0),
  /** Weighs classes so that each counts as much as any other. */
  balanceClasses: z.boolean().default(false),
  /** Mixes each row with another, by shares that are Beta(a, a)-distributed (mixup); 0 leaves rows as they are. */
  mixup: z.number().min(0).max(2).default(0),
});
export type TrainingSettings = z.infer<typeof TrainingSettings>;

/** Parts that the rows are divided into, each of which trains its own copy of the network; after every epoch the copies are
 *  averaged. Small data takes fewer. */
const shards = z.number().int().min(1).max(16).default(1);

export const MlpParameters = TrainingSettings.extend({
  shards,
  hiddenLayers: z.number().int().min(0).max(8).default(2),
  /** Units of each hidden layer. */
  hiddenUnits: z.number().int().min(1).max(2048).default(64),
  activation: z.enum(ACTIVATIONS).default('relu'),
  normalisation: z.enum(['none', 'batch', 'layer']).default('none'),
  dropout: z.number().min(0).max(0.9).default(0.1),
  /** What computes: kernels of our own, or tensors (tfjs) on whatever backend it runs on, the native one included. */
  engine: z.enum(['kernels', 'tensors']).default('kernels'),
});
export type MlpParameters = z.infer<typeof MlpParameters>;

/** How the features of a table reach the first dense layer. */
const FeatureSettings = TrainingSettings.extend({
  shards,
  /** Bins between the quantiles of each number, whose piecewise-linear encoding takes its place; 0 leaves numbers as
   *  they are. */
  numericBins: z.number().int().min(0).max(128).default(0),
  /** One-hot categories from which on a column becomes an embedding; 0 never. */
  embedCategories: z.number().int().min(0).default(0),
  /** Numbers of an embedding, of either kind. */
  embeddingUnits: z.number().int().min(1).max(64).default(8),
});

export const RealMlpParameters = FeatureSettings.extend({
  maxSteps: z.number().int().min(1).default(256),
  learningRate: z.number().gt(0).max(1).default(0.04),
  secondMomentum: z.number().min(0).lt(1).default(0.95),
  weightDecay: z.number().min(0).max(10).default(0),
  clipNorm: z.number().min(0).default(0),
  schedule: z.enum(SCHEDULES).default('cosineLog'),
  warmUpSteps: z.number().min(0).default(0),
  patience: z.number().int().min(0).default(0),
  hiddenLayers: z.number().int().min(1).max(8).default(3),
  hiddenUnits: z.number().int().min(1).max(2048).default(256),
  activation: z.enum(ACTIVATIONS).default('selu'),
  dropout: z.number().min(0).max(0.9).default(0),
});
export type RealMlpParameters = z.infer<typeof RealMlpParameters>;

export const TabmParameters = FeatureSettings.extend({
  maxSteps: z.number().int().min(1).default(100),
  learningRate: z.number().gt(0).max(1).default(2e-3),
  weightDecay: z.number().min(0).max(10).default(3e-4),
  schedule: z.enum(SCHEDULES).default('constant'),
  warmUpSteps: z.number().min(0).default(0),
  patience: z.number().int().min(0).default(16),
  /** Networks that share all weights but those of the first and the last layer. */
  members: z.number().int().min(1).max(64).default(32),
  hiddenLayers: z.number().int().min(1).max(8).default(3),
  hiddenUnits: z.number().int().min(1).max(2048).default(512),
  dropout: z.number().min(0).max(0.9).default(0.1),
});
export type TabmParameters = z.infer<typeof TabmParameters>;

/** What `featureLayers` reads. */
export type FeatureSettings = z.infer<typeof FeatureSettings>;
/** Of networks that read a row's features as the pixels of one image, line by line, channels side by side. */
const ImageSettings = TrainingSettings.extend({
  maxSteps: z.number().int().min(1).default(30),
  batchSize: z.number().int().min(1).default(64),
  learningRate: z.number().gt(0).max(1).default(2e-3),
  height: z.number().int().min(1).max(512),
  width: z.number().int().min(1).max(512),
  channels: z.number().int().min(1).max(4).default(1),
  /** The most positions that training moves an image to each side; what is uncovered repeats the edge. 0 leaves images where
   *  they are. */
  shift: z.number().int().min(0).max(32).default(1),
  /** How strongly every picture is varied each time it is seen, by two operations drawn anew (RandAugment, Cubuk et al. 2020):
   *  0 for not at all, 1 for as strongly as in the paper. */
  randAugment: z.number().min(0).max(1).default(0),
  /** Puts a rectangle of another picture into each, in half of the batches, and its share into the label (CutMix); the area is
   *  Beta(a, a)-distributed. 0 leaves pictures whole. */
  cutmix: z.number().min(0).max(4).default(0),
  /** Channels of the first convolutions; each time the image is halved there are twice as many. */
  filters: z.number().int().min(1).max(256).default(32),
});
export type ImageSettings = z.infer<typeof ImageSettings>;

export const CnnParameters = ImageSettings.extend({
  /** Pairs of convolutions with a pool after each; 0 chooses by the size of the image. */
  blocks: z.number().int().min(0).max(6).default(0),
  hiddenUnits: z.number().int().min(1).max(2048).default(128),
  dropout: z.number().min(0).max(0.9).default(0.3),
});
export type CnnParameters = z.infer<typeof CnnParameters>;

/** Of networks that read the last features of a row as a sequence, moment by moment, the signals of one side by side. */
export const TcnParameters = TrainingSettings.extend({
  maxSteps: z.number().int().min(1).default(30),
  batchSize: z.number().int().min(1).default(128),
  /** Moments of a sequence, and numbers of each. */
  length: z.number().int().min(1).max(4096),
  signals: z.number().int().min(1).max(256),
  /** Of every convolution. */
  filters: z.number().int().min(1).max(256).default(24),
  /** Moments that the window of a convolution reads. */
  size: z.number().int().min(1).max(64).default(5),
  /** What the layers after the convolutions read: each of the moments that are left, or their mean, for patterns that may be
   *  anywhere. */
  ending: z.enum(['moments', 'mean']).default('moments'),
  /** After the convolutions. */
  hiddenLayers: z.number().int().min(0).max(8).default(2),
  hiddenUnits: z.number().int().min(1).max(2048).default(64),
  dropout: z.number().min(0).max(0.9).default(0.1),
});
export type TcnParameters = z.infer<typeof TcnParameters>;

export const ResnetParameters = ImageSettings.extend({
  filters: z.number().int().min(1).max(256).default(16),
  /** Residual blocks of each of the three stages. */
  blocksPerStage: z.number().int().min(1).max(8).default(1),
  dropout: z.number().min(0).max(0.9).default(0.1),
});
export type ResnetParameters = z.infer<typeof ResnetParameters>;

/** Of a pretrained network whose last blocks are trained further; what computes it knows AdamW and plain losses. */
export const BackboneParameters = ImageSettings.extend({
  maxSteps: z.number().int().min(1).default(10),
  batchSize: z.number().int().min(1).default(32),
  /** Of the head; the blocks move at a share of it. */
  learningRate: z.number().gt(0).max(1).default(1e-3),
  weightDecay: z.number().min(0).max(10).default(0.01),
  optimizer: z.literal('adamw').default('adamw'),
  rangeTest: z.literal(false).default(false),
  microBatch: z.literal(0).default(0),
  clipValue: z.literal(0).default(0),
  averageShare: z.literal(0).default(0),
  focalGamma: z.literal(0).default(0),
  /** Blocks of the network that are trained, from the last one on. */
  trainedBlocks: z.number().int().min(1).max(1000).default(2),
  blockRateShare: z.number().gt(0).max(1).default(0.1),
});
export type BackboneParameters = z.infer<typeof BackboneParameters>;
