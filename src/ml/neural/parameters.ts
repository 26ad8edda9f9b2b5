/** Hyperparameters of the network. */
import { z } from 'zod';
import { SCHEDULES } from './schedule.ts';

export const MlpParameters = z.strictObject({
  /** Epochs: the schedule's length, and the most that early stopping allows. */
  maxSteps: z.number().int().min(1).default(30),
  hiddenLayers: z.number().int().min(0).max(8).default(2),
  /** Units of each hidden layer. */
  hiddenUnits: z.number().int().min(1).max(2048).default(64),
  learningRate: z.number().gt(0).max(1).default(3e-3),
  weightDecay: z.number().min(0).max(10).default(0.02),
  dropout: z.number().min(0).max(0.9).default(0.1),
  /** Rows per optimizer step; small data takes fewer, so that an epoch has at least ten steps. */
  batchSize: z.number().int().min(1).default(256),
  /** Epochs without a better validation loss before training stops; 0 never stops early. */
  patience: z.number().int().min(0).default(8),
  /** Largest joint norm of the gradients; 0 does not clip. */
  clipNorm: z.number().min(0).default(1),
  schedule: z.enum(SCHEDULES).default('cosine'),
  /** Epochs over which the learning rate rises to its base. */
  warmUpSteps: z.number().min(0).default(1),
  /** What computes: kernels of our own, or tensors (tfjs) on whatever backend it runs on, the native one included. */
  engine: z.enum(['kernels', 'tensors']).default('kernels'),
  /** Share of each class label that is spread over all classes. */
  labelSmoothing: z.number().min(0).max(0.5).default(0),
});
export type MlpParameters = z.infer<typeof MlpParameters>;
