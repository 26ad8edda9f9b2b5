/** Checks what is said of an existing model: against the data, against its own predictions if they were uploaded, and
 *  against our newest model. */
import { readFile } from 'node:fs/promises';
import { ModelwrightError } from '../src/errors/errors.ts';
import type { Table } from '../src/ml/data/table.ts';
import { cellText, findColumn } from '../src/ml/data/table.ts';
import { matchPredictions, type UploadedPredictions } from '../src/ml/data/uploaded-predictions.ts';
import type { Experiment, MetricName } from '../src/ml/experiment.ts';
import { headToHead } from '../src/ml/metrics/head-to-head.ts';
import { scoreWithInterval } from '../src/ml/metrics/intervals.ts';
import { defaultMetric, METRICS } from '../src/ml/metrics/registry.ts';
import { encodeTarget } from '../src/ml/preprocessing/target.ts';
import { plannedExperiment } from '../src/plan/planned-experiment.ts';
import { type ClaimCheck, usualLeastGain } from '../src/report/claim-check.ts';
import type { Report } from '../src/report/report.ts';
import type { Requirements } from '../src/requirements/requirements.ts';
import { datasetArtifact } from '../src/thread/artifact-names.ts';
import { readEvidence } from '../src/thread/chapter.ts';
import type { ThreadEvent, ThreadPlace } from '../src/thread/events.ts';
import { dataInForce } from '../src/thread/intake.ts';
import type { JobPayloads, Story } from '../src/thread/ports.ts';
import { type TheirModel, type ThreadState, threadState } from '../src/thread/state.ts';
import type { DataReader } from './data-reader.ts';
import type { Engine } from './engine.ts';

export interface ClaimDeps {
  readonly story: Story;
  readonly reader: DataReader;
  readonly examine: Engine['examine'];
  readonly foreign: Engine['foreign'];
}

/** The event key of what a check found. */
export function claimOutcomeKey(key: string): string {
  return `claim-${key}`;
}

export async function checkClaim(
  deps: ClaimDeps,
  { threadId, key }: JobPayloads['claim'],
  signal: AbortSignal,
): Promise<void> {
  const { story } = deps;
  const thread = await story.threads.find(threadId);
  if (!thread) return;
  const outcomeKey = claimOutcomeKey(key);
  if (!(await story.threads.event(threadId, outcomeKey))) {
    const events = await story.threads.events(threadId);
    const check = await makeCheck(deps, thread.place, events, signal);
    if (!check) return;
    await story.threads.append(threadId, outcomeKey, { kind: 'claim-checked', check });
  }
  await deliverCheck(story, threadId, key);
}

/** Whoever asked hears why nothing was checked, once; a check that was made before stands. */
export async function giveClaimUp(
  { story }: Pick<ClaimDeps, 'story'>,
  { threadId, key }: JobPayloads['claim'],
  failure: { readonly code: string; readonly sentence: string },
): Promise<void> {
  if (!(await story.threads.find(threadId))) return;
  await story.threads.append(threadId, claimOutcomeKey(key), { kind: 'claim-failed', ...failure });
  await deliverCheck(story, threadId, key);
}

async function deliverCheck(story: Story, threadId: string, key: string): Promise<void> {
  await story.queue.add('deliver', `deliver-${threadId}-claim-${key}`, { threadId, what: 'claim', id: key });
}

/** @returns null where there is nothing to check, or nothing to check it on. */
async function makeCheck(
  deps: ClaimDeps,
  place: ThreadPlace,
  events: readonly ThreadEvent[],
  signal: AbortSignal,
): Promise<ClaimCheck | null> {
  const { story, reader } = deps;
  const state = threadState(events);
  const { requirements, theirs } = state;
  const data = await dataInForce(story, place.id, state);
  if (!data?.target || (!requirements.existing && !theirs)) return null;
  const { dataset, target } = data;
  const path = await story.artifacts.localPath(datasetArtifact(place.team, dataset.hash));
  if (!path) return null;
  const experiment = plannedExperiment(dataset.profile, target, requirements);
  const metric = claimedMetric(requirements, experiment);
  const score = requirements.existing?.score ?? null;
  const table = await reader.table(path, dataset.name);
  const measured = { state, table, experiment, metric };
  const uploaded = theirs && (await measureUploaded(deps, place, measured, signal));
  const known = findingsBefore(events, metric, target.target);
  const { findings, problem } = known
    ? { findings: null, problem: null }
    : requirements.windows
      ? { findings: null, problem: RECORDINGS }
      : await examine(deps, table, experiment, metric, signal);
  return {
    target: target.target,
    task: experiment.task,
    metric,
    score,
    wanted: requirements.existing?.wanted ?? null,
    testRows: requirements.existing?.rows ?? null,
    leastGain: leastGainOf(requirements, metric, uploaded?.score?.value ?? score ?? 0),
    holdoutRows: Math.round(dataset.profile.rows * experiment.holdoutFraction),
    findings,
    problem,
    uploaded,
  };
}

