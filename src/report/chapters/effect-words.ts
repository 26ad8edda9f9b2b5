/** What effects are measured in, and what they move. */
import type { Explanation } from '../../ml/evidence.ts';
import { truncate } from '../format.ts';
import type { Report } from '../report.ts';

interface EffectWords {
  /** After a number. */
  readonly unit: string;
  /** What is predicted. */
  readonly outcome: string;
  /** Where a positive effect leads. */
  readonly towards: string;
}

/** @param output the class that is explained; the positive one where it is left out. */
export function unitWords(
  { unit }: Pick<Explanation, 'unit'>,
  { task, target, classes }: Pick<Report, 'task' | 'target' | 'classes'>,
  output?: number,
): EffectWords {
  const name = truncate(target, 40);
  if (task === 'regression') {
    return unit === 'value'
      ? { unit: `units of ${name}`, outcome: name, towards: `a higher ${name}` }
      : { unit: 'on the scale that the trees add up in', outcome: name, towards: `a higher ${name}` };
  }
  const label = task === 'binary' ? classes[1] : output === undefined ? undefined : classes[output];
  const outcome = label === undefined ? `the class of ${name}` : `${name} = ${truncate(label, 40)}`;
  switch (unit) {
    case 'log-odds':
      return { unit: 'log-odds', outcome, towards: outcome };
    case 'score':
      return { unit: 'class score', outcome, towards: outcome };
    default:
      return { unit: 'probability', outcome, towards: outcome };
  }
}
