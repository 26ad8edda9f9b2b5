/** The fields that both forms have, the requirements and the plan's edit: target, metric, split, budget. */
import type { InputBlock } from '@slack/types';
import type { MetricName, Split } from '../../ml/experiment.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Profile } from '../../profile/profile.ts';
import type { RequirementsChange } from '../../requirements/requirements.ts';
import { columnChoices, columnName, columnValue, splitChoices, splitOf, splitValue } from './choices.ts';
import { choiceInput, numberInput, type Submission } from './inputs.ts';

const LEAST_SECONDS = 10;
/** The longest budget that a person can type, one day. */
const MOST_SECONDS = 86_400;

export function targetInput(profile: Profile, chosen: string | null): InputBlock {
  const field = { id: 'target', label: 'Column to predict' };
  return choiceInput(field, columnChoices(profile), columnValue(profile, chosen));
}

export function splitInput(profile: Profile, split: Split | null): InputBlock {
  const field = { id: 'split', label: 'How rows are set aside for judging' };
  return choiceInput(field, splitChoices(profile, split), splitValue(profile, split));
}

export function budgetInput(seconds: number): InputBlock {
  const field = { id: 'budget', label: 'Time budget in seconds', hint: 'The hard stop for the whole run.' };
  return numberInput(field, seconds, LEAST_SECONDS, MOST_SECONDS);
}

/** What a submitted form says, or its errors by block id. */
export type FormReading =
  | { readonly change: RequirementsChange }
  | { readonly errors: Readonly<Record<string, string>> };

/** What the shared fields say.
 *  @param more what the form's own fields say. */
export function readSharedFields(
  submission: Submission,
  profile: Profile,
  more: RequirementsChange,
): FormReading {
  const target = columnName(profile, submission.value('target'));
  if (!target || !profile.columns.some((column) => column.name === target)) {
    return { errors: { target: 'There is no column of that name in the data.' } };
  }
  const budgetSeconds = submission.number('budget') ?? 0;
  if (!Number.isInteger(budgetSeconds) || budgetSeconds < LEAST_SECONDS || budgetSeconds > MOST_SECONDS) {
    return { errors: { budget: `Please give whole seconds from ${LEAST_SECONDS} to ${MOST_SECONDS}.` } };
  }
  const metric = metricOf(submission.value('metric'));
  const split = splitOf(profile, submission.value('split'));
  return { change: { target, metric, split, budgetSeconds, ...more } };
}

function metricOf(value: string | null): MetricName | null {
  return value !== null && value in METRICS ? (value as MetricName) : null;
}
