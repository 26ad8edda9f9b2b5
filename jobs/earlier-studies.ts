/** What earlier runs of the workspace have left for the next plan: the run that it goes on from, or the best settings on the
 *  same columns, and which runs have looked at the same held-out rows. */
import { ModelwrightError } from '../src/errors/errors.ts';
import { divisionOf, type Experiment } from '../src/ml/experiment.ts';
import { METRICS } from '../src/ml/metrics/registry.ts';
import type { Family } from '../src/ml/tuning/trial.ts';
import { continuedRequirements } from '../src/plan/continued-requirements.ts';
import type { Start } from '../src/plan/improvement.ts';
import type { Past } from '../src/plan/past.ts';
import type { Plan, PlanRecord } from '../src/plan/plan.ts';
import { plannedExperiment } from '../src/plan/planned-experiment.ts';
import type { Profile, TargetProfile } from '../src/profile/profile.ts';
import { improveOn } from '../src/report/improve.ts';
import type { Report } from '../src/report/report.ts';
import type { Requirements } from '../src/requirements/requirements.ts';
import type { ThreadPlace } from '../src/thread/events.ts';
import type { DatasetRecord, Story } from '../src/thread/ports.ts';

/** So many of the newest reports are looked through. */
const MOST_REPORTS = 60;
/** So many settings of a family begin a plan of its own. */
const MOST_STARTS = 2;

interface Study {
  readonly report: Report;
  readonly record: PlanRecord;
}

interface Asked {
  readonly place: ThreadPlace;
  readonly dataset: DatasetRecord;
  readonly target: TargetProfile;
  readonly requirements: Requirements;
}

/** @returns the past, and what is wanted with what the continued run says about it.
 *  @throws IMPROVE_UNKNOWN, IMPROVE_OTHER_DATA */
export async function readPast(
  story: Story,
  { place, dataset, target, requirements }: Asked,
): Promise<{ readonly past: Past; readonly requirements: Requirements }> {
  const studies = await studiesLike(story, place.team, dataset, target);
  const { startsFrom } = requirements;
  if (typeof startsFrom === 'number') {
    const study = await studyToContinue(story, place, startsFrom);
    const detail = differsIn(study, target) ?? (await columnsDiffer(story, place.team, study, dataset));
    if (detail) throw new ModelwrightError('IMPROVE_OTHER_DATA', { run: startsFrom, detail });
    const { plan, hash } = study.record;
    const wanted = continuedRequirements(requirements, plan, target);
    const experiment = plannedExperiment(
      dataset.profile,
      target,
      wanted,
      plan.experiment.windows,
      divisionOf(plan.experiment),
    );
    const isSame =
      hasSameRows(study, experiment, dataset.hash) && sameText(plan.experiment.split, experiment.split);
    const isComparable = isSame && plan.experiment.metric === experiment.metric;
    const direction = improveOn(study.report, plan, hash, isComparable);
    const looks = looksAt(studies, experiment, dataset.hash);
    const before = isSame ? [...(plan.looks ?? []), study.report.runNumber] : [];
    return {
      past: { direction, best: new Map(), looks: inOrder([...looks, ...before]) },
      requirements: wanted,
    };
  }
  const experiment = plannedExperiment(dataset.profile, target, requirements);
  const looks = inOrder(looksAt(studies, experiment, dataset.hash));
  const best = startsFrom === 'nothing' ? new Map() : bestSettings(studies, experiment.metric);
  return { past: { best, looks }, requirements };
}

/** A run's number says nothing to people of other channels, who may not know what it was about. */
async function studyToContinue(story: Story, place: ThreadPlace, number: number): Promise<Study> {
  const run = await story.runs.findByNumber(place.team, number);
  const report = run && (await story.reports.find(run.id));
  const record = run && (await story.plans.find(run.id));
  const thread = run && (await story.threads.find(run.threadId));
  if (!report || !record || thread?.place.channel !== place.channel)
    throw new ModelwrightError('IMPROVE_UNKNOWN', { run: number });
  return { report: { ...report, runNumber: number }, record };
}

