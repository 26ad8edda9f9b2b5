/** The plan's main choices in a form, and the form that asks why a plan was rejected. */
import type { View } from '@slack/types';
import { type Experiment, Recalibration } from '../../ml/experiment.ts';
import { PORTFOLIO } from '../../ml/tuning/portfolio.ts';
import { FOLD_PRUNERS } from '../../ml/tuning/pruners/fold-pruners.ts';
import { SamplerName } from '../../ml/tuning/samplers/sampler.ts';
import { SAMPLERS } from '../../ml/tuning/samplers/samplers.ts';
import { Family, PrunerName } from '../../ml/tuning/trial.ts';
import { CHOOSABLE_FAMILIES } from '../../plan/families-for.ts';
import type { PlanRecord } from '../../plan/plan.ts';
import { RECALIBRATION_WORDS } from '../../plan/recalibration.ts';
import type { Profile } from '../../profile/profile.ts';
import type { Requirements } from '../../requirements/requirements.ts';
import { type ModalContext, VIEWS } from '../actions.ts';
import { metricChoices } from './choices.ts';
import {
  type Choice,
  choiceInput,
  choicesInput,
  modal,
  numberInput,
  type Submission,
  textInput,
} from './inputs.ts';
import { limitInputs, rangesInput, readLimits } from './limit-fields.ts';
import { protocolInputs, readProtocol } from './protocol-fields.ts';
import { budgetInput, type FormReading, readSharedFields, splitInput, targetInput } from './shared-fields.ts';

const YOU_CHOOSE = 'auto';
const MOST_TRIALS = 1000;
const MOST_SEED = 0xffffffff;

/** Networks for images and for sequences are offered where there are some. */
function canRead(family: Family, { forecast, windows }: Experiment, { images }: Profile): boolean {
  const { readsImages, readsSequences } = PORTFOLIO[family];
  const areSequences = forecast !== undefined || windows !== undefined;
  return (!readsImages || images !== undefined) && (!readsSequences || areSequences);
}

export function planEditModal(
  context: ModalContext,
  { plan }: PlanRecord,
  profile: Profile,
  requirements: Requirements,
): View {
  const { experiment } = plan;
  return modal(VIEWS.planEdit, 'Edit the plan', 'New version', context, [
    targetInput(profile, experiment.target),
    choiceInput(
      { id: 'metric', label: 'Metric that decides' },
      metricChoices(experiment.task),
      experiment.metric,
    ),
    splitInput(profile, requirements.split),
    ...protocolInputs(profile, experiment, requirements),
    choicesInput(
      { id: 'families', label: 'What will be tried' },
      CHOOSABLE_FAMILIES.filter((family) => canRead(family, experiment, profile)).map((family) => ({
        label: PORTFOLIO[family].label,
        value: family,
      })),
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
    choiceInput(
      { id: 'sampler', label: 'How further settings are found' },
      [
        { label: 'As the number of trials suggests', value: YOU_CHOOSE },
        ...SamplerName.options.map((name) => ({ label: sentenceCase(SAMPLERS[name].label), value: name })),
      ],
      requirements.sampler ?? YOU_CHOOSE,
    ),
    choiceInput(
      { id: 'pruner', label: 'How weak trials end early' },
      [
        { label: 'As the number of trials suggests', value: YOU_CHOOSE },
        ...PrunerName.options.map((name) => ({ label: sentenceCase(PRUNER_WORDS[name]), value: name })),
      ],
      requirements.pruner ?? YOU_CHOOSE,
    ),
    ...(experiment.task === 'regression'
      ? []
      : [
          choiceInput(
            { id: 'recalibration', label: 'Probabilities' },
            Recalibration.options.map((name) => ({
              label: sentenceCase(RECALIBRATION_WORDS[name]),
              value: name,
            })),
            experiment.recalibration ?? 'none',
          ),
        ]),
    choiceInput(
      { id: 'shards', label: 'Rows of networks in parts' },
      shardChoices(requirements.shards),
      String(requirements.shards ?? YOU_CHOOSE),
    ),
    choiceInput(
      { id: 'starts', label: 'What it begins from' },
      startChoices(requirements.startsFrom),
      String(requirements.startsFrom ?? YOU_CHOOSE),
    ),
    budgetInput(plan.budget.seconds),
    ...limitInputs({ plan }, requirements),
    rangesInput(requirements),
    numberInput({ id: 'seed', label: 'Seed' }, experiment.seed, 0, MOST_SEED),
  ]);
}

/** What the submitted form says; null members mean "you choose". */
export function readPlanEdit(submission: Submission, profile: Profile): FormReading {
  const families = submission.values('families').flatMap((value) => Family.safeParse(value).data ?? []);
  if (families.length === 0) return { errors: { families: 'Please leave at least one to try.' } };
  const limits = readLimits(submission);
  if ('errors' in limits) return limits;
  const trials = submission.number('trials');
  const seed = submission.number('seed');
  const sampler = SamplerName.safeParse(submission.value('sampler')).data ?? null;
  const pruner = PrunerName.safeParse(submission.value('pruner')).data ?? null;
  const shards = Number(submission.value('shards')) || null;
  const starts = submission.value('starts');
  const startsFrom = starts === 'nothing' ? starts : Number(starts) > 0 ? Number(starts) : null;
  const recalibration = Recalibration.safeParse(submission.value('recalibration')).data;
  const protocol = readProtocol(submission);
  if ('errors' in protocol) return protocol;
  return readSharedFields(submission, profile, {
    ...{ families, trials, sampler, pruner, shards, startsFrom, seed },
    ...protocol.change,
    ...limits.change,
    // Not there where values are predicted: what was said before stays.
    ...(recalibration && { recalibration }),
  });
}

const PRUNER_WORDS: Readonly<Record<PrunerName, string>> = {
  none: 'not at all',
  median: `after a fold, by the ${FOLD_PRUNERS.median.label}`,
  race: `after a fold, when they have lost the race`,
};

const USUAL_SHARDS = [2, 4, 8];

/** What was said in a sentence can be another number. */
function shardChoices(shards: Requirements['shards']): Choice[] {
  const counts = new Set([...USUAL_SHARDS, ...(shards !== null && shards > 1 ? [shards] : [])]);
  return [
    { label: 'Where one long trial would hold up the others', value: YOU_CHOOSE },
    { label: 'Never', value: '1' },
    ...[...counts]
      .sort((a, b) => a - b)
      .map((count) => ({ label: `Always, ${count} parts`, value: String(count) })),
  ];
}

function startChoices(startsFrom: Requirements['startsFrom']): Choice[] {
  return [
    { label: 'The best settings of earlier runs on such data', value: YOU_CHOOSE },
    { label: 'Nothing: from scratch', value: 'nothing' },
    ...(typeof startsFrom === 'number'
      ? [{ label: `All that run ${startsFrom} has shown`, value: String(startsFrom) }]
      : []),
  ];
}

function sentenceCase(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
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
