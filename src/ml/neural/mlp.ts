/** A multilayer perceptron for tables, as an estimator over the dense view. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type {
  CurvePoint,
  Estimator,
  FeatureMatrix,
  FittedEstimator,
  SerialisedEstimator,
  TrainingSet,
} from '../estimator.ts';
import { Random } from '../random.ts';
import { KernelTrainer, rawOutputs } from './kernel-trainer.ts';
import { createDenseStack, parameterShapes } from './layers/dense.ts';
import type { LossName } from './loss.ts';
import { softmaxRows } from './loss.ts';
import { MlpParameters } from './parameters.ts';
import type { Samples, StackTrainer, TrainerTask } from './stack-trainer.ts';
import { trainStack } from './training-loop.ts';

const MlpState = z.object({
  format: z.literal('modelwright-mlp-1'),
  /** Input, hidden and output widths. */
  widths: z.array(z.number().int()).min(2),
  /** Regression only: outputs are in units of `scale` around `centre`; predictions stay within [low, high]. */
  target: z.object({ centre: z.number(), scale: z.number(), low: z.number(), high: z.number() }).nullable(),
  curve: z.array(
    z.object({ step: z.number().int(), trainLoss: z.number(), validationLoss: z.number().exactOptional() }),
  ),
  bestStep: z.number().int(),
});
type MlpState = z.infer<typeof MlpState>;

/** Inputs beyond this are drawn in to it: what scaling leaves is far smaller, and float32 products stay finite. */
const MAX_INPUT = 1e4;

/** Classification: softmax over the classes and cross-entropy. Regression: the target is standardised inside, and
 *  predictions never leave the range of the training targets, beyond which a network only guesses. Losses on the
 *  curve are in the target's own units, squared. A step is an epoch. */
export const mlp: Estimator = {
  async fit(training, parameters, options) {
    const settings = MlpParameters.parse(parameters);
    const open = await trainerOf(settings.engine);
    const random = new Random(options.seed);
    const scaling = training.task === 'regression' ? targetScaling(training.target) : null;
    const loss: LossName = scaling ? 'squaredError' : 'crossEntropy';
    const widths = [
      inputWidth(training.features),
      ...Array<number>(settings.hiddenLayers).fill(settings.hiddenUnits),
      training.nClasses,
    ];
    const lossUnit = scaling ? scaling.scale ** 2 : 1;
    const inOwnUnits = (point: CurvePoint): CurvePoint => ({
      ...point,
      trainLoss: point.trainLoss * lossUnit,
      ...(point.validationLoss === undefined ? {} : { validationLoss: point.validationLoss * lossUnit }),
    });
    const stack = createDenseStack(widths, outputBias(training), random.derive('weights'));
    const trained = trainStack(
      stack,
      toSamples(training, scaling, settings),
      loss,
      settings,
      random,
      {
        validation: options.validation && toSamples(options.validation, scaling, { labelSmoothing: 0 }),
        onStep: (point) => options.onStep?.(inOwnUnits(point)),
        ...(options.shouldStop ? { shouldStop: options.shouldStop } : {}),
      },
      open,
    );
    const curve = trained.curve.map(inOwnUnits);
    return fitted(
      { format: 'modelwright-mlp-1', widths, target: scaling, curve, bestStep: trained.bestStep },
      trained.parameters,
    );
  },

  async restore(serialised) {
    const parsed = MlpState.safeParse(serialised.json);
    if (!parsed.success) throw unknownFormat(z.prettifyError(parsed.error).slice(0, 200));
    const parameters = parameterShapes(parsed.data.widths).map((shape, i) => {
      const values = serialised.arrays[`parameter${i}`];
      const size = shape.reduce((product, width) => product * width, 1);
      if (!(values instanceof Float32Array) || values.length !== size) throw unknownFormat(`parameter ${i}`);
      return values;
    });
    return fitted(parsed.data, parameters);
  },
};

