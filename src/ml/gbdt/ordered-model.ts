/** An ordered model as a value: how features are encoded, and trees over what comes of it. */
import type { FeatureMatrix } from '../estimator.ts';
import { predictRaw, type TreeEnsemble } from './ensemble.ts';
import { encode, type OrderedEncoding } from './ordered-statistics.ts';

export interface OrderedModel {
  readonly encoding: OrderedEncoding;
  /** Its features are the columns that `encode` makes. */
  readonly ensemble: TreeEnsemble;
  readonly learningRate: number;
}

/** @returns as `predictRaw`. @throws when the features are not those of the training, by name and order. */
export function predictOrdered({ encoding, ensemble }: OrderedModel, features: FeatureMatrix): Float64Array {
  return predictRaw(ensemble, encode(encoding, features));
}
