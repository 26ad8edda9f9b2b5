/** Executes an approved plan and keeps what was learned. */
import { ModelwrightError } from '../src/errors/errors.ts';
import type { ForecastPrediction } from '../src/ml/search/forecast-next.ts';
import type { SerialisedPredictor } from '../src/ml/search/predictor.ts';
import { saveModel } from '../src/models/save-model.ts';
import { assembleReport } from '../src/report/assemble.ts';
import { executeRun, type Outcome } from '../src/run/execute.ts';
import type { RunProgress } from '../src/run/progress.ts';
import { hasEnded, type Run } from '../src/run/run.ts';
import { evidenceArtifact, modelArtifact } from '../src/thread/artifact-names.ts';
import type { ThreadPlace } from '../src/thread/events.ts';
import type { JobPayloads, Story } from '../src/thread/ports.ts';
import type { Engine } from './engine.ts';
import { forgetWork, runJournal } from './journal.ts';
import type { Tables } from './tables.ts';
import type { TrialDesks } from './trial-desk.ts';

export interface RunDeps {
  readonly story: Story;
  readonly tables: Tables;
  readonly engine: Engine['forPlan'];
  /** Where trials are computed: by any worker; in this process, where there is none. */
  readonly desks?: TrialDesks;
  /** Lets few runs finish at a time; all of them, unless given. */
  readonly inTurn?: <T>(finish: () => Promise<T>) => Promise<T>;
  readonly peakMemoryMb: () => number;
  /** Whether the plan's wall-clock budget ends the run; false when a stored plan is reproduced. */
  readonly hardStop: boolean;
  /** Told in a sentence what went wrong and was got around. */
  readonly warn?: (sentence: string) => void;
}

/** Thrown when this process was asked to end: the queue gives the job to another worker. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export async function run(
  deps: RunDeps,
  { runId }: JobPayloads['run'],
  signal: AbortSignal,
  onProgress: (progress: RunProgress) => void,
): Promise<void> {
  const { story } = deps;
  const found = await story.runs.find(runId);
  const record = await story.plans.find(runId);
  const thread = found && (await story.threads.find(found.threadId));
  if (!found || !record || !thread || record.status !== 'approved') return;
  if (!hasEnded(found)) {
    const { team } = thread.place;
    const { dataset } = record.plan;
    if (await deps.tables.has(team, dataset)) {
      const journal = runJournal(story, team, deps.warn);
      const engine = deps.engine(() => deps.tables.read(team, dataset), record.plan);
      const outcome = await executeRun(found, record.plan, journal, engine, {
        signal,
        onProgress,
        now: Date.now,
        hardStop: deps.hardStop,
        ...(deps.desks && { trials: deps.desks.open(found, record.plan, team) }),
        ...(deps.inTurn && { inTurn: deps.inTurn }),
      });
      if (outcome.kind === 'interrupted') throw new Interrupted(`run ${runId} goes on in another worker`);
      const next =
        outcome.kind === 'judged' && record.plan.experiment.forecast
          ? await engine.forecast(outcome.model)
          : null;
      await keep(deps, thread.place, found, outcome, next);
    } else {
      const { hash, name } = dataset;
      const { person } = new ModelwrightError('DATASET_EXPIRED', { hash, name });
      await story.runs.move(runId, 'failed', { endedAt: story.clock.now(), reason: person });
    }
  }
  // Reached again after a crash in between: every step below is harmless to repeat.
  const ended = await story.runs.find(runId);
  if (!ended || !hasEnded(ended)) return;
  await forgetWork(story, thread.place.team, runId);
  await story.threads.append(found.threadId, `ended-${runId}`, {
    kind: 'run-ended',
    runId,
    state: ended.state as 'finished' | 'stopped' | 'failed',
  });
  const { threadId } = found;
  await story.queue.add('deliver', `deliver-${threadId}-report-${runId}`, {
    threadId,
    what: 'report',
    id: runId,
  });
}

async function keep(
  deps: RunDeps,
  place: ThreadPlace,
  run: Run,
  outcome: Exclude<Outcome<SerialisedPredictor>, { kind: 'interrupted' }>,
  next: ForecastPrediction | null,
): Promise<void> {
  const { story } = deps;
  const endedAt = story.clock.now();
  if (outcome.kind === 'nothing-to-judge') {
    await story.runs.move(run.id, outcome.state, { endedAt, reason: outcome.reason });
    return;
  }
  const record = await story.plans.find(run.id);
  const started = await story.runs.find(run.id);
  if (!record || !started) return;
  const { evidence, ...judgement } = outcome.judgement;
  const report = assembleReport({
    run: { ...started, endedAt },
    record,
    ...outcome,
    judgement,
    next,
    peakMemoryMb: deps.peakMemoryMb(),
  });
  if (evidence) {
    const bytes = new TextEncoder().encode(JSON.stringify(evidence));
    await story.artifacts.put(evidenceArtifact(place.team, run.id), bytes);
  }
  const put = (file: string, bytes: Uint8Array) =>
    story.artifacts.put(modelArtifact(place.team, run.id, file), bytes);
  await saveModel(outcome.model, report, { put }, evidence ?? null);
  await story.reports.save(report, { threadId: run.threadId, team: place.team });
  const reason = outcome.cutShort;
  await story.runs.move(run.id, started.stoppedBy ? 'stopped' : 'finished', { endedAt, reason });
}
