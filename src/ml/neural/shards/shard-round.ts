/** What the parts of a round are told and what they come to, as plain values that survive a journey to another machine. */
import { z } from 'zod';
import { ModelwrightError } from '../../../errors/errors.ts';
import type { SerialisedEstimator } from '../../estimator.ts';
import { NetworkSpec } from '../network.ts';
import { TrainingSettings } from '../parameters.ts';
import type { Samples, TrainerState } from '../trainer.ts';
import type { Epoch, TrainingState } from '../training-loop.ts';

/** JSON has no NaN. */
const Finite = z.number().nullable();

/** What stays the same in all rounds of a fit. */
export const ShardFit = z.object({
  network: NetworkSpec,
  loss: z.discriminatedUnion('name', [
    z.object({ name: z.literal('crossEntropy') }),
    z.object({ name: z.literal('squaredError') }),
    z.object({ name: z.literal('huberError'), threshold: z.number() }),
    z.object({ name: z.literal('focalLoss'), gamma: z.number() }),
  ]),
  settings: z.object(TrainingSettings.shape),
  seed: z.number().int(),
  /** Steps of an epoch, of every part. */
  nBatches: z.number().int().min(1),
  /** How many times the rate of training in one piece every part takes. */
  rateTimes: z.number().positive(),
});
export type ShardFit = z.infer<typeof ShardFit>;

/** What all parts of a round begin with. */
export interface ShardRound extends Pick<TrainingState, 'epoch' | 'learningRate' | 'lowered' | 'firstLoss'> {
  readonly fit: ShardFit;
  readonly trainer: TrainerState;
}

const StoredRound = z.object({
  format: z.literal('modelwright-shard-round-1'),
  fit: ShardFit,
  epoch: z.number().int(),
  learningRate: z.number(),
  lowered: z.number(),
  firstLoss: Finite,
  step: z.number().int(),
});

export function writeRound({ trainer, firstLoss, ...rest }: ShardRound): SerialisedEstimator {
  const json: z.infer<typeof StoredRound> = {
    ...rest,
    format: 'modelwright-shard-round-1',
    firstLoss: orNull(firstLoss),
    step: trainer.step,
  };
  return { json, arrays: trainer.arrays };
}

/** The inverse. @throws MODEL_FORMAT_UNKNOWN. */
export function readRound({ json, arrays }: SerialisedEstimator): ShardRound {
  const { format, firstLoss, step, ...rest } = parsed(StoredRound, json);
  return { ...rest, firstLoss: firstLoss ?? Number.NaN, trainer: { step, arrays: arraysOf(arrays) } };
}

/** What a part has come to. */
export interface ShardOutcome {
  readonly epoch: Epoch;
  readonly trainer: TrainerState;
}

const StoredOutcome = z.object({
  format: z.literal('modelwright-shard-outcome-1'),
  loss: Finite,
  gradientNorm: Finite,
  learningRate: z.number(),
  firstLoss: Finite,
  hasDiverged: z.boolean(),
  stopped: z.boolean(),
  step: z.number().int(),
});

export function writeOutcome({ epoch, trainer }: ShardOutcome): SerialisedEstimator {
  const json: z.infer<typeof StoredOutcome> = {
    ...epoch,
    format: 'modelwright-shard-outcome-1',
    loss: orNull(epoch.loss),
    gradientNorm: orNull(epoch.gradientNorm),
    firstLoss: orNull(epoch.firstLoss),
    step: trainer.step,
  };
  return { json, arrays: trainer.arrays };
}

/** The inverse. @throws MODEL_FORMAT_UNKNOWN. */
export function readOutcome({ json, arrays }: SerialisedEstimator): ShardOutcome {
  const { format, step, loss, gradientNorm, firstLoss, ...rest } = parsed(StoredOutcome, json);
  const epoch = {
    ...rest,
    loss: loss ?? Number.NaN,
    gradientNorm: gradientNorm ?? Number.NaN,
    firstLoss: firstLoss ?? Number.NaN,
  };
  return { epoch, trainer: { step, arrays: arraysOf(arrays) } };
}

/** The rows of a part; the arrays are handed on, not copied. */
export function writeRows({ nRows, ...arrays }: Samples): SerialisedEstimator {
  return { json: { nRows }, arrays };
}

const StoredRows = z.object({ nRows: z.number().int().min(1) });

/** The inverse. @throws MODEL_FORMAT_UNKNOWN. */
export function readRows({ json, arrays }: SerialisedEstimator): Samples {
  const { nRows } = parsed(StoredRows, json);
  return { nRows, ...(arrays as Pick<Samples, 'inputs' | 'targets'>) };
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const detail = z.prettifyError(result.error).slice(0, 200);
  throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'network', detail });
}

function arraysOf(arrays: SerialisedEstimator['arrays']): TrainerState['arrays'] {
  return arrays as TrainerState['arrays'];
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
