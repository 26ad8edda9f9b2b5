/** Fits that are kept on their way, so that a killed one goes on where it was. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type { CurvePoint, FitOptions, SerialisedEstimator } from '../estimator.ts';
import type { Clock } from './clock.ts';

/** A fit on its way. */
export interface Checkpoint {
  /** Of the trial; 0 for a refit, which has none. */
  readonly fold: number;
  readonly state: SerialisedEstimator;
  /** The loss at this step: on rows set aside where there are some, else on the training rows. */
  readonly loss?: number;
}

/** A fit is saved so often: work of that length is what a killed one repeats. */
const CHECKPOINT_MS = 10_000;

/** The options of a fit that tells its state every ten seconds.
 *  @param save told it. @param onStep of the fit. */
export function savedNowAndThen(
  clock: Pick<Clock, 'now'>,
  fold: number,
  save: ((checkpoint: Checkpoint) => void) | undefined,
  onStep?: FitOptions['onStep'],
): Pick<FitOptions, 'checkpoint' | 'onStep'> {
  if (!save) return onStep ? { onStep } : {};
  let savedMs = clock.now();
  let loss: number | undefined;
  return {
    onStep: (point: CurvePoint) => {
      loss = point.validationLoss ?? point.trainLoss;
      onStep?.(point);
    },
    checkpoint: {
      isDue: () => clock.now() - savedMs >= CHECKPOINT_MS,
      save: (state) => {
        savedMs = clock.now();
        save({ fold, state, ...(loss !== undefined && Number.isFinite(loss) && { loss }) });
      },
    },
  };
}

/** What the fit results in, begun from the checkpoint; one that another version has written begins anew. */
export async function fitFrom<Fitted>(
  checkpoint: Checkpoint | undefined,
  begin: (from: Pick<FitOptions, 'resumeFrom'>) => Promise<Fitted>,
): Promise<Fitted> {
  if (!checkpoint) return begin({});
  try {
    return await begin({ resumeFrom: checkpoint.state });
  } catch (error) {
    if (isForeign(error)) return begin({});
    throw error;
  }
}

/** Estimators say in two ways that they do not know a state. Parameters that are not legal are so in a fit from the start,
 *  too. */
function isForeign(error: unknown): boolean {
  if (error instanceof ModelwrightError) return error.code === 'MODEL_FORMAT_UNKNOWN';
  return error instanceof z.ZodError;
}
