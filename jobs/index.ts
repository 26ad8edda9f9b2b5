/** Queue name -> processor. The bot's jobs speak to Slack, the workers' jobs compute; one process may do both. */
import { randomUUID } from 'node:crypto';
import { ModelwrightError } from '../src/errors/errors.ts';
import type { JobQueues } from '../src/queue/queue.ts';
import { type ClaimDeps, checkClaim, giveClaimUp } from './claim.ts';
import { type DeliverDeps, deliver } from './deliver.ts';
import { type IngestDeps, ingest, ingestOutcomeKey, sayOutcome } from './ingest.ts';
import { forgetWork } from './journal.ts';
import { deliverOutcome, type ProposeDeps, proposalOutcomeKey, propose } from './propose.ts';
import { type RunDeps, run } from './run.ts';
import { giveTrialUp, type TrialDeps, trial } from './trial.ts';

interface Log {
  info(...parts: unknown[]): void;
  error(...parts: unknown[]): void;
}

export async function startBotJobs(
  queue: JobQueues,
  deps: IngestDeps & DeliverDeps,
  log: Log,
): Promise<void> {
  const { story } = deps;
  await queue.work('ingest', (payload) => ingest(deps, payload), {
    onGivenUp: async ({ threadId, key }, error) => {
      const refusal = { kind: 'data-refused', name: 'the data', ...apology(error, log) } as const;
      const thread = await story.threads.find(threadId);
      if (!thread) return;
      await story.threads.append(threadId, ingestOutcomeKey(key), refusal);
      await sayOutcome(deps, thread.place, key);
    },
  });
  await queue.work('deliver', (payload) => deliver(deps, payload), {
    onGivenUp: async (_, error) => {
      apology(error, log);
    },
  });
}

export async function startWorkerJobs(
  queue: JobQueues,
  deps: ProposeDeps & RunDeps & TrialDeps & ClaimDeps,
  log: Log,
): Promise<void> {
  const { story } = deps;
  await queue.work('trial', (payload, context) => trial(deps, payload, context), {
    concurrency: deps.threads,
    onGivenUp: (payload, error) => giveTrialUp(deps, payload, apology(error, log).sentence),
  });
  await queue.work('propose', (payload, { signal }) => propose(deps, payload, signal), {
    onGivenUp: async ({ threadId, key }, error) => {
      const failure = { kind: 'proposal-failed', ...apology(error, log) } as const;
      await story.threads.append(threadId, proposalOutcomeKey(key), failure);
      await deliverOutcome(story, threadId, key);
    },
  });
  await queue.work('claim', (payload, { signal }) => checkClaim(deps, payload, signal), {
    onGivenUp: (payload, error) => giveClaimUp(deps, payload, apology(error, log)),
  });
  await queue.work(
    'run',
    (payload, { signal, progress, attempt }) => {
      log.info(`run ${payload.runId} is taken up, attempt ${attempt}`);
      return run(deps, payload, signal, (state) => {
        // Progress is a courtesy: losing one update must not fail the run.
        progress(state).catch((error) => log.error('progress was not sent', error));
      });
    },
    {
      concurrency: RUNS_AT_ONCE,
      onGivenUp: async ({ runId }, error) => {
        const { sentence } = apology(error, log);
        const failed = await story.runs.move(runId, 'failed', {
          endedAt: story.clock.now(),
          reason: sentence,
        });
        if (!failed) return;
        const { threadId } = failed;
        const thread = await story.threads.find(threadId);
        if (thread) await forgetWork(story, thread.place.team, runId);
        await story.threads.append(threadId, `ended-${runId}`, { kind: 'run-ended', runId, state: 'failed' });
        await story.queue.add('deliver', `deliver-${threadId}-report-${runId}`, {
          threadId,
          what: 'report',
          id: runId,
        });
      },
    },
  );
}

/** A run only waits for its trials, but for its finish. Many side by side, so that no run waits for another's end. */
const RUNS_AT_ONCE = 32;

/** A known failure in its own words; anything else with a reference that leads to the log. */
function apology(error: Error, log: Log): { code: string; sentence: string } {
  if (error instanceof ModelwrightError) return { code: error.code, sentence: error.person };
  const reference = randomUUID().slice(0, 8);
  log.error(`reference ${reference}`, error);
  const unexpected = new ModelwrightError('INTERNAL', { detail: error.message, reference }, { cause: error });
  return { code: unexpected.code, sentence: unexpected.person };
}
