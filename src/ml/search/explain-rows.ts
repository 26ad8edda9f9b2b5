/** What each column did to single predictions: exact where one sum of trees is the model, sampled for everything else. */
import type { Importance } from '../judgement.ts';
import type { Effects } from './describe-effects.ts';
import type { HeldOutModel } from './held-out-model.ts';
import { effectsBySampling } from './sampled-effects.ts';
import { effectsByTrees } from './tree-effects.ts';

/** @returns null in forecasts and for pictures, where a column alone means nothing, and with a single column. */
export function explainRows(model: HeldOutModel, importance: readonly Importance[]): Effects | null {
  const { experiment, table, members } = model;
  if (experiment.forecast || experiment.features.length < 2) return null;
  if (table.columns.some(({ type }) => type === 'image')) return null;
  const [only] = members;
  if (members.length === 1 && only?.fitted.trees) return effectsByTrees(model, only, only.fitted.trees);
  return effectsBySampling(model, importance);
}