/** Tensors are loaded only where somebody asks for them. */
async function trainerOf(engine: MlpParameters['engine']): Promise<(task: TrainerTask) => StackTrainer> {
  if (engine === 'kernels') return (task) => new KernelTrainer(task);
  const [{ startBackend }, { TensorTrainer }] = await Promise.all([
    import('./backend.ts'),
    import('./tensor-trainer.ts'),
  ]);
  await startBackend();
  return (task) => new TensorTrainer(task);
}

function fitted(state: MlpState, parameters: readonly Float32Array[]): FittedEstimator {
  const nOutputs = state.widths[state.widths.length - 1] as number;
  return {
    curve: state.curve,
    bestStep: state.bestStep,
    predict(features) {
      if (inputWidth(features) !== state.widths[0]) {
        throw new RangeError(`the network has ${state.widths[0]} inputs and got ${inputWidth(features)}`);
      }
      const { nRows } = features;
      const outputs = rawOutputs(state.widths, parameters, { nRows, inputs: rowMajor(features) });
      const { target } = state;
      if (!target) return softmaxRows(outputs, nOutputs);
      return Float64Array.from(outputs, (value) =>
        Math.min(target.high, Math.max(target.low, target.centre + value * target.scale)),
      );
    },
    serialise(): SerialisedEstimator {
      return {
        json: state,
        arrays: Object.fromEntries(parameters.map((values, i) => [`parameter${i}`, values])),
      };
    },
  };
}

function toSamples(
  set: TrainingSet,
  scaling: MlpState['target'],
  { labelSmoothing }: Pick<MlpParameters, 'labelSmoothing'>,
): Samples {
  const targets = scaling
    ? Float32Array.from(set.target, (value) => (value - scaling.centre) / scaling.scale)
    : classShares(set.target, set.nClasses, labelSmoothing);
  return { nRows: set.features.nRows, inputs: rowMajor(set.features), targets };
}

function classShares(target: Float64Array, nClasses: number, smoothing: number): Float32Array {
  const shares = new Float32Array(target.length * nClasses).fill(smoothing / nClasses);
  for (let i = 0; i < target.length; i++) shares[i * nClasses + (target[i] as number)] += 1 - smoothing;
  return shares;
}

/** The logits of the class shares (with one imagined row per class, so that an absent class stays finite), or 0
 *  for a standardised target. */
function outputBias(training: TrainingSet): Float32Array {
  const bias = new Float32Array(training.nClasses);
  if (training.task === 'regression') return bias;
  const counts = new Float64Array(training.nClasses).fill(1);
  for (const index of training.target) counts[index] = (counts[index] as number) + 1;
  return bias.map((_, k) => Math.log((counts[k] as number) / (training.target.length + training.nClasses)));
}

function targetScaling(target: Float64Array): NonNullable<MlpState['target']> {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let centre = 0;
  for (const value of target) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    centre += value / target.length;
  }
  let variance = 0;
  for (const value of target) variance += (value - centre) ** 2 / target.length;
  return { centre, scale: Math.sqrt(variance) || 1, low, high };
}

/** A table without features gets one input that is always 0, since matrices of width 0 are beyond the backends. */
function inputWidth(features: FeatureMatrix): number {
  return Math.max(1, features.columns.length);
}

/** Float32Array (nRows × inputWidth), row-major; what is not finite becomes 0. */
function rowMajor(features: FeatureMatrix): Float32Array {
  const width = inputWidth(features);
  const rows = new Float32Array(features.nRows * width);
  for (let j = 0; j < features.columns.length; j++) {
    const column = features.columns[j] as Float64Array;
    for (let i = 0; i < features.nRows; i++) {
      const value = column[i] as number;
      if (Number.isFinite(value)) rows[i * width + j] = Math.max(-MAX_INPUT, Math.min(MAX_INPUT, value));
    }
  }
  return rows;
}

function unknownFormat(detail: string): ModelwrightError {
  return new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'network', detail });
}
