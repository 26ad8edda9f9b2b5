/** The state of a training as it survives a file. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { SerialisedEstimator } from '../estimator.ts';
import { NetworkCurve } from './network-curve.ts';
import type { TrainingState } from './training-loop.ts';

/** JSON has neither NaN nor infinity, and both are honest first values. */
const Loss = z.union([z.number(), z.null()]);

const Checkpoint = z.object({
  format: z.literal('modelwright-training-1'),
  epoch: z.number().int(),
  curve: NetworkCurve,
  best: z.object({ step: z.number().int(), loss: Loss, nParameters: z.number().int() }),
  firstLoss: z.number(),
  learningRate: z.number(),
  retried: z.boolean(),
  lowered: z.number(),
  dropAt: z.number().int(),
  step: z.number().int(),
});

export function writeCheckpoint({ best, trainer, ...rest }: TrainingState): SerialisedEstimator {
  const json: z.infer<typeof Checkpoint> = {
    ...rest,
    format: 'modelwright-training-1',
    curve: [...rest.curve],
    best: {
      step: best.step,
      loss: Number.isFinite(best.loss) ? best.loss : null,
      nParameters: best.parameters.length,
    },
    step: trainer.step,
  };
  const parameters = best.parameters.map((values, i) => [`best ${i}`, values] as const);
  const state = Object.entries(trainer.arrays).map(([name, values]) => [`trainer ${name}`, values] as const);
  return { json, arrays: Object.fromEntries([...parameters, ...state]) };
}

/** The inverse. @throws MODEL_FORMAT_UNKNOWN. */
export function readCheckpoint({ json, arrays }: SerialisedEstimator): TrainingState {
  const parsed = Checkpoint.safeParse(json);
  if (!parsed.success) {
    const detail = z.prettifyError(parsed.error).slice(0, 200);
    throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'network', detail });
  }
  const { format, best, step, ...rest } = parsed.data;
  const ofTrainer = Object.entries(arrays).flatMap(([name, values]) =>
    name.startsWith('trainer ') ? [[name.slice('trainer '.length), values] as const] : [],
  );
  return {
    ...rest,
    best: {
      step: best.step,
      loss: best.loss ?? Number.POSITIVE_INFINITY,
      parameters: Array.from({ length: best.nParameters }, (_, i) => arrays[`best ${i}`] as Float32Array),
    },
    trainer: { step, arrays: Object.fromEntries(ofTrainer) as TrainingState['trainer']['arrays'] },
  };
}
