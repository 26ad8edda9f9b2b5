/** Profile + requirements + calibration → plan. Pure: the same inputs give the same plan. */
import { ModelwrightError } from '../errors/errors.ts';
import { imageOfFeatures, wholePicture } from '../ml/data/image-features.ts';
import type { ImageShape, SequenceShape } from '../ml/data/table.ts';
import type { Experiment, MetricName, Split, Task } from '../ml/experiment.ts';
import { forecastFeatures } from '../ml/forecasting/forecast-rows.ts';
import { recentValuesShape } from '../ml/forecasting/recent-values.ts';
import { defaultMetric, FORECAST_METRICS, hasThreshold, METRICS } from '../ml/metrics/registry.ts';
import {
  type Calibration,
  leastForReading,
  type PictureCost,
  readingSeconds,
  type SentenceCost,
} from '../ml/tuning/calibration.ts';
import { type DataTraits, PORTFOLIO, portfolioFor, traitsOf } from '../ml/tuning/portfolio.ts';
import { FOLD_PRUNERS } from '../ml/tuning/pruners/fold-pruners.ts';
import { SAMPLERS } from '../ml/tuning/samplers/samplers.ts';
import { Family, NETWORKS, PRETRAINED } from '../ml/tuning/trial.ts';
import type { Windows } from '../ml/windows.ts';
import type { Profile, TargetProfile } from '../profile/profile.ts';
import { type Requirements, wantsForecast } from '../requirements/requirements.ts';
import { type Allocation, allocate, type LeftOut, leastBudgetSeconds, type Wish } from './allocate.ts';
import { backboneReason } from './backbone-reason.ts';
import { choosePruner, expectedPruning } from './choose-pruner.ts';
import { chooseSampler } from './choose-sampler.ts';
import { improvementOf, type Past, pastOf, pastReasons, startsWithin } from './past.ts';
import type { Candidate, Plan } from './plan.ts';
import { columnsNotKnown, forecastReasons, plannedForecast } from './plan-forecast.ts';
import { recordingShape, windowReasons } from './plan-windows.ts';
import { shortenParameters, shortenSpace } from './shorten.ts';
import { textReadings, textReason } from './text-reason.ts';

/** What is assumed where a person said nothing. */
export const DEFAULTS = {
  budgetSeconds: 120,
  seed: 1,
  folds: 5,
  holdoutFraction: 0.2,
  finish: 'ensemble',
  members: 8,
} as const;

/** Families that are tried unless a person chooses, beside a network. The baseline is always judged beside the winner. */
const USUAL_FAMILIES: readonly Family[] = ['linear', 'gbdt', 'ordered', 'extra_trees'];

/** The network that does most for an ensemble with them (decision 18): one of them is worth its time, a second is not. */
const NETWORK_OF: Readonly<Record<Task, Family>> = {
  binary: 'realmlp',
  multiclass: 'realmlp',
  regression: 'mlp',
};

/** Families that only forecasts have, where they are always tried. */
const FORECASTERS: ReadonlySet<Family> = new Set(['seasonal_naive', 'ets']);

/** What a person can choose from. */
export const CHOOSABLE_FAMILIES: readonly Family[] = Family.options.filter(
  (family) => family !== 'baseline' && !FORECASTERS.has(family),
);

/** Those that suit the data, unless a person chooses. @param suggested by what an earlier run showed. */
export function familiesFor(
  experiment: Experiment,
  profile: Profile,
  { families }: Requirements,
  suggested?: readonly Family[],
): readonly Family[] {
  const { forecast } = experiment;
  const image = imageOf(experiment, profile);
  if (families) {
    const canRead = (family: Family) =>
      PRETRAINED.has(family) ? pretrainedFor(experiment, profile).includes(family) : image !== null;
    const forImages = families.filter(
      (family) => (PORTFOLIO[family].readsImages || PRETRAINED.has(family)) && !canRead(family),
    );
    if (forImages.length > 0) {
      const names = forImages.map((family) => PORTFOLIO[family].label);
      throw new ModelwrightError('IMAGE_NEEDED', { families: names.join(', ') });
    }
    const forSequences = families.filter((family) => PORTFOLIO[family].readsSequences);
    if (forSequences.length > 0 && !sequenceIn(experiment)) {
      const names = forSequences.map((family) => PORTFOLIO[family].label);
      throw new ModelwrightError('SEQUENCE_NEEDED', { families: names.join(', ') });
    }
    return forecast ? [...FORECASTERS, ...families] : families;
  }
  if (suggested) return suggested;
  const usual = [...USUAL_FAMILIES, NETWORK_OF[experiment.task]];
  if (forecast) return [...FORECASTERS, ...usual, 'tcn'];
  if (image) {
    const isLarge = Math.min(image.height, image.width) >= SIDE_FOR_RESIDUALS;
    return [
      ...usual,
      'cnn',
      ...(isLarge ? (['resnet'] as const) : []),
      ...pretrainedFor(experiment, profile),
    ];
  }
  const pretrained = pretrainedFor(experiment, profile);
  if (pretrained.length > 0) return [...usual, ...pretrained];
  if (experiment.windows) return [...usual, 'tcn'];
  const { hasText } = traitsOf(experiment, profile.columns, profile.rows);
  return hasText && experiment.task !== 'regression' ? [...usual, 'naive_bayes'] : usual;
}

