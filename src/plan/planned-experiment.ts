/** What is to be learned and how it is judged: the experiment that requirements describe on this data. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Experiment, MetricName, Split, Task } from '../ml/experiment.ts';
import { forecastFeatures } from '../ml/forecasting/forecast-rows.ts';
import { defaultMetric, FORECAST_METRICS, METRICS } from '../ml/metrics/registry.ts';
import type { Windows } from '../ml/windows.ts';
import type { Profile, TargetProfile } from '../profile/profile.ts';
import { type Requirements, wantsForecast } from '../requirements/requirements.ts';
import { DEFAULTS } from './defaults.ts';
import type { Plan } from './plan.ts';
import { plannedForecast } from './plan-forecast.ts';
import { forecastGap, plannedEvaluation, withGap } from './plan-protocol.ts';

/** With more rows than this the holdout adds next to nothing to what the training rows taught. */
const MOST_ROWS_TO_REFIT = 100_000;

/** The experiment that these requirements describe on this data; what the calibration measures.
 *  @param windows how rows are recordings, of which profile and target speak then.
 *  @param kept the folds of the run that is continued.
 *  @throws FEATURES_NONE when no column is left to learn from; GAP_UNFIT */
export function plannedExperiment(
  profile: Profile,
  target: TargetProfile,
  requirements: Requirements,
  windows?: Windows,
  kept?: Pick<Experiment, 'folds' | 'repeats'>,
): Experiment {
  if (wantsForecast(requirements, target)) {
    const experiment = forecastExperiment(profile, target, requirements);
    return { ...experiment, folds: kept?.folds ?? experiment.folds };
  }
  const dropped = new Set(droppedColumns(target, requirements).map(({ column }) => column));
  const features = profile.columns
    .map((column) => column.name)
    .filter((name) => name !== target.target && !dropped.has(name));
  if (features.length === 0) throw new ModelwrightError('FEATURES_NONE', { target: target.target });
  const split = withGap(chosenSplit(target, requirements) ?? target.split, target, requirements, profile);
  const labels = target.classes.map((entry) => entry.label);
  return {
    target: target.target,
    task: target.task,
    classes: labels,
    positiveClass: target.task === 'binary' ? (labels[1] ?? null) : null,
    features,
    metric: rankingMetric(target.task, requirements.metric),
    split,
    holdoutFraction: DEFAULTS.holdoutFraction,
    folds: kept?.folds ?? foldsFor(profile, target),
    ...plannedEvaluation(profile, target, split, requirements, kept),
    finish: requirements.finish ?? DEFAULTS.finish,
    members: DEFAULTS.members,
    refit: profile.rows > MOST_ROWS_TO_REFIT ? 'training' : 'all',
    ...(target.task !== 'regression' && {
      recalibration: requirements.recalibration ?? DEFAULTS.recalibration,
    }),
    ...(target.task === 'binary' && requirements.costs && { costs: requirements.costs }),
    ...(windows && { windows }),
    ...(requirements.sensitive?.length && { sensitive: requirements.sensitive }),
    seed: requirements.seed ?? DEFAULTS.seed,
  };
}

/** @throws SERIES_UNKNOWN, HORIZON_TOO_LONG, SERIES_TOO_SHORT */
function forecastExperiment(profile: Profile, target: TargetProfile, requirements: Requirements): Experiment {
  const forecast = plannedForecast(profile, target, requirements);
  const { metric } = requirements;
  const gap = forecastGap(requirements, forecast);
  const { nested } = requirements;
  return {
    target: target.target,
    task: 'regression',
    classes: [],
    positiveClass: null,
    features: forecastFeatures(forecast),
    metric: metric && METRICS[metric].tasks.includes('regression') ? metric : FORECAST_METRICS[0],
    split: { kind: 'time', column: forecast.time, ...(gap && { gap }) },
    holdoutFraction: DEFAULTS.holdoutFraction,
    folds: DEFAULTS.folds,
    ...(nested && { nested }),
    finish: requirements.finish ?? DEFAULTS.finish,
    members: DEFAULTS.members,
    refit: 'all',
    forecast,
    seed: requirements.seed ?? DEFAULTS.seed,
  };
}

/** Columns that no model will see, each with its reason: useless ones, what a person dropped, and the column that
 *  says which rows belong together. */
export function droppedColumns(target: TargetProfile, requirements: Requirements): Plan['dropped'] {
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
export function chosenSplit(target: TargetProfile, { split }: Requirements): Split | null {
  return split && 'column' in split && split.column === target.target ? null : split;
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
