/** What the story needs from the outside: the store, the queue and the artifacts implement these; tests, demo and
 *  production use the same implementations. Every write is safe to repeat. */
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { PlanRecord } from '../plan/plan.ts';
import type { DataAnswer, DataQuestion, SampledRows } from '../profile/data-question.ts';
import type { Profile, TargetProfile } from '../profile/profile.ts';
import type { Report } from '../report/report.ts';
import type { Run, RunState } from '../run/run.ts';
import type { ThreadEvent, ThreadPlace } from './events.ts';

/** Append-only record of threads. */
export interface ThreadLog {
  /** Remembers the thread; keeps the first owner. */
  open(place: ThreadPlace, owner: string): Promise<void>;
  find(threadId: string): Promise<{ place: ThreadPlace; owner: string } | null>;
  /** Appends once per `key` (unique in the thread). @returns whether it was new. */
  append(threadId: string, key: string, event: ThreadEvent): Promise<boolean>;
  /** All events, oldest first. */
  events(threadId: string): Promise<readonly ThreadEvent[]>;
  /** The one that was appended under that key, or null. */
  event(threadId: string, key: string): Promise<ThreadEvent | null>;
}

/** A data set as stored: bytes in the artifacts under its hash, what was seen in it here. */
export interface DatasetRecord {
  readonly team: string;
  /** SHA-256 of the bytes, hex. */
  readonly hash: string;
  readonly name: string;
  readonly format: string;
  readonly bytes: number;
  readonly profile: Profile;
  readonly notes: readonly string[];
}

/** Per workspace: one workspace never sees another's data set, even of the same bytes. */
export interface DatasetShelf {
  save(record: DatasetRecord): Promise<void>;
  find(team: string, hash: string): Promise<DatasetRecord | null>;
  saveTargetProfile(team: string, hash: string, target: TargetProfile): Promise<void>;
  findTargetProfile(team: string, hash: string, target: string): Promise<TargetProfile | null>;
}

export interface PlanShelf {
  /** Saves a proposed plan and marks every earlier undecided plan of its thread as superseded. Repeating is harmless. */
  propose(record: PlanRecord): Promise<void>;
  find(planId: string): Promise<PlanRecord | null>;
  /** The thread's plans, oldest version first. */
  ofThread(threadId: string): Promise<readonly PlanRecord[]>;
  /** Compare and set: only a plan that is still `proposed` and whose hash is `hash` changes, and only once.
   *  @returns the record after the call and whether this call decided it. */
  decide(
    planId: string,
    hash: string,
    status: 'approved' | 'rejected',
    decision: { by: string; at: string; reason: string | null },
  ): Promise<{ decided: boolean; record: PlanRecord | null }>;
}

export interface RunBook {
  /** Creates the queued run of a plan with the workspace's next number; returns the existing one if there is one. */
  create(planId: string, threadId: string, team: string, at: string): Promise<Run>;
  find(runId: string): Promise<Run | null>;
  /** By the number people use. */
  findByNumber(team: string, number: number): Promise<Run | null>;
  ofThread(threadId: string): Promise<readonly Run[]>;
  /** Runs that a person asked for or approved, newest first, for App Home. */
  ofTeam(team: string, limit: number): Promise<readonly Run[]>;
  /** Changes the state if the change is legal (run.ts) and writes the given fields with it.
   *  @returns the run after the call, or null where the change was not legal any more. */
  move(
    runId: string,
    to: RunState,
    fields?: Partial<
      Pick<Run, 'startedAt' | 'endedAt' | 'stoppedBy' | 'reason' | 'earlierSeconds' | 'cpuSeconds'>
    >,
  ): Promise<Run | null>;
  /** Saves a fold of a trial that is still going, once; the checkpoint that a killed trial resumes from. */
  saveFold(runId: string, trialNumber: number, fold: FoldResult): Promise<void>;
  /** @param trialNumber of this trial alone. */
  folds(runId: string, trialNumber?: number): Promise<readonly { trialNumber: number; fold: FoldResult }[]>;
  /** Saves a finished trial, once: a second result of the same number is ignored, and so is one that comes when the run is
   *  being judged or has ended. @returns whether it was kept. */
  saveTrial(runId: string, result: TrialResult): Promise<boolean>;
  /** By number. @param numbers of these trials alone. */
  trials(runId: string, numbers?: readonly number[]): Promise<readonly TrialResult[]>;
}

