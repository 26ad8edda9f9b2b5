/** The table of model families as the engine sees them; what a person sees of them is in `tuning/portfolio.ts`. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { Estimator } from '../estimator.ts';
import { columnForecaster } from '../forecasting/column-forecaster.ts';
import { FORECASTERS } from '../forecasting/forecast-rows.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import type { View } from '../preprocessing/pipeline.ts';
import type { Parameters } from '../tuning/distributions.ts';
import type { Family } from '../tuning/trial.ts';

export interface FamilyEngine {
  /** Which view of the features it reads. */
  readonly view: View;
  /** Whether a fit with this setting chooses something by the loss on rows set aside: when to stop, or how strongly to
   *  regularise. Others train on every row. */
  readonly setsRowsAside: (parameters: Parameters) => boolean;
  /** Whether what it chooses there is the number of its steps, trees or epochs. */
  readonly choosesSteps: boolean;
  /** Given the pretrained network where there is one. Loaded on demand, so that a thread which trains no network never loads the tensor library. */
  readonly load: (network?: PretrainedNetwork) => Promise<Estimator>;
}

export const FAMILIES: Readonly<Record<Family, FamilyEngine>> = {
  baseline: {
    view: 'tree',
    setsRowsAside: () => false,
    choosesSteps: false,
    load: async () => (await import('../baseline/baseline.ts')).baseline,
  },
  linear: {
    view: 'dense',
    setsRowsAside: ({ pathLength }) => Number(pathLength ?? 1) > 1,
    choosesSteps: false,
    load: async () => (await import('../linear/linear.ts')).linear,
  },
  gbdt: {
    view: 'tree',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../gbdt/boosting.ts')).gbdt,
  },
  ordered: {
    view: 'tree',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../gbdt/ordered.ts')).ordered,
  },
  extra_trees: {
    view: 'tree',
    setsRowsAside: () => false,
    choosesSteps: false,
    load: async () => (await import('../forest/forest.ts')).forest,
  },
  random_forest: {
    view: 'tree',
    setsRowsAside: () => false,
    choosesSteps: false,
    load: async () => (await import('../forest/forest.ts')).forest,
  },
  neighbours: {
    view: 'dense',
    setsRowsAside: () => false,
    choosesSteps: false,
    load: async () => (await import('../neighbours/neighbours.ts')).neighbours,
  },
  naive_bayes: {
    view: 'dense',
    setsRowsAside: () => false,
    choosesSteps: false,
    load: async () => (await import('../naive-bayes/naive-bayes.ts')).naiveBayes,
  },
  seasonal_naive: {
    view: 'tree',
    setsRowsAside: () => false,
    choosesSteps: false,
    load: async () => columnForecaster(FORECASTERS.seasonal_naive),
  },
  ets: {
    view: 'tree',
    setsRowsAside: () => false,
    choosesSteps: false,
    load: async () => columnForecaster(FORECASTERS.ets),
  },
  mlp: {
    view: 'dense',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../neural/mlp.ts')).mlp,
  },
  realmlp: {
    view: 'dense',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../neural/realmlp.ts')).realmlp,
  },
  tabm: {
    view: 'dense',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../neural/tabm.ts')).tabm,
  },
  cnn: {
    view: 'dense',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../neural/cnn.ts')).cnn,
  },
  resnet: {
    view: 'dense',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../neural/resnet.ts')).resnet,
  },
  // The network's features lie in the table, so that its head is a network for tables.
  backbone: {
    view: 'dense',
    setsRowsAside: ({ patience }) => Number(patience ?? 1) > 0,
    choosesSteps: true,
    load: async () => (await import('../neural/mlp.ts')).mlp,
  },
  backbone_tuned: {
    view: 'dense',
    setsRowsAside: ({ patience }) => Number(patience ?? 1) > 0,
    choosesSteps: true,
    load: async (network) => {
      if (!network) throw new ModelwrightError('BACKBONE_NEEDED', { families: 'a fine-tuned network' });
      return (await import('../neural/backbones/tuned-estimator.ts')).tunedEstimator(network);
    },
  },
  tcn: {
    view: 'dense',
    setsRowsAside: () => true,
    choosesSteps: true,
    load: async () => (await import('../neural/tcn.ts')).tcn,
  },
};
