/** Which hyperparameters decided in the winner's family: where a further search should look. */
import { METRICS } from '../ml/metrics/registry.ts';
import { hyperparameterImportances } from '../ml/tuning/importances.ts';
import type { Plan } from '../plan/plan.ts';
import type { Report } from './report.ts';

/** With fewer drawn settings the shares are mostly noise. */
const FEWEST_SETTINGS = 20;
/** A hyperparameter with a smaller share did not stand out. */
const LEADING_SHARE = 0.35;

export interface LeadingParameter {
  readonly name: string;
  /** Of what single hyperparameters explain. */
  readonly share: number;
  /** Drawn settings that this was learned from. */
  readonly settings: number;
}

/** @returns null where no hyperparameter stood out, or too few settings were drawn to say so. */
export function leadingParameter(
  { trials, winner, metric }: Pick<Report, 'trials' | 'winner' | 'metric'>,
  plan: Plan,
): LeadingParameter | null {
  const space = plan.candidates.find(({ family }) => family === winner.family)?.space;
  const drawn = trials.filter(
    ({ family, origin, score }) => family === winner.family && origin === 'sampled' && score !== null,
  );
  if (!space || drawn.length < FEWEST_SETTINGS) return null;
  const sign = METRICS[metric].greaterIsBetter ? -1 : 1;
  const observations = drawn.map(({ parameters, score }) => ({
    parameters,
    state: 'complete' as const,
    value: sign * (score?.value ?? 0),
  }));
  const [first] = hyperparameterImportances(space, observations);
  if (!first || first.share < LEADING_SHARE) return null;
  return { ...first, settings: drawn.length };
}