const RECORDINGS =
  'Recordings are judged as a whole, which a plan does; a quick look at single rows would say nothing.';

async function examine(
  { examine: look }: Pick<ClaimDeps, 'examine'>,
  table: Table,
  experiment: Experiment,
  metric: MetricName,
  signal: AbortSignal,
): Promise<Pick<ClaimCheck, 'findings' | 'problem'>> {
  if (experiment.forecast) {
    const problem =
      'Values to come are judged by forecasting the past, which a plan does; a quick look at single rows would say nothing.';
    return { findings: null, problem };
  }
  try {
    const findings = await look(table, experiment, metric, signal);
    const problem = `${METRICS[metric].label} says nothing on so few rows of each kind, so I cannot tell beforehand.`;
    return { findings, problem: findings ? null : problem };
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.retryable) throw error;
    return { findings: null, problem: error.person };
  }
}

/** Whether this thread has seen the same look at the data already. */
function findingsBefore(events: readonly ThreadEvent[], metric: MetricName, target: string): boolean {
  const newestData = events.findLastIndex(({ kind }) => kind === 'profiled');
  return events
    .slice(newestData + 1)
    .some(
      (event) =>
        event.kind === 'claim-checked' &&
        event.check.findings !== null &&
        event.check.metric === metric &&
        event.check.target === target,
    );
}

function claimedMetric({ existing }: Requirements, { task }: Experiment): MetricName {
  const named = existing?.metric;
  if (named && METRICS[named].tasks.includes(task)) return named;
  return task === 'regression' ? defaultMetric(task) : 'accuracy';
}

function leastGainOf({ existing }: Requirements, metric: MetricName, score: number): number {
  return existing?.leastGain ?? usualLeastGain(metric, score);
}

interface Measured {
  readonly state: ThreadState;
  readonly table: Table;
  readonly experiment: Experiment;
  readonly metric: MetricName;
}

/** What the uploaded predictions score; and how that compares with our newest model. */
async function measureUploaded(
  deps: ClaimDeps,
  place: ThreadPlace,
  { state, table, experiment, metric }: Measured,
  signal: AbortSignal,
): Promise<ClaimCheck['uploaded']> {
  const { story } = deps;
  const { theirs } = state;
  const path = theirs && (await story.artifacts.localPath(datasetArtifact(place.team, theirs.hash)));
  if (!theirs || !path) return null;
  const matched = await predictionsOf(theirs, path, deps, { table, experiment }, signal);
  if (typeof matched === 'string') return { ...NOTHING_MEASURED, name: theirs.name, problem: matched };
  const target = encodeTarget(table, experiment);
  const known = new Set(target.knownRows);
  const kept = [...matched.rows.keys()].filter((i) => known.has(matched.rows[i] as number));
  const { task } = experiment;
  const nOutputs = task === 'regression' ? 1 : target.nClasses;
  const truth = Float64Array.from(kept, (i) => target.values[matched.rows[i] as number] as number);
  const prediction = Float64Array.from(
    kept.flatMap((i) => [...matched.prediction.subarray(i * nOutputs, (i + 1) * nOutputs)]),
  );
  const judgedBy = matched.isGraded || METRICS[metric].needs === 'labels' ? metric : 'accuracy';
  const score =
    kept.length === 0 || judgedBy !== metric
      ? null
      : scoreWithInterval(metric, task, truth, prediction, target.nClasses, { seed: experiment.seed });
  const isKnown = score && [score.value, score.low, score.high].every(Number.isFinite);
  return {
    name: theirs.name,
    matched: kept.length,
    unmatched: matched.unmatched + matched.rows.length - kept.length,
    score: isKnown ? { value: score.value, low: score.low, high: score.high } : null,
    ...(await compareWithOurs(story, place, { state, table, experiment, metric: judgedBy }, matched)),
  };
}

