/** The requirements in a form, filled in with what is known or assumed. */
import type { View } from '@slack/types';
import type { MetricName } from '../../ml/experiment.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { DEFAULTS } from '../../plan/propose.ts';
import type { Profile, TargetProfile } from '../../profile/profile.ts';
import type { Requirements, RequirementsChange } from '../../requirements/requirements.ts';
import { type ModalContext, VIEWS } from '../actions.ts';
import {
  columnChoices,
  columnName,
  columnValue,
  metricChoices,
  splitChoices,
  splitOf,
  splitValue,
} from './choices.ts';
import { choiceInput, modal, numberInput, type Submission, textInput } from './inputs.ts';

/** The longest budget that a person can type, one day. */
export const MOST_SECONDS = 86_400;

export function requirementsModal(
  context: ModalContext,
  profile: Profile,
  target: TargetProfile | null,
  requirements: Requirements,
): View {
  const chosen = requirements.target ?? target?.target ?? null;
  return modal(VIEWS.requirements, 'What do you need?', 'Make a plan', context, [
    choiceInput(
      { id: 'target', label: 'Column to predict' },
      columnChoices(profile),
      columnValue(profile, chosen),
    ),
    textInput(
      {
        id: 'meaning',
        label: 'What does a wrong prediction cost you?',
        hint: 'For example: a missed churner costs us 400 a year, a needless offer 20.',
        optional: true,
      },
      requirements.businessMeaning,
      true,
    ),
    choiceInput(
      {
        id: 'metric',
        label: 'Metric that decides',
        hint: 'Leave empty and I choose one that fits.',
        optional: true,
      },
      metricChoices(target?.task ?? null),
      requirements.metric,
    ),
    choiceInput(
      { id: 'split', label: 'How rows are set aside for judging' },
      splitChoices(profile, requirements.split),
      splitValue(profile, requirements.split),
    ),
    numberInput(
      { id: 'budget', label: 'Time budget in seconds', hint: 'The hard stop for the whole run.' },
      requirements.budgetSeconds ?? DEFAULTS.budgetSeconds,
      10,
      MOST_SECONDS,
    ),
    textInput(
      {
        id: 'deployment',
        label: 'Where will predictions be made?',
        hint: 'For example: nightly batch of a million rows; in a web request within 20 ms.',
        optional: true,
      },
      requirements.deployment,
    ),
  ]);
}

/** What the submitted form says.
 *  @returns errors by block id for values that cannot be. */
export function readRequirements(
  submission: Submission,
  profile: Profile,
): { change: RequirementsChange } | { errors: Record<string, string> } {
  const target = columnName(profile, submission.value('target'));
  if (!target || !profile.columns.some((column) => column.name === target)) {
    return { errors: { target: 'There is no column of that name in the data.' } };
  }
  const budgetSeconds = submission.number('budget');
  if (
    budgetSeconds === null ||
    !Number.isInteger(budgetSeconds) ||
    budgetSeconds < 10 ||
    budgetSeconds > MOST_SECONDS
  ) {
    return { errors: { budget: `Please give whole seconds from 10 to ${MOST_SECONDS}.` } };
  }
  return {
    change: {
      target,
      metric: metricOf(submission.value('metric')),
      split: splitOf(profile, submission.value('split')),
      budgetSeconds,
      businessMeaning: submission.value('meaning'),
      deployment: submission.value('deployment'),
    },
  };
}

export function metricOf(value: string | null): MetricName | null {
  return value !== null && value in METRICS ? (value as MetricName) : null;
}