/** Smaller images leave a residual network's third stage next to nothing. */
const SIDE_FOR_RESIDUALS = 16;

/** Those that a pretrained network, where one is named, can do something for: a plan without one leaves them out. */
function pretrainedFor(experiment: Experiment, profile: Profile): Family[] {
  const { hasPictures } = traitsOf(experiment, profile.columns, profile.rows);
  if (!hasPictures || experiment.forecast) return [];
  return pictureOf(experiment, profile) ? ['backbone', 'backbone_tuned'] : ['backbone'];
}

/** The size of the pictures that are the only feature. */
function pictureOf({ features }: Experiment, { images }: Profile): ImageShape | null {
  if (!images) return null;
  const { source, column, height, width, channels } = images;
  return wholePicture(
    { source, columns: column === null ? [] : [column], height, width, channels },
    features,
  );
}

/** The image that all features together are. */
function imageOf({ features }: Experiment, { images, rows }: Profile): ImageShape | null {
  if (!images) return null;
  const { source, column, pixelColumns, height, width, channels } = images;
  const columns = column === null ? pixelColumns : [column];
  return imageOfFeatures({ source, columns, height, width, channels }, features, rows);
}

/** What networks for sequences would read. */
function sequenceIn({ forecast, windows }: Experiment): SequenceShape | null {
  if (windows) return recordingShape(windows);
  return forecast ? recentValuesShape(forecast) : null;
}

/** With more rows than this the holdout adds next to nothing to what the training rows taught. */
const MOST_ROWS_TO_REFIT = 100_000;

/** The experiment that these requirements describe on this data; what the calibration measures.
 *  @param windows how rows are recordings, of which profile and target speak then.
 *  @param nFolds of the run that is continued.
 *  @throws FEATURES_NONE when no column is left to learn from. */
export function plannedExperiment(
  profile: Profile,
  target: TargetProfile,
  requirements: Requirements,
  windows?: Windows,
  nFolds?: number,
): Experiment {
  if (wantsForecast(requirements, target)) {
    const experiment = forecastExperiment(profile, target, requirements);
    return { ...experiment, folds: nFolds ?? experiment.folds };
  }
  const dropped = new Set(droppedColumns(target, requirements).map(({ column }) => column));
  const features = profile.columns
    .map((column) => column.name)
    .filter((name) => name !== target.target && !dropped.has(name));
  if (features.length === 0) throw new ModelwrightError('FEATURES_NONE', { target: target.target });
  const labels = target.classes.map((entry) => entry.label);
  return {
    target: target.target,
    task: target.task,
    classes: labels,
    positiveClass: target.task === 'binary' ? (labels[1] ?? null) : null,
    features,
    metric: rankingMetric(target.task, requirements.metric),
    split: chosenSplit(target, requirements) ?? target.split,
    holdoutFraction: DEFAULTS.holdoutFraction,
    folds: nFolds ?? foldsFor(profile, target),
    finish: requirements.finish ?? DEFAULTS.finish,
    members: DEFAULTS.members,
    refit: profile.rows > MOST_ROWS_TO_REFIT ? 'training' : 'all',
    ...(windows && { windows }),
    ...(requirements.sensitive?.length && { sensitive: requirements.sensitive }),
    seed: requirements.seed ?? DEFAULTS.seed,
  };
}

