/** Has the parts of fits computed by whichever worker is free: each part of a round is a job. A fit waits for nobody: what
 *  has not been begun when its own part is done it takes back, and what takes others longer than it took itself it computes
 *  as well. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SerialisedEstimator } from '../src/ml/estimator.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { JobQueues } from '../src/queue/queue.ts';
import type { Run } from '../src/run/run.ts';
import { shardFolder } from '../src/thread/artifact-names.ts';
import type { Story } from '../src/thread/ports.ts';
import type { ShardDesk } from './engine.ts';
import { type KeptParts, partBytes } from './kept-parts.ts';
import type { ShardPayload } from './shard.ts';
import { type ShardFiles, shardFiles } from './shard-files.ts';
import type { ShardHands } from './shard-questions.ts';
import { PER_SECOND, workShares } from './trial-desk.ts';

export interface ShardDesks {
  /** The desk of one run. */
  open(run: Pick<Run, 'id' | 'threadId'>, plan: Plan, team: string): ShardDesk;
  close(): void;
}

type DeskQueue = Pick<JobQueues, 'addShared' | 'withdraw' | 'stateOf' | 'onEnded'>;

/** Ends of jobs are told; what was not is found out so often. */
const LOOK_MS = 300;
/** Beyond what the fit's own part took: jobs and files have ways to go. */
const PATIENCE_MS = 1000;
/** What a thread holds beside the rows, and how often it holds the state of the network. */
const THREAD_MB = 120;
const STATES_HELD = 6;
const MEGABYTE = 2 ** 20;

/** @param onError hears of what went wrong; the fit goes on by itself. */
export async function openShardDesks(
  queue: DeskQueue,
  { runs, artifacts }: Pick<Story, 'runs' | 'artifacts'>,
  parts: KeptParts,
  onError: (error: unknown) => void,
): Promise<ShardDesks> {
  const shares = workShares(runs);
  const waiting = new Map<string, () => void>();
  const unlisten = await queue.onEnded('trial', (jobId) => waiting.get(jobId)?.());
  return {
    open: (run, plan, team) => (signal) => {
      const place = async (jobId: string, payload: ShardPayload, seconds: number) => {
        const cost = PER_SECOND * seconds * (await shares(run, plan, team));
        await queue.addShared('trial', jobId, payload, { lane: run.id, cost });
      };
      const filesOf = (fit: string) => shardFiles(artifacts, shardFolder(team, run.id, fit));
      return shardHands({ runId: run.id, queue, parts, place, filesOf, waiting, signal, onError });
    },
    close: unlisten,
  };
}

