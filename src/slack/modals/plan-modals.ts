/** The plan's main choices in a form, and the form that asks why a plan was rejected. */
import type { View } from '@slack/types';
import { PORTFOLIO } from '../../ml/tuning/portfolio.ts';
import { Family } from '../../ml/tuning/trial.ts';
import type { PlanRecord } from '../../plan/plan.ts';
import { USUAL_FAMILIES } from '../../plan/propose.ts';
import type { Profile } from '../../profile/profile.ts';
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
import { checkboxesInput, choiceInput, modal, numberInput, type Submission, textInput } from './inputs.ts';
import { MOST_SECONDS, metricOf } from './requirements-modal.ts';

const MOST_TRIALS = 1000;
const MOST_SEED = 0xffffffff;

export function planEditModal(
  context: ModalContext,
  { plan }: PlanRecord,
  profile: Profile,
  requirements: Requirements,
): View {
  const { experiment } = plan;
  return modal(VIEWS.planEdit, 'Edit the plan', 'New version', context, [
    choiceInput(
      { id: 'target', label: 'Column to predict' },
      columnChoices(profile),
      columnValue(profile, experiment.target),
    ),
    choiceInput(
      { id: 'metric', label: 'Metric that decides' },
      metricChoices(experiment.task),
      experiment.metric,
    ),
    choiceInput(
      { id: 'split', label: 'How rows are set aside for judging' },
      splitChoices(profile, requirements.split),
      splitValue(profile, requirements.split),
    ),
    checkboxesInput(
      { id: 'families', label: 'What will be tried' },
      USUAL_FAMILIES.map((family) => ({ label: PORTFOLIO[family].label, value: family })),
      plan.candidates.map((candidate) => candidate.family),
    ),
    numberInput(
      {
        id: 'trials',
        label: 'Trials at most',
        hint: 'Leave empty for as many as fit the budget.',
        optional: true,
      },
      requirements.trials,
      1,
      MOST_TRIALS,
    ),
    numberInput({ id: 'budget', label: 'Time budget in seconds' }, plan.budget.seconds, 10, MOST_SECONDS),
    numberInput({ id: 'seed', label: 'Seed' }, experiment.seed, 0, MOST_SEED),
  ]);
}

/** What the submitted form says; null members mean "you choose". */
export function readPlanEdit(
  submission: Submission,
  profile: Profile,
): { change: RequirementsChange } | { errors: Record<string, string> } {
  const target = columnName(profile, submission.value('target'));
  if (!target || !profile.columns.some((column) => column.name === target)) {
    return { errors: { target: 'There is no column of that name in the data.' } };
  }
  const families = submission.values('families').flatMap((value) => Family.safeParse(value).data ?? []);
  if (families.length === 0) return { errors: { families: 'Please leave at least one to try.' } };
  return {
    change: {
      target,
      metric: metricOf(submission.value('metric')),
      split: splitOf(profile, submission.value('split')),
      families,
      trials: submission.number('trials'),
      budgetSeconds: submission.number('budget'),
      seed: submission.number('seed'),
    },
  };
}

export function planRejectModal(context: ModalContext, { version }: PlanRecord): View {
  return modal(VIEWS.planReject, 'Reject the plan', 'Reject', context, [
    textInput(
      {
        id: 'reason',
        label: `Why should plan ${version} not run?`,
        hint: 'It stays with the plan. You can change what is needed right after this.',
      },
      null,
      true,
    ),
  ]);
}