/** @throws SERIES_UNKNOWN, HORIZON_TOO_LONG, SERIES_TOO_SHORT */
function forecastExperiment(profile: Profile, target: TargetProfile, requirements: Requirements): Experiment {
  const forecast = plannedForecast(profile, target, requirements);
  const { metric } = requirements;
  return {
    target: target.target,
    task: 'regression',
    classes: [],
    positiveClass: null,
    features: forecastFeatures(forecast),
    metric: metric && METRICS[metric].tasks.includes('regression') ? metric : FORECAST_METRICS[0],
    split: { kind: 'time', column: forecast.time },
    holdoutFraction: DEFAULTS.holdoutFraction,
    folds: DEFAULTS.folds,
    finish: requirements.finish ?? DEFAULTS.finish,
    members: DEFAULTS.members,
    refit: 'all',
    forecast,
    seed: requirements.seed ?? DEFAULTS.seed,
  };
}

/** Columns that no model will see, each with its reason: useless ones, what a person dropped, and the column that
 *  says which rows belong together. */
function droppedColumns(target: TargetProfile, requirements: Requirements): Plan['dropped'] {
  const decided = Object.entries(requirements.columnDecisions).filter(([column]) => column !== target.target);
  const kept = new Set(decided.filter(([, decision]) => decision !== 'drop').map(([column]) => column));
  const dropped = new Map(
    target.useless.filter(({ column }) => !kept.has(column)).map(({ column, reason }) => [column, reason]),
  );
  for (const [column, decision] of decided) {
    if (decision !== 'drop' || dropped.has(column)) continue;
    const suspect = target.suspects.find((candidate) => candidate.column === column);
    dropped.set(column, suspect ? `Dropped by you: ${suspect.evidence}` : 'Dropped by you.');
  }
  // Nobody was asked about columns of recordings, so what looks like a leak is left out unless somebody keeps it.
  for (const { column, suggestion, evidence } of requirements.windows ? target.suspects : []) {
    if (suggestion === 'drop' && !kept.has(column) && !dropped.has(column)) dropped.set(column, evidence);
  }
  const split = chosenSplit(target, requirements) ?? target.split;
  if (split.kind === 'group' && !dropped.has(split.column)) {
    dropped.set(
      split.column,
      'It says which rows belong together; new rows will have values never seen before.',
    );
  }
  return [...dropped].map(([column, reason]) => ({ column, reason }));
}

/** The person's split, unless it names the target, which somebody may have chosen only afterwards. */
function chosenSplit(target: TargetProfile, { split }: Requirements): Split | null {
  return split && 'column' in split && split.column === target.target ? null : split;
}

type Reason = Plan['reasons'][number];

interface Material {
  readonly dataset: Plan['dataset'];
  readonly profile: Profile;
  readonly target: TargetProfile;
  /** How rows are recordings, of which profile and target speak then. */
  readonly windows?: Windows;
  readonly requirements: Requirements;
  readonly calibration: Calibration;
  /** Trials that may run side by side on the machine that will train. */
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
  /** What earlier runs on such data have left to begin with. */
  readonly past?: Past;
}

