/** Why a plan is as it is: a reason for every choice that a person could ask about. */
import type { Experiment } from '../ml/experiment.ts';
import { bestCutOff } from '../ml/metrics/decision-cost.ts';
import { hasThreshold, METRICS } from '../ml/metrics/registry.ts';
import { PORTFOLIO } from '../ml/tuning/portfolio.ts';
import { FOLD_PRUNERS } from '../ml/tuning/pruners/fold-pruners.ts';
import { SAMPLERS } from '../ml/tuning/samplers/samplers.ts';
import { NETWORKS } from '../ml/tuning/trial.ts';
import type { Profile, TargetProfile } from '../profile/profile.ts';
import type { Requirements } from '../requirements/requirements.ts';
import { type Allocation, type LeftOut, trialCount } from './allocate.ts';
import type { choosePruner } from './choose-pruner.ts';
import type { chooseSampler } from './choose-sampler.ts';
import { DEFAULTS } from './defaults.ts';
import { imageOf } from './families-for.ts';
import type { Material } from './material.ts';
import { pastReasons } from './past.ts';
import type { Candidate, Plan } from './plan.ts';
import { forecastReasons } from './plan-forecast.ts';
import { evaluationReasons } from './plan-protocol.ts';
import { windowReasons } from './plan-windows.ts';
import { splitName } from './plan-words.ts';
import { chosenSplit } from './planned-experiment.ts';
import { recalibrationReason } from './recalibration.ts';

export type Reason = Plan['reasons'][number];

export function reasons(
  material: Material,
  experiment: Experiment,
  wished: Experiment,
  allocation: Allocation,
  readers: Reason[],
  search: ReturnType<typeof chooseSampler> & { readonly pruning: ReturnType<typeof choosePruner> },
  tried: readonly Candidate[],
): Plan['reasons'] {
  const { requirements, target } = material;
  const metric = METRICS[experiment.metric];
  const chosenByPerson = requirements.metric === experiment.metric;
  const ignored = requirements.metric && !chosenByPerson ? METRICS[requirements.metric].label : null;
  return [
    {
      choice: 'Metric',
      value: metric.label,
      reason: chosenByPerson
        ? `Your choice. ${metric.description}`
        : ignored
          ? `${ignored} does not apply to a ${experiment.task} target. ${metric.description}`
          : metric.description,
    },
    ...(experiment.forecast
      ? forecastReasons(experiment.forecast, target, experiment.holdoutFraction)
      : splitReasons(experiment, material)),
    ...evaluationReasons(experiment, wished, material),
    ...(experiment.windows ? windowReasons(experiment.windows, material.profile) : []),
    finishReason(experiment, requirements),
    ...recalibrationReason(experiment, requirements),
    ...costReason(experiment),
    ...imageReason(experiment, material.profile),
    ...imbalanceReason(experiment, target),
    {
      choice: 'Preprocessing',
      value: 'fitted on training rows only',
      reason:
        'Linear models and networks get imputed, one-hot and scaled columns with indicators for missing values; boosted trees take missing values and categories as they are.',
    },
    ...readers,
    ...precisionReason(allocation),
    {
      choice: 'Search',
      value: `${SAMPLERS[search.sampler].label}, ${trialCount(allocation)} trials`,
      reason: searchReason(allocation, search.reason, material.past?.direction !== undefined),
    },
    ...pastReasons(tried, material.past),
    { choice: 'Pruner', value: FOLD_PRUNERS[search.pruning.pruner].label, reason: search.pruning.reason },
    {
      choice: 'Budget',
      value: `${requirements.budgetSeconds ?? DEFAULTS.budgetSeconds} s`,
      reason:
        'Turned into a fixed amount of work by a short test on your data, so that a second run gives the same result to the last digit; the clock is only the hard stop.',
    },
  ];
}

function splitReasons({ split }: Experiment, { target, requirements }: Material): Reason[] {
  return [
    {
      choice: 'Split',
      value: splitName(split),
      reason: chosenSplit(target, requirements) ? 'Your choice.' : target.splitReason,
    },
  ];
}

function precisionReason({ trials }: Allocation): Reason[] {
  if (![...trials.keys()].some((family) => NETWORKS.has(family))) return [];
  return [
    {
      choice: 'Precision',
      value: 'single (float32)',
      reason:
        'Networks train in single precision from start to end. Half precision would bring nothing here: what computes on this machine has no such arithmetic, and imitating it is slower and less exact.',
    },
  ];
}