const NOT_COMPARED = { headToHead: null, runNumber: null, candidates: 0, looks: 0 } as const;
const NOTHING_MEASURED = { matched: 0, unmatched: 0, score: null, ...NOT_COMPARED } as const;

/** @returns a sentence where the model cannot be measured on this data. */
async function predictionsOf(
  theirs: TheirModel,
  path: string,
  { reader, foreign }: ClaimDeps,
  { table, experiment }: Pick<Measured, 'table' | 'experiment'>,
  signal: AbortSignal,
): Promise<UploadedPredictions | string> {
  const { name } = theirs;
  if (theirs.kind === 'predictions-read') {
    const file = await reader.table(path, name);
    return matchPredictions(table, file, experiment.classes, theirs.value, theirs.key);
  }
  if (experiment.windows || experiment.forecast) return ROWS_ONLY;
  try {
    return await foreign(await readFile(path), name, table, experiment, signal);
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.retryable) throw error;
    return error.person;
  }
}

const ROWS_ONLY =
  'A model file is measured row by row, and here whole recordings or values to come are predicted. Please send what it predicts.';

/** Against the newest model of the thread that was judged on this data and target, on the rows that it never saw. */
async function compareWithOurs(
  story: Story,
  place: ThreadPlace,
  { state, table, experiment, metric }: Measured,
  matched: UploadedPredictions,
): Promise<Pick<NonNullable<ClaimCheck['uploaded']>, 'headToHead' | 'runNumber' | 'candidates' | 'looks'>> {
  const runs = await story.runs.ofThread(place.id);
  const reports = (await Promise.all(runs.map(({ id }) => story.reports.find(id)))).filter(
    (report) =>
      report !== null && report.dataset.hash === state.dataset?.hash && report.target === experiment.target,
  ) as Report[];
  const newest = reports.reduce<Report | null>(
    (last, report) => (last && last.runNumber > report.runNumber ? last : report),
    null,
  );
  const heldOut = newest && (await readEvidence(story, place.team, newest.runId))?.heldOut;
  if (!newest || !heldOut) return NOT_COMPARED;
  // Its held-out rows are recordings, and those of the file are not.
  if ((await story.plans.find(newest.runId))?.plan.experiment.windows) return NOT_COMPARED;
  const nOutputs = Math.max(1, newest.classes.length);
  const at = new Map([...matched.rows].map((row, i) => [row, i]));
  const both = heldOut.rows.flatMap((row, ours) => {
    const theirs = at.get(row);
    return theirs === undefined ? [] : [{ row, ours, theirs }];
  });
  if (both.length < FEWEST_IN_COMMON) return { ...NOT_COMPARED, runNumber: newest.runNumber };
  const contest = {
    metric,
    task: newest.task,
    nClasses: newest.classes.length,
    target: Float64Array.from(both, ({ ours }) => heldOut.actual[ours] as number),
    ours: Float64Array.from(
      both.flatMap(({ ours }) => heldOut.predicted.map((output) => output[ours] as number)),
    ),
    theirs: Float64Array.from(
      both.flatMap(({ theirs }) => [
        ...matched.prediction.subarray(theirs * nOutputs, (theirs + 1) * nOutputs),
      ]),
    ),
    leastGain: leastGainOf(state.requirements, metric, newest.judgement.holdout[metric]?.value ?? 0),
  };
  const groups = groupsOf(
    table,
    experiment,
    both.map(({ row }) => row),
  );
  const { threshold } = newest.judgement;
  const match = headToHead(contest, {
    seed: newest.provenance.seed,
    ...(groups && { groups }),
    ...(threshold !== null && { threshold }),
  });
  return {
    headToHead: match,
    runNumber: newest.runNumber,
    candidates: newest.resources.trialsFinished,
    looks: reports.length,
  };
}

/** On fewer rows in common nothing is said. */
const FEWEST_IN_COMMON = 20;

/** Which rows belong together, where the rows were divided by groups: those are resampled as a whole. */
function groupsOf(table: Table, { split }: Experiment, rows: readonly number[]): Int32Array | undefined {
  const column = split.kind === 'group' ? findColumn(table, split.column) : undefined;
  if (!column) return undefined;
  const numbers = new Map<string | null, number>();
  return Int32Array.from(rows, (row) => {
    const value = cellText(column, row);
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  });
}
