/** Networks as estimators over the dense view: what every family of them shares. */
import { z } from 'zod';
import { ModelwrightError } from '../../errors/errors.ts';
import type {
  CurvePoint,
  Estimator,
  FeatureMatrix,
  FitOptions,
  FittedEstimator,
  SerialisedEstimator,
  TrainingSet,
} from '../estimator.ts';
import { Random } from '../random.ts';
import type { Parameters } from '../tuning/distributions.ts';
import { KernelTrainer, outputsOf, rawOutputs } from './kernel-trainer.ts';
import { type Loss, softmaxRows } from './loss.ts';
import { createNetwork, type Network, NetworkSpec, parameterSpecs } from './network.ts';
import { curveInUnits, NetworkCurve } from './network-curve.ts';
import type { TrainingSettings } from './parameters.ts';
import {
  classBalance,
  inputWidth,
  outputBias,
  rowMajor,
  TargetScaling,
  targetScaling,
  toSamples,
} from './samples.ts';
import { shardCount } from './shards/divide-rows.ts';
import { trainInShards } from './shards/train-in-shards.ts';
import type { Batch, Trainer, TrainerTask } from './trainer.ts';
import { readCheckpoint, writeCheckpoint } from './training-checkpoint.ts';
import { type TrainingState, trainNetwork } from './training-loop.ts';

/** What tells one family of networks from another.
 *  @property parameters parses the settings. @property defaults what a task has in place of their own defaults. @property build the layers for so many features and outputs.
 *  @property trainer    what computes; kernels of our own where absent.
 *  @property shards     parts that the rows are to be divided into; only where kernels of our own compute. */
export interface NetworkFamily<Settings extends TrainingSettings> {
  readonly parameters: z.ZodType<Settings>;
  readonly defaults?: (task: TrainingSet['task']) => Parameters;
  readonly build: (settings: Settings, problem: NetworkProblem) => NetworkSpec;
  readonly trainer?: (settings: Settings) => Promise<((task: TrainerTask) => Trainer) | undefined>;
  readonly shards?: (settings: Settings) => number;
  readonly augment?: (
    settings: Settings,
    varyPicture: FitOptions['varyPicture'],
  ) => ((batch: Batch, random: Random) => void) | undefined;
}

/** @property features   of the training rows. @property nFeatures how many of them the network reads.
 *  @property outputBias what the best constant prediction needs the last layer to say. */
export interface NetworkProblem {
  readonly task: TrainingSet['task'];
  readonly features: FeatureMatrix;
  readonly nFeatures: number;
  readonly nOutputs: number;
  readonly outputBias: readonly number[];
}

const FittedNetwork = z.object({
  format: z.literal('modelwright-network-1'),
  network: NetworkSpec,
  /** Regression only: outputs are in units of `scale` around `centre`; predictions stay within [low, high]. */
  target: TargetScaling.nullable(),
  curve: NetworkCurve,
  bestStep: z.number().int(),
  /** What training ended up with, where the range test or a divergence changed it. */
  learningRate: z.number().exactOptional(),
});
type FittedNetwork = z.infer<typeof FittedNetwork>;

/** Classification: softmax over the classes and cross-entropy. Regression: the target is standardised inside, and
 *  predictions never leave the range of the training targets, beyond which a network only guesses. Losses on the
 *  curve are in the target's own units, squared. A step is an epoch. A fit that is resumed must have the same
 *  `maxSteps`, which the schedule depends on. */
