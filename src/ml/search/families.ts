/** The table of model families as the engine sees them; what a person sees of them is in `tuning/portfolio.ts`. */
import type { Estimator } from '../estimator.ts';
import type { View } from '../preprocessing/pipeline.ts';
import type { Family } from '../tuning/trial.ts';

export interface FamilyEngine {
  /** Which view of the features it reads. */
  readonly view: View;
  /** Whether it trains step by step and stops early by the loss on rows set aside; others train on every row. */
  readonly stopsEarly: boolean;
  /** Loaded on demand, so that a thread which trains no network never loads the tensor library. */
  readonly load: () => Promise<Estimator>;
}

export const FAMILIES: Readonly<Record<Family, FamilyEngine>> = {
  baseline: {
    view: 'tree',
    stopsEarly: false,
    load: async () => (await import('../baseline/baseline.ts')).baseline,
  },
  linear: {
    view: 'dense',
    stopsEarly: false,
    load: async () => (await import('../linear/linear.ts')).linear,
  },
  gbdt: {
    view: 'tree',
    stopsEarly: true,
    load: async () => (await import('../gbdt/boosting.ts')).gbdt,
  },
  mlp: {
    view: 'dense',
    stopsEarly: true,
    load: async () => (await import('../neural/mlp.ts')).mlp,
  },
};
