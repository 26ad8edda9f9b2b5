/** What effects are measured in, and what they move. */
import type { Explanation } from '../../ml/evidence.ts';
import { formatNumber, formatShare, truncate } from '../format.ts';
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
      return { unit: 'percentage points', outcome, towards: outcome };
  }
}

type Unit = Explanation['unit'];

/** The size of an effect in its unit: probabilities move by percentage points. */
export function effectSize(unit: Unit, effect: number): string {
  if (unit === 'value') return formatNumber(effect);
  const text = unit === 'probability' ? (100 * effect).toFixed(1) : effect.toFixed(2);
  return /[1-9]/.test(text) ? text : text.replace('-', '');
}

/** With a plus where it is one. */
export function signedEffect(unit: Unit, effect: number): string {
  const text = effectSize(unit, effect);
  return effect > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** What effects lead to, or start from. */
export function effectLevel(unit: Unit, level: number): string {
  return unit === 'probability' ? formatShare(Math.min(1, Math.max(0, level))) : effectSize(unit, level);
}
