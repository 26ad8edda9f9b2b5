/** Makes the next plan of a thread: profiles the target if that is new, measures on the data, proposes. */
import { ModelwrightError } from '../src/errors/errors.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { Experiment } from '../src/ml/experiment.ts';
import type { Calibration } from '../src/ml/tuning/calibration.ts';
import type { Family } from '../src/ml/tuning/trial.ts';
import { DEFAULTS } from '../src/plan/defaults.ts';
import { familiesFor } from '../src/plan/families-for.ts';
import { planHash, planId } from '../src/plan/identity.ts';
import type { PlanRecord } from '../src/plan/plan.ts';
import { plannedExperiment } from '../src/plan/planned-experiment.ts';
import type { Price } from '../src/plan/price.ts';
import { proposeWithin } from '../src/plan/propose.ts';
import type { TargetProfile } from '../src/profile/profile.ts';
import { isBlocking, openQuestions, settledTarget } from '../src/requirements/questions.ts';
import { datasetArtifact } from '../src/thread/artifact-names.ts';
import type { ThreadEvent, ThreadPlace } from '../src/thread/events.ts';
import type { DatasetRecord, JobPayloads, Story } from '../src/thread/ports.ts';
import { type ThreadState, threadState } from '../src/thread/state.ts';
import type { DataReader } from './data-reader.ts';
import { readPast } from './earlier-studies.ts';
import { pastRatios } from './past-ratios.ts';

export interface ProposeDeps {
  readonly story: Story;
  readonly reader: DataReader;
  /** Measures what a trial of each family costs on this data, in a thread of its own. */
  calibrate(
    table: Table,
    experiment: Experiment,
    families: readonly Family[],
    budgetSeconds: number,
    signal: AbortSignal,
  ): Promise<Calibration>;
  /** Trials that may run side by side on the workers. */
  readonly threads: number;
  /** Of a core-hour; none unless configured. */
  readonly price?: Price | undefined;
  /** Names and versions of what will compute the result. */
  readonly versions: Readonly<Record<string, string>>;
  /** What of a budget is left for a run, once the data has been measured; all of it, unless given. */
  budgetLeft?(seconds: number): number;
}

export async function propose(
  deps: ProposeDeps,
  { threadId, key }: JobPayloads['propose'],
  signal: AbortSignal,
): Promise<void> {
  const { story } = deps;
  const thread = await story.threads.find(threadId);
  if (!thread) return;
  const outcomeKey = proposalOutcomeKey(key);
  if (!(await story.threads.event(threadId, outcomeKey))) {
    const events = await story.threads.events(threadId);
    if (!threadState(events).proposing) return;
    await story.threads.append(threadId, outcomeKey, await proposeOrFail(deps, thread.place, events, signal));
  }
  await deliverOutcome(story, threadId, key);
}

/** The event key of what became of a request for a plan. There is one outcome for each, also when a crash makes the
 *  job start again after it was written down: then it only remains to be delivered. */
export function proposalOutcomeKey(key: string): string {
  return `proposed-${key}`;
}

/** Queues the message that says what became of the request. */
export async function deliverOutcome(story: Story, threadId: string, key: string): Promise<void> {
  const deliver = (what: JobPayloads['deliver']['what'], id: string) =>
    story.queue.add('deliver', `deliver-${threadId}-${what}-${id}`, { threadId, what, id });
  const outcome = await story.threads.event(threadId, proposalOutcomeKey(key));
  if (outcome?.kind === 'plan-proposed') await deliver('plan', outcome.planId);
  if (outcome?.kind !== 'proposal-failed') return;
  await deliver(outcome.code === QUESTIONS_OPEN ? 'questions' : 'failure', key);
}

/** No failure: the person is asked first. */
const QUESTIONS_OPEN = 'QUESTIONS_OPEN';