interface HandsDeps {
  readonly runId: string;
  readonly queue: DeskQueue;
  readonly parts: KeptParts;
  /** Adds a job that is expected to take so long. */
  place(jobId: string, payload: ShardPayload, seconds: number): Promise<void>;
  filesOf(fit: string): ShardFiles;
  /** Whom to wake when a job ends. */
  readonly waiting: Map<string, () => void>;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

interface OpenFit {
  readonly id: string;
  readonly files: ShardFiles;
  readonly rows: readonly { readonly hash: string; readonly bytes: number }[];
}

interface OpenRound {
  readonly hash: string;
  readonly jobs: Map<number, string>;
  readonly offeredMs: number;
  /** When the fit's own part was done. */
  ownMs: number | null;
}

type Decided = Awaited<ReturnType<ShardHands['next']>>;

function shardHands(deps: HandsDeps): ShardHands {
  const { runId, queue, waiting, signal, onError } = deps;
  let nParts = 0;
  let nRounds = 0;
  let secondsBefore = 1;
  let fit: OpenFit | undefined;
  let round: OpenRound | undefined;
  /** Parts of the round that the fit has not been told of. */
  let left = new Set<number>();

  /** Where something fails there is nobody to ask, and the fit computes what is left. */
  const quietly = (step: () => Promise<void>): Promise<void> => step().catch(onError);

  async function endRound(): Promise<void> {
    const ended = round;
    round = undefined;
    if (!ended) return;
    for (const jobId of ended.jobs.values()) {
      waiting.delete(jobId);
      await queue.withdraw('trial', jobId);
    }
    await fit?.files.removeRound(ended.hash, [...ended.jobs.keys()]);
  }

  async function begin(told: SerialisedEstimator): Promise<void> {
    if (!fit) return;
    const hash = await fit.files.put(told);
    const opened: OpenRound = { hash, jobs: new Map(), offeredMs: performance.now(), ownMs: null };
    round = opened;
    for (const [i, { hash: rows, bytes }] of fit.rows.entries()) {
      const part = i + 1;
      const jobId = `${runId}-${fit.id}-${nRounds}-${part}`;
      const memoryMb = Math.ceil(THREAD_MB + (bytes + STATES_HELD * partBytes(told)) / MEGABYTE);
      const shard = { fit: fit.id, rows, round: hash, part, memoryMb };
      await deps.place(jobId, { runId, shard }, secondsBefore);
      opened.jobs.set(part, jobId);
    }
  }

  /** Null where it is worth waiting. */
  async function decide(): Promise<Decided | null> {
    const parts = [...left];
    const last = parts.at(-1) as number;
    if (!round || !fit || signal.aborted) return { shard: last, result: null };
    for (const shard of parts) {
      const result = await fit.files.result(round.hash, shard);
      if (result) return { shard, result };
    }
    // Others take the first: the last are the likeliest not to have been begun.
    for (const shard of parts.reverse()) {
      const jobId = round.jobs.get(shard);
      const state = jobId === undefined ? 'failed' : await queue.stateOf('trial', jobId);
      if (state === 'active') continue;
      if (jobId !== undefined && state === 'waiting') await queue.withdraw('trial', jobId);
      // It may have ended in this moment.
      return { shard, result: state === 'gone' ? await fit.files.result(round.hash, shard) : null };
    }
    const { offeredMs, ownMs } = round;
    const waitedMs = performance.now() - (ownMs ?? offeredMs);
    return waitedMs > (ownMs ?? offeredMs) - offeredMs + PATIENCE_MS ? { shard: last, result: null } : null;
  }

  /** The next end of one of the round's jobs, from now on. */
  function someEnd(): Promise<void> {
    return new Promise((wake) => {
      for (const jobId of round?.jobs.values() ?? []) waiting.set(jobId, wake);
    });
  }

  return {
    open(rows) {
      nParts = rows.length;
      return quietly(async () => {
        const id = randomUUID();
        const files = deps.filesOf(id);
        const named = [];
        for (const part of rows) {
          const hash = await files.put(part);
          deps.parts.keep(files.folder + hash, part);
          named.push({ hash, bytes: partBytes(part) });
        }
        fit = { id, files, rows: named };
      });
    },
    async offer(told) {
      await quietly(endRound);
      nRounds++;
      left = new Set(Array.from({ length: nParts }, (_, i) => i + 1));
      await quietly(() => begin(told));
    },
    async next() {
      if (round && round.ownMs === null) {
        round.ownMs = performance.now();
        secondsBefore = (round.ownMs - round.offeredMs) / 1000;
      }
      for (;;) {
        const woken = someEnd(); // listened for before looking, so that nothing falls between
        const decided = await decide().catch((error: unknown): Decided => {
          onError(error);
          return { shard: [...left].at(-1) as number, result: null };
        });
        if (decided) {
          left.delete(decided.shard);
          return decided;
        }
        const over = new AbortController();
        await Promise.race([
          woken,
          delay(LOOK_MS, undefined, { signal: over.signal }).catch(() => undefined),
        ]);
        over.abort();
      }
    },
    close: () =>
      quietly(async () => {
        const closed = fit;
        await endRound();
        fit = undefined;
        for (const { hash } of closed?.rows ?? []) deps.parts.forget(`${closed?.files.folder}${hash}`);
        await closed?.files.remove();
      }),
  };
}