export function networkEstimator<Settings extends TrainingSettings>(
  family: NetworkFamily<Settings>,
): Estimator {
  return {
    async fit(training, parameters, options) {
      const settings = family.parameters.parse({ ...family.defaults?.(training.task), ...parameters });
      const open = (await family.trainer?.(settings)) ?? ((task: TrainerTask) => new KernelTrainer(task));
      const random = new Random(options.seed);
      const scaling = training.task === 'regression' ? targetScaling(training.target) : null;
      const spec = family.build(settings, {
        task: training.task,
        features: training.features,
        nFeatures: inputWidth(training.features),
        nOutputs: training.nClasses,
        outputBias: [...outputBias(training)],
      });
      const balance = settings.balanceClasses && !scaling ? classBalance(training) : undefined;
      const inOwnUnits = curveInUnits(scaling);
      const { checkpoint, resumeFrom, validation, onStep, shouldStop } = options;
      const augment = family.augment?.(settings, options.varyPicture);
      const network = createNetwork(spec, random.derive('weights'));
      const samples = toSamples(training, scaling, settings.labelSmoothing, balance);
      const shared = {
        validation: validation && toSamples(validation, scaling, 0, balance),
        onStep: (point: CurvePoint) => onStep?.(inOwnUnits(point)),
        ...(shouldStop && { shouldStop }),
        ...(checkpoint && {
          checkpoint: {
            isDue: checkpoint.isDue,
            save: (state: TrainingState) => checkpoint.save(writeCheckpoint(state)),
          },
        }),
        ...(resumeFrom && { resumeFrom: readCheckpoint(resumeFrom) }),
      };
      const loss = lossOf(scaling, settings);
      const nShards = shardCount(samples.nRows, settings.batchSize, family.shards?.(settings) ?? 1);
      const trained =
        nShards > 1
          ? await trainInShards(network, samples, loss, settings, random, {
              ...shared,
              nShards,
              workers: options.shards,
            })
          : trainNetwork(network, samples, loss, settings, random, {
              ...shared,
              open,
              ...(augment && { augment }),
            });
      const { bestStep, learningRate } = trained;
      return fitted(
        {
          format: 'modelwright-network-1',
          network: spec,
          target: scaling,
          curve: trained.curve.map(inOwnUnits),
          bestStep,
          ...(learningRate === settings.learningRate ? {} : { learningRate }),
        },
        trained.parameters,
      );
    },

    async restore({ json, arrays }) {
      const parsed = FittedNetwork.safeParse(json);
      if (!parsed.success) throw unknownFormat(z.prettifyError(parsed.error).slice(0, 200));
      const specs = parameterSpecs(parsed.data.network).flat();
      const parameters = specs.map(({ nInputs, nOutputs }, i) => {
        const values = arrays[`parameter${i}`];
        if (!(values instanceof Float32Array) || values.length !== nInputs * nOutputs) {
          throw unknownFormat(`parameter ${i}`);
        }
        return values;
      });
      return fitted(parsed.data, parameters);
    },
  };
}

function lossOf(scaling: unknown, { focalGamma, huberThreshold }: TrainingSettings): Loss {
  if (scaling && huberThreshold > 0) return { name: 'huberError', threshold: huberThreshold };
  if (scaling) return { name: 'squaredError' };
  return focalGamma > 0 ? { name: 'focalLoss', gamma: focalGamma } : { name: 'crossEntropy' };
}

function fitted(state: FittedNetwork, parameters: readonly Float32Array[]): FittedEstimator {
  const network: Network = { spec: state.network, parameters };
  const { height, width, channels } = state.network.input;
  const nInputs = height * width * channels;
  const { nOutputs, members } = outputsOf(network);
  return {
    curve: state.curve,
    bestStep: state.bestStep,
    ...(state.learningRate === undefined
      ? {}
      : { chosen: { learningRate: state.learningRate, rangeTest: false } }),
    predict(features: FeatureMatrix) {
      if (inputWidth(features) !== nInputs) {
        throw new RangeError(`the network has ${nInputs} inputs and got ${inputWidth(features)}`);
      }
      const { nRows } = features;
      const outputs = rawOutputs(network, { nRows, inputs: rowMajor(features) });
      const { target } = state;
      if (!target) return meanOverMembers(softmaxRows(outputs, nOutputs), nRows, nOutputs, members);
      return meanOverMembers(Float64Array.from(outputs), nRows, 1, members).map((value) =>
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

/** @param predictions (nRows × members × nOutputs), row-major. @returns (nRows × nOutputs). */
function meanOverMembers(
  predictions: Float64Array,
  nRows: number,
  nOutputs: number,
  members: number,
): Float64Array {
  if (members === 1) return predictions;
  const means = new Float64Array(nRows * nOutputs);
  for (let i = 0; i < predictions.length; i++) {
    const place = Math.floor(i / (members * nOutputs)) * nOutputs + (i % nOutputs);
    means[place] = (means[place] as number) + (predictions[i] as number) / members;
  }
  return means;
}

function unknownFormat(detail: string): ModelwrightError {
  return new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'network', detail });
}
