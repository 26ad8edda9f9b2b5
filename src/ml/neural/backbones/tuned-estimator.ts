/** A pretrained network that is trained further, as an estimator over the pixels of pictures. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { ModelwrightError } from '../../../errors/errors.ts';
import type {
  Estimator,
  FeatureMatrix,
  FittedEstimator,
  SerialisedEstimator,
  TrainingSet,
} from '../../estimator.ts';
import { Random } from '../../random.ts';
import { imageAugmentation } from '../images.ts';
import { softmaxRows } from '../loss.ts';
import type { Network } from '../network.ts';
import { curveInUnits, NetworkCurve } from '../network-curve.ts';
import { BackboneParameters } from '../parameters.ts';
import { classBalance, inputWidth, rowMajor, TargetScaling, targetScaling, toSamples } from '../samples.ts';
import type { TrainerTask } from '../trainer.ts';
import { readCheckpoint, writeCheckpoint } from '../training-checkpoint.ts';
import { trainNetwork } from '../training-loop.ts';
import type { Backbone } from './backbone.ts';
import { BackboneTrainer, outputsInPasses } from './backbone-trainer.ts';
import { featuresOf } from './features.ts';
import { applyHead, type HeadWeights } from './head.ts';
import { prepareImages } from './image-batch.ts';
import { type BlockWeight, lastBlocks } from './last-blocks.ts';
import type { LayersBackbone } from './layers-backbone.ts';
import { opened, type PretrainedNetwork } from './pretrained-network.ts';
import { trainHead } from './train-head.ts';

const TunedNetwork = z.object({
  format: z.literal('modelwright-backbone-1'),
  /** Id of the network that was trained further: only with that very one do the numbers mean anything. */
  backbone: z.string(),
  /** Keys of its weights that have new values, in the order of the arrays. */
  blocks: z.array(z.string()),
  nOutputs: z.number().int().min(1),
  picture: z.object({
    height: z.number().int().min(1),
    width: z.number().int().min(1),
    channels: z.number().int().min(1).max(4),
  }),
  target: TargetScaling.nullable(),
  curve: NetworkCurve,
  bestStep: z.number().int(),
});
type TunedNetwork = z.infer<typeof TunedNetwork>;

/** The loop does not look at layers, and these are the network's own. */
const LAYERS_OF_THE_NETWORK: Network = {
  spec: { input: { height: 1, width: 1, channels: 1, groups: 1 }, layers: [] },
  parameters: [],
};

/** First a head on the network's frozen features, then head and last blocks together; statistics of batch normalisation
 *  stay. The network is as it was before after every call. A step is an epoch of the second part.
 *  @throws BACKBONE_FROZEN from `fit` when the network's format has no gradients. */
export function tunedEstimator(network: PretrainedNetwork): Estimator {
  return {
    async fit(training, parameters, options) {
      const settings = BackboneParameters.parse(parameters);
      const { height, width, channels } = settings;
      const picture = { height, width, channels };
      checkSize(training.features, picture);
      const backbone = trainable(await opened(network));
      const blocks = lastBlocks(backbone, settings.trainedBlocks);
      const scaling = training.task === 'regression' ? targetScaling(training.target) : null;
      const balance = settings.balanceClasses && !scaling ? classBalance(training) : undefined;
      const samplesOf = (set: TrainingSet, smoothing: number) => toSamples(set, scaling, smoothing, balance);
      const samples = samplesOf(training, settings.labelSmoothing);
      const loss = { name: scaling ? 'squaredError' : 'crossEntropy' } as const;
      const random = new Random(options.seed);
      const { checkpoint, resumeFrom, validation, onStep, shouldStop } = options;
      const from = resumeFrom && readCheckpoint(resumeFrom);
      const features = await featuresOf(
        backbone,
        { ...picture, nImages: samples.nRows, pixels: samples.inputs },
        shouldStop ? { shouldStop } : {},
      );
      // The state of a fit that goes on has the head in it, all but its scales.
      const headOptions = {
        seed: random.derive('head').uint32(),
        shouldStop: from ? () => true : shouldStop,
      };
      const head = trainHead(features, samples, loss.name, headOptions);
      const inOwnUnits = curveInUnits(scaling);
      const augment = imageAugmentation(settings, options.varyPicture);
      return withBlocks(blocks, () => {
        const trainers: BackboneTrainer[] = [];
        const open = (task: TrainerTask) => {
          const { blockRateShare } = settings;
          const trainer = new BackboneTrainer(task, { backbone, blocks, head, picture, blockRateShare });
          trainers.push(trainer);
          return trainer;
        };
        try {
          const trained = trainNetwork(LAYERS_OF_THE_NETWORK, samples, loss, settings, random, {
            open,
            validation: validation && samplesOf(validation, 0),
            onStep: (point) => onStep?.(inOwnUnits(point)),
            ...(shouldStop && { shouldStop }),
            ...(augment && { augment }),
            ...(checkpoint && {
              checkpoint: {
                isDue: checkpoint.isDue,
                save: (state) => checkpoint.save(writeCheckpoint(state)),
              },
            }),
            ...(from && { resumeFrom: from }),
          });
          const [kernel, bias, ...values] = trained.parameters as Float32Array[];
          return fitted(backbone, blocks, { ...head, kernel, bias } as HeadWeights, values, {
            format: 'modelwright-backbone-1',
            backbone: network.id,
            blocks: blocks.map(({ key }) => key),
            nOutputs: training.nClasses,
            picture,
            target: scaling,
            curve: trained.curve.map(inOwnUnits),
            bestStep: trained.bestStep,
          });
        } finally {
          for (const trainer of trainers) trainer.dispose();
        }
      });
    },

    async restore({ json, arrays }) {
      const parsed = TunedNetwork.safeParse(json);
      if (!parsed.success) throw unknownFormat(z.prettifyError(parsed.error).slice(0, 200));
      const state = parsed.data;
      if (state.backbone !== network.id) throw unknownFormat(`it was learnt on ${state.backbone}`);
      const backbone = trainable(await opened(network));
      const known = new Map(
        lastBlocks(backbone, Number.POSITIVE_INFINITY).map((block) => [block.key, block]),
      );
      const blocks = state.blocks.map((key) => known.get(key) ?? fail(`it has no weight ${key}`));
      const floats = (name: string, length: number) => {
        const values = arrays[name];
        return values instanceof Float32Array && values.length === length ? values : fail(name);
      };
      const { nFeatures } = backbone;
      const head = {
        centre: floats('centre', nFeatures),
        scale: floats('scale', nFeatures),
        kernel: floats('kernel', nFeatures * state.nOutputs),
        bias: floats('bias', state.nOutputs),
      };
      const values = blocks.map(({ variable }, i) => floats(`block${i}`, variable.size));
      return fitted(backbone, blocks, head, values, state);
    },
  };
}