function finishReason({ finish, members, refit }: Experiment, requirements: Requirements): Reason {
  const shipped =
    refit === 'all' ? ' Once judged, the same settings are trained on every row for you to use.' : '';
  if (finish === 'single') {
    const why =
      requirements.finish === 'single' ? 'Your choice: the best trial alone.' : 'The best trial alone.';
    return { choice: 'Model', value: 'the best single trial', reason: `${why}${shipped}` };
  }
  return {
    choice: 'Model',
    value: `ensemble of at most ${members} trials`,
    reason:
      'Trials that correct each other are averaged, chosen by what they predicted for rows they had not seen; the best ' +
      `one alone is kept unless the average is better beyond the noise.${shipped}`,
  };
}

/** What mistakes cost decides from which probability on a row is acted on. */
function costReason({ costs, metric, positiveClass }: Experiment): Reason[] {
  if (!costs) return [];
  const cutOff = bestCutOff(costs);
  const share = `${Number((100 * cutOff).toPrecision(3))}%`;
  const who = `A missed ${positiveClass ?? 'one'} costs you ${costs.missed}, a false alarm ${costs.falseAlarm}`;
  return [
    hasThreshold(metric)
      ? {
          choice: 'Cut-off',
          value: `best for ${METRICS[metric].label}`,
          reason: `${who}: by that the cut-off would be ${share}, but you rank by ${METRICS[metric].label}, whose own cut-off the labels follow. Decide, under the report, shows both.`,
        }
      : {
          choice: 'Cut-off',
          value: share,
          reason: `${who}, so acting pays from there on, wherever probabilities mean what they say. Labels, recall and precision are those of this cut-off.`,
        },
  ];
}

/** Where there are pictures: what the models see of them. */
function imageReason(experiment: Experiment, profile: Profile): Reason[] {
  const { images } = profile;
  if (!images) return [];
  const { source, width, height, channels } = images;
  if (source === 'columns' && !imageOf(experiment, profile)) return [];
  return [
    {
      choice: 'Pictures',
      value: `${width} × ${height} pixels in ${channels === 1 ? 'grey' : 'colour'}`,
      reason:
        source === 'columns'
          ? 'The columns are the pixels of a picture, by their names and their range. A convolutional network reads them as one, all scaled alike, and sees each picture moved a little every time.'
          : 'Models see the brightness of the pixels, coarser where there are many. Trees and networks also learn from variants that keep what a picture shows, never from variants of the pictures that they are judged on.',
    },
  ];
}

/** A smaller class than this share is worth a word. */
const RARE = 0.2;

function imbalanceReason({ task, metric, classes, costs }: Experiment, target: TargetProfile): Reason[] {
  if (task === 'regression') return [];
  const total = target.classes.reduce((count, entry) => count + entry.count, 0);
  const rarest = target.classes.reduce((least, entry) => (entry.count < least.count ? entry : least));
  const limit = task === 'binary' ? RARE : RARE / Math.max(1, classes.length - 1);
  if (!(rarest.count / total < limit)) return [];
  const cutOff = hasThreshold(metric)
    ? ` The cut-off is chosen for ${METRICS[metric].label} on rows that the models had not seen, since 0.5 may miss most of a rare class.`
    : costs
      ? ' Probabilities stay honest: the cut-off follows from what mistakes cost.'
      : ' Probabilities stay honest: choose the cut-off by what mistakes cost.';
  return [
    {
      choice: 'Rare class',
      value: `${rarest.label}, ${((100 * rarest.count) / total).toFixed(1)}% of rows`,
      reason: `Every fold and the holdout keep its share, and no row is duplicated or thrown away.${task === 'binary' ? cutOff : ''}`,
    },
  ];
}

function searchReason({ leftOut }: Allocation, howDrawn: string, isContinued: boolean): string {
  const names = (why: LeftOut['why'], name: (family: LeftOut) => string) =>
    leftOut
      .filter((family) => family.why === why)
      .map(name)
      .join(', ');
  const tooLong = names(
    'time',
    ({ family, secondsPerTrial }) => `${PORTFOLIO[family].label} (${secondsPerTrial.toFixed(0)} s)`,
  );
  const tooLarge = names('memory', ({ family }) => PORTFOLIO[family].label);
  const tooMany = names('limit', ({ family }) => PORTFOLIO[family].label);
  return [
    `Each family ${isContinued ? 'goes on from its best settings' : 'starts from strong defaults'}. ${howDrawn}`,
    ...(tooLong ? [`Left out, because one trial would not fit: ${tooLong}.`] : []),
    ...(tooLarge ? [`Left out, because they need more memory than you allow: ${tooLarge}.`] : []),
    ...(tooMany ? [`Left out, because you allow fewer trials than there are families: ${tooMany}.`] : []),
  ].join(' ');
}