export interface ReportShelf {
  save(report: Report, place: { threadId: string; team: string }): Promise<void>;
  find(runId: string): Promise<Report | null>;
  /** Of the workspace, those of the newest runs first. */
  ofTeam(team: string, limit: number): Promise<readonly Report[]>;
}

/** Looks into stored data sets, away from the event loop. */
export interface DataDesk {
  /** @throws ModelwrightError QUESTION_INVALID, QUESTION_TOO_LARGE, DATA_* */
  ask(
    team: string,
    dataset: DatasetRecord,
    question: DataQuestion,
    smallestGroup: number,
  ): Promise<DataAnswer>;
  sample(team: string, dataset: DatasetRecord, count: number): Promise<SampledRows>;
}

/** What one request to a language model took. */
export interface UsageEntry {
  /** Unique per request. */
  readonly key: string;
  readonly team: string;
  readonly threadId: string;
  readonly user: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** Millionths of a dollar. */
  readonly microdollars: number;
}

export interface UsageTotal {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly microdollars: number;
}

/** What language models have cost. */
export interface UsageBook {
  /** Once per key. */
  add(entry: UsageEntry): Promise<void>;
  /** Of a workspace from a moment on, narrowed to a person or a thread. */
  total(team: string, since: string, of?: { user?: string; threadId?: string }): Promise<UsageTotal>;
}

/** Bytes by name. Names are made by us, never by people or models: `[a-z0-9._/-]`, no `..`. */
export interface Artifacts {
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Moves or copies a local file in; the file may be large. */
  putFile(name: string, path: string): Promise<void>;
  /** Null where there is no such artifact. */
  get(name: string): Promise<Uint8Array | null>;
  /** A local path holding the bytes (readable until the process ends), or null. */
  localPath(name: string): Promise<string | null>;
  list(prefix: string): Promise<readonly string[]>;
  remove(name: string): Promise<void>;
}

/** The queues and what their payloads hold: ids, and what no id leads to. */
export interface JobPayloads {
  /** Fetch, read and profile what a person sent. `key` is the event key of the data-received event. */
  ingest: { threadId: string; key: string };
  /** Calibrate on the data and propose the thread's next plan version. */
  propose: { threadId: string; key: string };
  /** Execute an approved plan. */
  run: { runId: string };
  /** Compute one trial of a run. The setting comes along: whoever asked for it knew the trials before it.
   *  `together`: how many trials the run wanted to have computed at that time.
   *  Or train a part of the rows of one of its fits for a round; the same workers do both, by the same shares. */
  trial: { runId: string; spec: TrialSpec; together: number } | { runId: string; shard: ShardPart };
  /** Check what is said of an existing model; after a run, also against its uploaded predictions. */
  claim: { threadId: string; key: string };
  /** Say something that a job found out, once per key. */
  deliver: { threadId: string; what: 'questions' | 'plan' | 'failure' | 'report' | 'claim'; id: string };
}
/** What a part is and where it lies: names in the fit's folder. */
export interface ShardPart {
  readonly fit: string;
  readonly rows: string;
  readonly round: string;
  /** Counts from 1: the first part is the fit's own. */
  readonly part: number;
  /** What computing it holds. */
  readonly memoryMb: number;
}
export type QueueName = keyof JobPayloads;

export interface JobQueue {
  /** Adds the job unless one of the same id is known, finished ones included. Ids: `[A-Za-z0-9._-]`. */
  add<Q extends QueueName>(queue: Q, jobId: string, payload: JobPayloads[Q]): Promise<void>;
}

/** Wall clock; tests and demo use the real one too. */
export interface Clock {
  /** ISO 8601 in UTC. */
  now(): string;
}

/** All of the above, joined at the door. */
export interface Story {
  readonly threads: ThreadLog;
  readonly datasets: DatasetShelf;
  readonly plans: PlanShelf;
  readonly runs: RunBook;
  readonly reports: ReportShelf;
  readonly artifacts: Artifacts;
  readonly queue: JobQueue;
  readonly clock: Clock;
}
