/** The report of a run from everything that the run produced: pure, so that a run which was killed and continued
 *  reports the same. */
import type { Judgement } from '../ml/judgement.ts';
import { isBetter } from '../ml/metrics/registry.ts';
import type { ForecastPrediction } from '../ml/search/forecast-next.ts';
import type { Family, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { PlanRecord } from '../plan/plan.ts';
import type { Run } from '../run/run.ts';
import { findCaveats } from './caveats.ts';
import { foldGain, foldInterval } from './compare.ts';
import { continuation } from './continuation.ts';
import { averageCurves } from './curves.ts';
import { suggestNextSteps } from './next-steps.ts';
import type { Comparison, FamilyCurve, Report, TrialRow } from './report.ts';

export interface RunOutcome {
  readonly run: Pick<Run, 'id' | 'number' | 'queuedAt' | 'startedAt' | 'endedAt'>;
  readonly record: PlanRecord;
  /** The trial that was refitted and judged. */
  readonly winner: TrialSpec;
  readonly judgement: Judgement;
  /** Of the trials that ended. */
  readonly specs: readonly TrialSpec[];
  /** The trials that ended, in any order. */
  readonly trials: readonly TrialResult[];
  readonly wallSeconds: number;
  readonly peakMemoryMb: number;
  /** Why fewer trials than planned were run, as a sentence. */
  readonly cutShort: string | null;
  /** The values to come, where they are forecast. */
  readonly next?: ForecastPrediction | null;
}

export function assembleReport(outcome: RunOutcome): Report {
  const { run, record, winner, judgement, specs, wallSeconds, peakMemoryMb, cutShort } = outcome;
  const { plan } = record;
  const { experiment } = plan;
  const trials = [...outcome.trials].sort((a, b) => a.number - b.number);
  const specOf = new Map(specs.map((spec) => [spec.number, spec]));
  const rows = trials.flatMap((trial) => {
    const spec = specOf.get(trial.number);
    return spec ? [trialRow(spec, trial, experiment.metric)] : [];
  });
  const pruned = trials.filter((trial) => trial.state === 'pruned').length;
  const leaders = leadingTrials(winner, specOf, trials, experiment.metric);
  const facts: Omit<Report, 'caveats' | 'nextSteps'> = {
    runId: run.id,
    runNumber: run.number,
    planId: record.id,
    dataset: {
      name: plan.dataset.name,
      hash: plan.dataset.hash,
      rows: plan.dataset.rows,
      columns: plan.dataset.columns,
    },
    task: experiment.task,
    target: experiment.target,
    classes: experiment.classes,
    metric: experiment.metric,
    winner: { trial: winner.number, family: winner.family, parameters: winner.parameters },
    judgement,
    ...continuation(judgement, winner, trials, plan),
    ...(experiment.forecast && {
      forecast: { spec: experiment.forecast, ...shownForecast(outcome.next ?? null, judgement) },
    }),
    ...(experiment.windows && { recordings: true }),
    trials: rows,
    curves: leaders.map(familyCurve),
    comparisons: compareWithWinner(leaders, experiment.metric),
    resources: {
      wallSeconds,
      cpuSeconds: trials.reduce((sum, trial) => sum + trial.cpuSeconds, judgement.cpuSeconds),
      peakMemoryMb,
      estimatedSeconds: plan.estimate.seconds,
      trialsPlanned: plan.candidates.reduce((sum, candidate) => sum + candidate.trials, 0),
      trialsFinished: trials.filter((trial) => trial.state === 'complete').length,
      ...(pruned > 0 && { trialsPruned: pruned }),
    },
    cutShort,
    provenance: {
      planHash: record.hash,
      seed: experiment.seed,
      approvedBy: record.decision?.by ?? null,
      approvedAt: record.decision?.at ?? null,
      versions: plan.versions,
      startedAt: run.startedAt ?? run.queuedAt,
      endedAt: run.endedAt ?? run.startedAt ?? run.queuedAt,
    },
  };
  return { ...facts, caveats: findCaveats(facts, plan), nextSteps: suggestNextSteps(facts, plan) };
}

const MOST_SERIES = 12;

/** The values to come of the series that is the example, then of others in their order. */
function shownForecast(
  next: ForecastPrediction | null,
  { forecast }: Judgement,
): Pick<NonNullable<Report['forecast']>, 'nSeries' | 'next'> {
  if (!next) return { nSeries: 0, next: [] };
  const { names, horizon, times, values, quantiles } = next;
  const first = Math.max(0, names.indexOf(forecast?.example.series ?? null));
  const shown = [first, ...names.keys()].filter((at, i, all) => all.indexOf(at) === i).slice(0, MOST_SERIES);
  return {
    nSeries: names.length,
    next: shown.map((at) => ({
      series: names[at] as string | null,
      points: Array.from({ length: horizon }, (_, step) => {
        const row = at * horizon + step;
        const [low95, low80, high80, high95] = BOUNDS.map((level) => quantiles[level]?.[row] as number);
        return {
          time: times[row] as number,
          actual: null,
          forecast: values[row] as number,
          bounds: [low95, low80, high80, high95] as [number, number, number, number],
        };
      }),
    })),
  };
}

/** Ends of the 95% and of the 80% interval among the quantiles, the lowest first. */
const BOUNDS = [0, 1, 5, 6] as const;

interface Leader {
  readonly family: Family;
  readonly trial: TrialResult;
}

function trialRow(spec: TrialSpec, trial: TrialResult, metric: Report['metric']): TrialRow {
  const names = Object.keys(trial.folds[0]?.scores ?? {}) as Report['metric'][];
  const means = names.flatMap((name) => {
    const interval = name === metric ? null : foldInterval(trial.folds, name);
    return interval ? [[name, interval.value] as const] : [];
  });
  return {
    number: trial.number,
    family: spec.family,
    parameters: spec.parameters,
    origin: spec.origin,
    state: trial.state,
    reason: trial.reason,
    score: trial.state === 'complete' ? foldInterval(trial.folds, metric) : null,
    scores: trial.state === 'complete' ? Object.fromEntries(means) : {},
    seconds: trial.seconds,
    bestStep: meanStep(trial),
  };
}

/** The best complete trial of each family: the winner first, the others by score. */
function leadingTrials(
  winner: TrialSpec,
  specOf: ReadonlyMap<number, TrialSpec>,
  trials: readonly TrialResult[],
  metric: Report['metric'],
): Leader[] {
  const best = new Map<Family, TrialResult & { score: number }>();
  for (const trial of trials) {
    const family = specOf.get(trial.number)?.family;
    if (!family || trial.state !== 'complete' || trial.score === null) continue;
    const known = best.get(family);
    const isWinner = trial.number === winner.number;
    if (family === winner.family ? isWinner : !known || isBetter(metric, trial.score, known.score)) {
      best.set(family, { ...trial, score: trial.score });
    }
  }
  return [...best]
    .map(([family, trial]) => ({ family, trial }))
    .sort((a, b) => {
      if (a.family === winner.family) return -1;
      if (b.family === winner.family) return 1;
      return isBetter(metric, a.trial.score, b.trial.score) ? -1 : 1;
    });
}

function compareWithWinner([winner, ...rivals]: readonly Leader[], metric: Report['metric']): Comparison[] {
  return rivals.flatMap(({ family, trial }) => {
    const gain = winner && foldGain(winner.trial, trial, metric);
    return gain ? [{ family, trial: trial.number, gain }] : [];
  });
}

function familyCurve({ family, trial }: Leader): FamilyCurve {
  return { family, trial: trial.number, bestStep: meanStep(trial), points: averageCurves(trial.folds) };
}

function meanStep(trial: TrialResult): number {
  const { folds } = trial;
  return folds.length === 0 ? 0 : folds.reduce((sum, fold) => sum + fold.bestStep, 0) / folds.length;
}
