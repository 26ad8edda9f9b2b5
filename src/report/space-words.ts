/** A search space in words and numbers. */
import type { Distribution, SearchSpace } from '../ml/tuning/distributions.ts';
import { formatNumber } from './format.ts';

/** "learningRate 0.01 to 0.3 (on a log scale), depth 3 to 10 (whole numbers), scaling standard or quantile"; null for a space
 *  that has nothing to draw. */
export function spaceWords(space: SearchSpace): string | null {
  const parts = Object.entries(space).map(([name, distribution]) => `${name} ${rangeWords(distribution)}`);
  return parts.length === 0 ? null : parts.join(', ');
}

function rangeWords(distribution: Distribution): string {
  const { when } = distribution;
  const condition = when ? ` where ${when.parameter} is ${when.values.map(String).join(' or ')}` : '';
  if (distribution.kind === 'categorical')
    return `${distribution.choices.map(String).join(' or ')}${condition}`;
  const { kind, low, high, log } = distribution;
  const how = [...(kind === 'int' ? ['whole numbers'] : []), ...(log ? ['on a log scale'] : [])];
  return `${formatNumber(low)} to ${formatNumber(high)}${how.length > 0 ? ` (${how.join(', ')})` : ''}${condition}`;
}
