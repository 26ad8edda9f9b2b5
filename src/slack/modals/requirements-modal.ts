/** The requirements in a form, filled in with what is known or assumed. */
import type { View } from '@slack/types';
import { DEFAULTS } from '../../plan/propose.ts';
import type { Profile, TargetProfile } from '../../profile/profile.ts';
import type { Requirements } from '../../requirements/requirements.ts';
import { type ModalContext, VIEWS } from '../actions.ts';
import { metricChoices } from './choices.ts';
import { choiceInput, modal, type Submission, textInput } from './inputs.ts';
import { budgetInput, type FormReading, readSharedFields, splitInput, targetInput } from './shared-fields.ts';

export function requirementsModal(
  context: ModalContext,
  profile: Profile,
  target: TargetProfile | null,
  requirements: Requirements,
): View {
  const chosen = requirements.target ?? target?.target ?? null;
  return modal(VIEWS.requirements, 'What do you need?', 'Make a plan', context, [
    targetInput(profile, chosen),
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
    splitInput(profile, requirements.split),
    budgetInput(requirements.budgetSeconds ?? DEFAULTS.budgetSeconds),
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

/** What the submitted form says. */
export function readRequirements(submission: Submission, profile: Profile): FormReading {
  return readSharedFields(submission, profile, {
    businessMeaning: submission.value('meaning'),
    deployment: submission.value('deployment'),
  });
}
