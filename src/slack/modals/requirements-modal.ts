/** The requirements in a form, filled in with what is known or assumed. */
import type { InputBlock, View } from '@slack/types';
import { seemsSensitive } from '../../ml/fairness/suggest-sensitive.ts';
import { DEFAULTS } from '../../plan/propose.ts';
import type { Profile, TargetProfile } from '../../profile/profile.ts';
import type { Requirements } from '../../requirements/requirements.ts';
import { type ModalContext, VIEWS } from '../actions.ts';
import { LIMITS } from '../limits.ts';
import { columnChoices, columnName, columnValue, metricChoices } from './choices.ts';
import { choiceInput, choicesInput, modal, type Submission, textInput } from './inputs.ts';
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
    ...sensitiveInput(profile, chosen, requirements),
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

const MOST_SENSITIVE = 20;

/** Preselected are the columns that seem to be: whoever sends the form confirms them. Not there in tables with more columns
 *  than a select holds; a sentence does it in those. */
function sensitiveInput(profile: Profile, target: string | null, { sensitive }: Requirements): InputBlock[] {
  if (!listsColumns(profile)) return [];
  const suggested = profile.columns
    .filter(
      ({ name, top }) =>
        name !== target &&
        seemsSensitive(
          name,
          top.map(({ value }) => value),
        ),
    )
    .map(({ name }) => name);
  const field = {
    id: 'sensitive',
    label: 'Sensitive columns',
    hint: 'I report how groups of people are treated by these. Preselected by name: please check.',
    optional: true,
  };
  const initial = (sensitive ?? suggested).slice(0, MOST_SENSITIVE);
  return [
    choicesInput(
      field,
      columnChoices(profile),
      initial.flatMap((name) => columnValue(profile, name) ?? []),
    ),
  ];
}

function listsColumns({ columns }: Profile): boolean {
  return columns.length <= LIMITS.selectOptions;
}

function readSensitive(submission: Submission, profile: Profile): string[] {
  const names = submission.values('sensitive').flatMap((value) => columnName(profile, value) ?? []);
  return names.slice(0, MOST_SENSITIVE);
}

/** What the submitted form says. */
export function readRequirements(submission: Submission, profile: Profile): FormReading {
  return readSharedFields(submission, profile, {
    businessMeaning: submission.value('meaning'),
    deployment: submission.value('deployment'),
    ...(listsColumns(profile) && { sensitive: readSensitive(submission, profile) }),
  });
}