/** @param values of the blocks, in their order. */
function fitted(
  backbone: LayersBackbone,
  blocks: readonly BlockWeight[],
  head: HeadWeights,
  values: readonly Float32Array[],
  state: TunedNetwork,
): FittedEstimator {
  const { picture, nOutputs, target } = state;
  return {
    curve: state.curve,
    bestStep: state.bestStep,
    predict(features) {
      checkSize(features, picture);
      const outputs = withBlocks(blocks, () => {
        assign(blocks, values);
        return outputsInPasses(rowMajor(features), features.nRows, nOutputs, (pixels, nImages) => {
          const images = prepareImages({ ...picture, nImages, pixels }, 0, nImages, backbone.input);
          const kernel = tf.tensor2d(head.kernel, [backbone.nFeatures, nOutputs]);
          return applyHead(backbone.forward(images), head, kernel, tf.tensor1d(head.bias));
        });
      });
      if (!target) return softmaxRows(outputs, nOutputs);
      return Float64Array.from(outputs, (value) =>
        Math.min(target.high, Math.max(target.low, target.centre + value * target.scale)),
      );
    },
    serialise(): SerialisedEstimator {
      const ofBlocks = values.map((block, i) => [`block${i}`, block] as const);
      return { json: state, arrays: { ...head, ...Object.fromEntries(ofBlocks) } };
    },
  };
}

/** What `use` returns, after which the weights are what they were before. */
function withBlocks<T>(blocks: readonly BlockWeight[], use: () => T): T {
  const original = blocks.map(({ variable }) => tf.clone(variable));
  try {
    return use();
  } finally {
    blocks.forEach(({ variable }, i) => {
      variable.assign(original[i] as tf.Tensor);
    });
    tf.dispose(original);
  }
}

function assign(blocks: readonly BlockWeight[], values: readonly Float32Array[]): void {
  tf.tidy(() => {
    blocks.forEach(({ variable }, i) => {
      variable.assign(tf.tensor((values[i] as Float32Array).slice(), variable.shape));
    });
  });
}

/** @throws IMAGE_SIZE_WRONG */
function checkSize(features: FeatureMatrix, { height, width, channels }: TunedNetwork['picture']): void {
  const found = inputWidth(features);
  if (found !== height * width * channels) {
    throw new ModelwrightError('IMAGE_SIZE_WRONG', { found, height, width, channels });
  }
}

function trainable(backbone: Backbone): LayersBackbone {
  if (backbone.format === 'layers') return backbone as LayersBackbone;
  throw new ModelwrightError('BACKBONE_FROZEN', { name: backbone.name, format: backbone.format });
}

function fail(detail: string): never {
  throw unknownFormat(detail);
}

function unknownFormat(detail: string): ModelwrightError {
  return new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: 'fine-tuned network', detail });
}
