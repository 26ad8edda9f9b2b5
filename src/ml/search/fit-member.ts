/** One model as it is trained everywhere: pipeline and estimator fitted together on the same rows. */
import { findImages, type Table } from '../data/table.ts';
import type { FitOptions, FittedEstimator } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import { splitParameters } from '../preprocessing/parameters.ts';
import { type FittedPipeline, fitPipeline } from '../preprocessing/pipeline.ts';
import type { EncodedTarget } from '../preprocessing/target.ts';
import { deriveSeed } from '../random.ts';
import type { TrialSpec } from '../tuning/trial.ts';
import { FAMILIES } from './families.ts';
import { checkMemory, fitMegabytes } from './memory.ts';
import { withVariants } from './picture-variants.ts';
import { trainingSet } from './training-set.ts';
import { variationOf } from './vary-picture.ts';

export interface FittedMember {
  readonly pipeline: FittedPipeline;
  readonly fitted: FittedEstimator;
}

export interface MemberRows {
  /** Rows that the pipeline learns from: `fit` and `validation` together. */
  readonly training: Uint32Array;
  /** Rows that the estimator learns from. */
  readonly fit: Uint32Array;
  /** Rows that early stopping looks at. */
  readonly validation?: Uint32Array;
}

export interface MemberOptions extends Omit<FitOptions, 'validation'> {
  /** What the thread may hold, in MB; no limit without it. */
  readonly memoryMb?: number;
  /** Needed by families that train a pretrained network further. */
  readonly network?: PretrainedNetwork;
}

/** @throws MEMORY_TOO_SMALL before anything of that size is taken. */
export async function fitMember(
  table: Table,
  experiment: Experiment,
  target: EncodedTarget,
  { family, parameters }: Pick<TrialSpec, 'family' | 'parameters'>,
  { training, fit, validation }: MemberRows,
  { memoryMb, network, ...options }: MemberOptions,
): Promise<FittedMember> {
  const { view, load } = FAMILIES[family];
  const { preprocessing, estimator: setting } = splitParameters(parameters);
  const variants = findImages(table) ? preprocessing.variants : 0; // elsewhere there is nothing to vary
  const context = { target, seed: deriveSeed(options.seed, 'pipeline') };
  const pipeline = fitPipeline(table, training, experiment, { view, parameters: preprocessing }, context);
  if (memoryMb !== undefined) {
    const needed = fitMegabytes(
      family,
      training.length * (1 + variants),
      pipeline.features.length,
      target.nClasses,
    );
    checkMemory(needed, memoryMb);
  }
  const set = (rows: Uint32Array) =>
    trainingSet(pipeline.transformTraining(table, rows), rows, target, experiment);
  const estimator = await load(network);
  const seed = deriveSeed(options.seed, 'variants');
  const varied = withVariants(set(fit), table, fit, pipeline, experiment, variants, seed);
  const varyPicture =
    Number(setting.randAugment ?? 0) > 0 ? variationOf(pipeline, table, experiment) : undefined;
  const fitted = await estimator.fit(varied, setting, {
    ...options,
    ...(varyPicture && { varyPicture }),
    ...(validation && { validation: set(validation) }),
  });
  return { pipeline, fitted };
}