/** @throws BUDGET_TOO_SMALL when not even the cheapest family fits the budget. */
export function proposePlan(material: Material): Plan {
  const { profile, target, requirements, calibration, threads, past } = material;
  const direction = past?.direction;
  const experiment = plannedExperiment(profile, target, requirements, material.windows, direction?.nFolds);
  const budgetSeconds = requirements.budgetSeconds ?? DEFAULTS.budgetSeconds;
  const traits = {
    ...traitsOf(experiment, profile.columns, profile.rows),
    image: imageOf(experiment, profile),
    picture: pictureOf(experiment, profile),
    sequence: sequenceIn(experiment),
  };
  const wanted = familiesFor(experiment, profile, requirements, direction?.families);
  if (requirements.families && !calibration.pictures) {
    const unserved = wanted.filter((family) => PRETRAINED.has(family));
    const names = unserved.map((family) => PORTFOLIO[family].label).join(', ');
    if (unserved.length > 0) throw new ModelwrightError('BACKBONE_NEEDED', { families: names });
  }
  const seen = affordable(calibration.pictures, budgetSeconds, threads);
  const preparationSeconds =
    (seen ? readingSeconds(seen, threads) : 0) + (direction?.extraSeconds ?? 0) / threads;
  const plain: Wish = {
    budgetSeconds,
    threads,
    folds: experiment.folds,
    families: wanted.filter((family) => seen !== null || !PRETRAINED.has(family)),
    preparationSeconds,
    trials: requirements.trials,
    members: experiment.finish === 'single' ? 1 : experiment.members,
    refits: experiment.refit === 'all' ? 2 : 1,
    pruned: expectedPruning(requirements.pruner),
    ...(direction && {
      keepsFolds: true,
      atLeast: new Map([...direction.directions].map(([family, { starts }]) => [family, starts.length])),
    }),
  };
  const sentences = affordable(calibration.sentences, budgetSeconds, threads);
  const read = sentences && allocate(calibration, withSentences(plain, sentences));
  const allocation = read || allocate(calibration, plain);
  if (!allocation) {
    const needed = leastBudgetSeconds(calibration, plain);
    throw new ModelwrightError('BUDGET_TOO_SMALL', { budget: budgetSeconds, needed });
  }
  const chosen = new Set(allocation.trials.keys());
  const tried = candidates(allocation, { ...traits, hasSentences: !!read }, past);
  const search = {
    ...chooseSampler(requirements.sampler, tried),
    pruning: choosePruner(requirements.pruner, tried),
  };
  const usesNetwork = tried.some(({ family }) => PRETRAINED.has(family));
  const backbone = usesNetwork ? seen : null;
  const memory = calibration.costs.filter((cost) => chosen.has(cost.family)).map((cost) => cost.memoryMb);
  return {
    format: 1,
    goal: requirements.goal,
    dataset: material.dataset,
    experiment: { ...experiment, folds: allocation.folds },
    dropped: experiment.forecast
      ? columnsNotKnown(profile, experiment.target, experiment.forecast)
      : droppedColumns(target, requirements),
    candidates: tried,
    ...(sentences && read && { sentences: { model: sentences.model, columns: sentences.columns } }),
    ...(backbone && { backbone: { id: backbone.model, column: backbone.column } }),
    sampler: search.sampler,
    pruner: search.pruning.pruner,
    ...(direction && { improves: improvementOf(direction, tried) }),
    ...(past && past.looks.length > 0 && { looks: [...past.looks] }),
    reasons: reasons(
      material,
      experiment,
      allocation,
      [
        ...(traits.hasText ? [textReason(calibration.sentences ?? null, !!read, threads)] : []),
        ...backboneReason(calibration.pictures ?? null, {
          used: usesNetwork,
          tuned: chosen.has('backbone_tuned'),
          threads,
        }),
      ],
      search,
      tried,
    ),
    budget: { seconds: budgetSeconds, threads },
    estimate: {
      seconds: allocation.seconds,
      lowSeconds: allocation.seconds * 0.7,
      highSeconds: Math.min(budgetSeconds, allocation.seconds * 1.6),
      finishSeconds: allocation.finishSeconds,
      memoryMb: Math.round(Math.max(...memory) * Math.min(threads, sum(allocation.trials.values()))),
      calibration,
    },
    versions: {
      ...material.versions,
      ...(sentences && read && { 'sentence encoder': sentences.model }),
      ...(backbone && { 'pretrained network': backbone.model }),
    },
  };
}

/** Null where there is none, or where reading with it would leave too little of the budget. */
function affordable<Cost extends SentenceCost | PictureCost>(
  cost: Cost | undefined,
  budgetSeconds: number,
  threads: number,
): Cost | null {
  return cost && leastForReading(cost, threads) <= budgetSeconds ? cost : null;
}

/** A linear model gets its trial on TF-IDF alone as well: what the encoder has to beat. */
function withSentences(wish: Wish, cost: SentenceCost): Wish {
  const { threads, preparationSeconds = 0, atLeast = new Map() } = wish;
  const linear = Math.max(3, atLeast.get('linear') ?? 0);
  return {
    ...wish,
    preparationSeconds: preparationSeconds + readingSeconds(cost, threads),
    atLeast: new Map([...atLeast, ['linear', linear]]),
  };
}

/** What drawn settings of networks for images may do to pictures. */
const AUGMENTATION =
  'Some further settings also vary each picture anew in every epoch (RandAugment) or put a rectangle of another into it (CutMix).';