/** @throws what may pass, so that the job is tried again. */
async function proposeOrFail(
  deps: ProposeDeps,
  place: ThreadPlace,
  events: readonly ThreadEvent[],
  signal: AbortSignal,
): Promise<ThreadEvent> {
  try {
    const record =
      (await unannouncedPlan(deps.story, place.id, events)) ??
      (await makePlan(deps, place, threadState(events), signal));
    if (!record) {
      const sentence = 'Some questions must be answered before there can be a plan.';
      return { kind: 'proposal-failed', code: QUESTIONS_OPEN, sentence };
    }
    await deps.story.plans.propose(record);
    return { kind: 'plan-proposed', planId: record.id, version: record.version };
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.retryable) throw error;
    return { kind: 'proposal-failed', code: error.code, sentence: error.person };
  }
}

/** The plan that an earlier attempt had saved when it was cut short: another measurement would make another version. */
async function unannouncedPlan(
  story: Story,
  threadId: string,
  events: readonly ThreadEvent[],
): Promise<PlanRecord | null> {
  const newest = (await story.plans.ofThread(threadId)).at(-1);
  const isAnnounced = events.some((event) => event.kind === 'plan-proposed' && event.planId === newest?.id);
  return newest?.status === 'proposed' && !isAnnounced ? newest : null;
}

/** @returns null when a question must be answered first. */
async function makePlan(
  deps: ProposeDeps,
  place: ThreadPlace,
  state: ThreadState,
  signal: AbortSignal,
): Promise<PlanRecord | null> {
  const { story } = deps;
  const dataset = state.dataset && (await story.datasets.find(place.team, state.dataset.hash));
  const path = dataset && (await story.artifacts.localPath(datasetArtifact(place.team, dataset.hash)));
  if (!dataset || !path) {
    const { hash = 'unknown', name = 'the file' } = state.dataset ?? {};
    throw new ModelwrightError('DATASET_EXPIRED', { hash, name });
  }
  const target = await targetProfile(deps, place.team, dataset, path, state);
  if (!target || openQuestions(state.requirements, dataset.profile, target).some(isBlocking)) return null;

  const asked = { place, dataset, target, requirements: state.requirements };
  const { past, requirements } = await readPast(story, asked);
  const table = await deps.reader.table(path, dataset.name);
  const recordings =
    requirements.windows &&
    (await deps.reader.windows(path, dataset.name, requirements.windows, target.target));
  const seen = { profile: dataset.profile, target, ...recordings };
  const experiment = plannedExperiment(
    seen.profile,
    seen.target,
    requirements,
    recordings?.windows,
    past.direction?.division,
  );
  const families = familiesFor(experiment, seen.profile, requirements, past.direction?.families);
  const budget = requirements.budgetSeconds ?? DEFAULTS.budgetSeconds;
  const calibration = await deps.calibrate(table, experiment, families, budget, signal);
  const { hash, name, profile } = dataset;
  const material = {
    dataset: { hash, name, rows: profile.rows, columns: profile.columns.length },
    ...seen,
    requirements,
    calibration,
    threads: deps.threads,
    versions: deps.versions,
    price: deps.price,
    past: { ...past, ratios: await pastRatios(story, place.team) },
  };
  const plan = proposeWithin(material, deps.budgetLeft?.(budget) ?? budget);
  const version = (await story.plans.ofThread(place.id)).length + 1;
  const contentHash = planHash(plan);
  return {
    id: planId(place.id, version, contentHash),
    threadId: place.id,
    version,
    hash: contentHash,
    plan,
    status: 'proposed',
    proposedAt: story.clock.now(),
    decision: null,
  };
}

async function targetProfile(
  deps: ProposeDeps,
  team: string,
  dataset: DatasetRecord,
  path: string,
  state: ThreadState,
): Promise<TargetProfile | null> {
  const name = settledTarget(state.requirements, dataset.profile);
  if (!name) return null;
  const known = await deps.story.datasets.findTargetProfile(team, dataset.hash, name);
  if (known) return known;
  const profile = await deps.reader.profileTarget(path, dataset.name, dataset.profile, name);
  await deps.story.datasets.saveTargetProfile(team, dataset.hash, profile);
  return profile;
}
