/** The requirements in a form, filled in with what is known or assumed. */
import type { InputBlock, View } from '@slack/types';
import { seemsSensitive } from '../../ml/fairness/suggest-sensitive.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { DEFAULTS } from '../../plan/defaults.ts';
import type { Profile, TargetProfile } from '../../profile/profile.ts';
import type { Requirements, RequirementsChange } from '../../requirements/requirements.ts';
import { type ModalContext, VIEWS } from '../actions.ts';
import { clip, LIMITS } from '../limits.ts';
import { columnChoices, columnName, columnValue, metricChoices } from './choices.ts';
import {
  choiceInput,
  choicesInput,
  decimalInput,
  modal,
  numberInput,
  type Submission,
  textInput,
} from './inputs.ts';
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
    ...costInputs(target, requirements),
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
    decimalInput(
      {
        id: 'existing',
        label: 'Score of the model that you have today',
        hint: 'In the metric above, else accuracy. Shares as 0.85 or 85.',
        optional: true,
      },
      requirements.existing?.score ?? null,
    ),
    decimalInput(
      {
        id: 'wanted',
        label: 'Score that you need',
        hint: 'Leave empty if any gain is welcome.',
        optional: true,
      },
      requirements.existing?.wanted ?? null,
    ),
    numberInput(
      {
        id: 'testRows',
        label: 'Rows that its score was measured on',
        hint: 'Tells how sure that score is.',
        optional: true,
      },
      requirements.existing?.rows ?? null,
      1,
      1e9,
    ),
    decimalInput(
      {
        id: 'leastGain',
        label: 'Least gain that is worth a new model',
        hint: 'Better and worse are only said beyond it. Agreed now, so that it does not depend on the result.',
        optional: true,
      },
      requirements.existing?.leastGain ?? null,
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

/** Not there where the column is known to have other than two classes: then nothing is missed, and nothing a false alarm. */
function costInputs(target: TargetProfile | null, { costs }: Requirements): InputBlock[] {
  if (target && target.task !== 'binary') return [];
  const positive = target?.classes[1]?.label;
  return [
    decimalInput(
      {
        id: 'missed',
        label: 'Cost of one that is missed',
        hint: `${positive === undefined ? '' : `Of a row that is ${clip(positive, 40)}, `}in your own currency. With both costs the cut-off follows from them.`,
        optional: true,
      },
      costs?.missed ?? null,
    ),
    decimalInput(
      {
        id: 'falseAlarm',
        label: 'Cost of a false alarm',
        hint: 'For example of a needless offer.',
        optional: true,
      },
      costs?.falseAlarm ?? null,
    ),
  ];
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
  const missed = submission.number('missed');
  const falseAlarm = submission.number('falseAlarm');
  for (const [id, cost, other] of [
    ['missed', missed, falseAlarm],
    ['falseAlarm', falseAlarm, missed],
  ] as const) {
    if (cost === null ? other !== null : !(cost > 0)) {
      return { errors: { [id]: 'Please give both costs as numbers above 0, or neither.' } };
    }
  }
  const shared = readSharedFields(submission, profile, {
    // A form that does not ask leaves what was said in a sentence as it is.
    ...(submission.has('missed') && {
      costs: missed !== null && falseAlarm !== null ? { missed, falseAlarm } : null,
    }),
    businessMeaning: submission.value('meaning'),
    deployment: submission.value('deployment'),
    ...(listsColumns(profile) && { sensitive: readSensitive(submission, profile) }),
  });
  return 'errors' in shared ? shared : withExisting(shared.change, submission);
}

/** Adds what is said of an existing model, nothing where its score is left empty. */
function withExisting(change: RequirementsChange, submission: Submission): FormReading {
  const metric = change.metric ?? null;
  const isShare = !metric || METRICS[metric].unit !== 'target';
  const share = (id: string) => {
    const value = submission.number(id);
    // 85 is read as 85%, but an MCC of -0.1 or a MASE of 1.2 stays.
    return value !== null && isShare && value > 2 ? value / 100 : value;
  };
  const [score, wanted, least] = [share('existing'), share('wanted'), share('leastGain')];
  for (const [id, value] of Object.entries({ existing: score, wanted, leastGain: least })) {
    if (value !== null && !Number.isFinite(value)) return { errors: { [id]: 'Please give a number.' } };
  }
  if (least !== null && least < 0)
    return { errors: { leastGain: 'The least useful gain cannot be negative.' } };
  if (score === null) {
    return wanted === null && least === null
      ? { change: { ...change, existing: null } }
      : { errors: { existing: 'Please give the score that this is compared with.' } };
  }
  const rows = submission.number('testRows');
  const existing = {
    ...{ metric, score, wanted },
    ...(rows !== null && { rows }),
    ...(least !== null && { leastGain: least }),
  };
  return { change: { ...change, existing } };
}