function candidates({ trials, stepShare }: Allocation, traits: DataTraits, past?: Past): Candidate[] {
  return Family.options.flatMap((family) => {
    const count = trials.get(family);
    if (!count) return [];
    const { why } = PORTFOLIO[family];
    const { defaults, space } = portfolioFor(family, traits);
    const usual = defaults[0] ?? {};
    const shortened = defaults.map((parameters) => shortenParameters(parameters, stepShare));
    const { maxSteps } = shortened[0] ?? {};
    const isCut = maxSteps !== usual.maxSteps;
    const usualSpace = shortenSpace(space, usual, stepShare);
    const from = pastOf(past, family, { defaults: shortened, space: usualSpace });
    const { starts, own } = startsWithin(count, from, shortened);
    const planned = own;
    const sentences = [
      why,
      ...(traits.hasText && planned.length > 0 ? [textReadings(planned)] : []),
      ...(space.cutmix && count > planned.length ? [AUGMENTATION] : []),
      ...(isCut && !from.isContinued
        ? [`Cut to ${maxSteps} of ${usual.maxSteps} steps, so that a trial fits the budget.`]
        : []),
    ];
    return [
      {
        family,
        trials: count,
        ...(starts.length > 0 && { starts }),
        defaults: planned,
        space: from.space,
        ...(from.base && { base: from.base }),
        ...(from.earlier && { earlier: from.earlier }),
        reason: sentences.join(' '),
      },
    ];
  });
}

function rankingMetric(task: Task, wanted: MetricName | null): MetricName {
  const applies = wanted && METRICS[wanted].tasks.includes(task) && wanted !== FORECAST_METRICS[0];
  return applies ? wanted : defaultMetric(task);
}

/** From so many rows on, three folds tell settings apart as well as five, and leave time for more settings. */
const ROWS_FOR_THREE_FOLDS = 20_000;

/** Five folds, fewer when the smallest class could not be in every one of them. */
function foldsFor({ rows }: Profile, { classes }: TargetProfile): number {
  const wanted = rows < ROWS_FOR_THREE_FOLDS ? DEFAULTS.folds : 3;
  const smallest = Math.min(Number.POSITIVE_INFINITY, ...classes.map((entry) => entry.count));
  return Math.max(2, Math.min(wanted, Math.floor(smallest * (1 - DEFAULTS.holdoutFraction))));
}

function reasons(
  material: Material,
  experiment: Experiment,
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
      : splitReasons(experiment, material, allocation)),
    ...(experiment.windows ? windowReasons(experiment.windows, material.profile) : []),
    finishReason(experiment, requirements),
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
      value: `${SAMPLERS[search.sampler].label}, ${sum(allocation.trials.values())} trials`,
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

function splitReasons(
  { split, holdoutFraction }: Experiment,
  { target, requirements }: Material,
  { folds }: Allocation,
): Reason[] {
  return [
    {
      choice: 'Split',
      value: splitName(split),
      reason: chosenSplit(target, requirements) ? 'Your choice.' : target.splitReason,
    },
    {
      choice: 'Evaluation',
      value: `${Math.round(holdoutFraction * 100)}% holdout, ${folds} folds`,
      reason:
        'Trials are compared by cross-validation; the holdout is opened once, for the model, the best single trial and the baseline.',
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

function imbalanceReason({ task, metric, classes }: Experiment, target: TargetProfile): Reason[] {
  if (task === 'regression') return [];
  const total = sum(target.classes.map((entry) => entry.count));
  const rarest = target.classes.reduce((least, entry) => (entry.count < least.count ? entry : least));
  const limit = task === 'binary' ? RARE : RARE / Math.max(1, classes.length - 1);
  if (!(rarest.count / total < limit)) return [];
  const cutOff = hasThreshold(metric)
    ? ` The cut-off is chosen for ${METRICS[metric].label} on rows that the models had not seen, since 0.5 may miss most of a rare class.`
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
  const tooMany = names('limit', ({ family }) => PORTFOLIO[family].label);
  return [
    `Each family ${isContinued ? 'goes on from its best settings' : 'starts from strong defaults'}. ${howDrawn}`,
    ...(tooLong ? [`Left out, because one trial would not fit: ${tooLong}.`] : []),
    ...(tooMany ? [`Left out, because you allow fewer trials than there are families: ${tooMany}.`] : []),
  ].join(' ');
}

/** What the plan wants of the target: a verb. */
export function planVerb({ forecast }: Pick<Experiment, 'forecast'>): string {
  return forecast ? 'forecast' : 'predict';
}

/** How the plan divides the rows. */
export function planSplit({ split, forecast }: Pick<Experiment, 'split' | 'forecast'>): string {
  return forecast ? `by rolling origins along ${forecast.time}` : splitName(split);
}

/** "stratified", "by group customer_id", "by time order_date". */
export function splitName(split: Split): string {
  return split.kind === 'group' || split.kind === 'time' ? `by ${split.kind} ${split.column}` : split.kind;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