/** Newest first. */
async function studiesLike(
  story: Story,
  team: string,
  dataset: DatasetRecord,
  target: TargetProfile,
): Promise<Study[]> {
  const studies: Study[] = [];
  for (const report of await story.reports.ofTeam(team, MOST_REPORTS)) {
    if (report.target !== target.target || report.task !== target.task) continue;
    const record = await story.plans.find(report.runId);
    if (!record || differsIn({ report, record }, target)) continue;
    if (await columnsDiffer(story, team, { report, record }, dataset)) continue;
    studies.push({ report, record });
  }
  return studies;
}

/** In what the outcome is something else; null where it is the same. */
function differsIn({ report }: Study, target: TargetProfile): string | null {
  if (report.target !== target.target) return `it predicts ${report.target}, not ${target.target}`;
  const classes = target.classes.map(({ label }) => label);
  const isSame =
    report.task === target.task &&
    report.classes.length === classes.length &&
    classes.every((label) => report.classes.includes(label));
  return isSame ? null : `its ${target.target} has other values`;
}

async function columnsDiffer(
  story: Story,
  team: string,
  { report, record }: Study,
  { hash, profile }: DatasetRecord,
): Promise<string | null> {
  if (report.dataset.hash === hash) return null;
  const other = await story.datasets.find(team, report.dataset.hash);
  const isSame = other
    ? columnsText(other.profile.columns) === columnsText(profile.columns)
    : hasColumnsOf(record.plan, profile);
  return isSame ? null : 'the columns of its data are not these';
}

function columnsText(columns: Profile['columns']): string {
  return columns.map(({ name, type }) => `${name}: ${type}`).join('\n');
}

/** Where only the plan is left of a run. A forecast's features are not columns. */
function hasColumnsOf({ experiment, dropped }: Plan, { columns }: Profile): boolean {
  if (experiment.forecast) return false;
  const theirs = new Set([experiment.target, ...experiment.features, ...dropped.map(({ column }) => column)]);
  return columns.length === theirs.size && columns.every(({ name }) => theirs.has(name));
}

function looksAt(studies: readonly Study[], experiment: Experiment, hash: string): number[] {
  return studies
    .filter((study) => hasSameRows(study, experiment, hash))
    .map(({ report }) => report.runNumber);
}

function sameText(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether rows are held out as in that run. A gap changes what is trained on, not what is held out. */
function hasSameRows({ report, record }: Study, experiment: Experiment, hash: string): boolean {
  const { experiment: theirs } = record.plan;
  const rows = ({ target, split, holdoutFraction, seed, forecast, windows }: Experiment) =>
    JSON.stringify([
      target,
      { ...split, gap: null },
      holdoutFraction,
      seed,
      forecast ?? null,
      windows?.id ?? null,
    ]);
  return report.dataset.hash === hash && rows(theirs) === rows(experiment);
}

/** The best of each family over all studies; those of the newest first, since scores of different rows do not compare. */
function bestSettings(
  studies: readonly Study[],
  metric: Experiment['metric'],
): ReadonlyMap<Family, readonly Start[]> {
  const best = new Map<Family, Start[]>();
  for (const { report } of studies) {
    const sign = METRICS[metric].greaterIsBetter ? -1 : 1;
    const scoreOf = ({ score, scores }: Report['trials'][number]) =>
      report.metric === metric ? score?.value : scores[metric];
    const ranked = report.trials
      .flatMap((trial) => {
        const score = scoreOf(trial);
        return score === undefined ? [] : [{ trial, score }];
      })
      .sort((a, b) => sign * (a.score - b.score) || a.trial.number - b.trial.number);
    const seen = new Set<Family>();
    for (const { trial } of ranked) {
      const { family, parameters, number, origin } = trial;
      if (seen.has(family)) continue;
      seen.add(family);
      const starts = best.get(family) ?? [];
      const isNew = starts.every((start) => JSON.stringify(start.parameters) !== JSON.stringify(parameters));
      // A default is tried anyway.
      if (origin === 'default' || starts.length >= MOST_STARTS || !isNew) continue;
      best.set(family, [...starts, { parameters, origin: 'earlier', run: report.runNumber, trial: number }]);
    }
  }
  return best;
}

function inOrder(runs: readonly number[]): number[] {
  return [...new Set(runs)].sort((a, b) => a - b);
}
