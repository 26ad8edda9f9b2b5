/** One trial of a run: computed from where its journal says that it is, and written down. */
import { ModelwrightError } from '../errors/errors.ts';
import type { FoldResult, TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunEngine, RunJournal, TrialDesk } from './ports.ts';

type TrialEngine = Pick<RunEngine<unknown, unknown>, 'trial'>;

export interface TrialToRun {
  readonly runId: string;
  readonly spec: TrialSpec;
  readonly journal: RunJournal;
  readonly engine: TrialEngine;
}

export interface TrialLimits {
  readonly limitSeconds?: number;
  readonly memoryMb?: number;
}

/** @returns what the journal has kept: where the trial was computed twice, the first result of both. `stopped` after an
 *           abort, and when the run does not take results any more.
 *  @throws MEMORY_TOO_SMALL; what the journal and the engine throw for reasons of their own. */
export async function executeTrial(
  { runId, spec, journal, engine }: TrialToRun,
  { signal, together, onFold, ...limits }: Parameters<TrialDesk['trial']>[1] & TrialLimits,
): Promise<TrialResult> {
  const { number } = spec;
  const known = await journal.folds(runId, number);
  const saved: Promise<unknown>[] = [];
  const unsaved = new AbortController();
  // Without a journal a trial is of no use: it need not compute to its end.
  const guard = (step: Promise<unknown>) => {
    step.catch((error: unknown) => unsaved.abort(error));
    saved.push(step);
  };
  const result = await engine.trial(
    spec,
    known.map(({ fold }) => fold),
    {
      ...limits,
      signal: AbortSignal.any([signal, unsaved.signal]),
      together,
      checkpoint: await journal.checkpoint(runId, number),
      onCheckpoint: (checkpoint) => guard(journal.saveCheckpoint(runId, number, checkpoint)),
      onFold: (fold: FoldResult, prediction) => {
        guard(journal.saveFold(runId, number, fold, prediction).then(() => onFold(fold)));
      },
    },
  );
  await Promise.all(saved);
  if (result.state === 'stopped') return result;
  return saveTrial(journal, runId, result);
}

/** @returns what is kept of the trial. */
export async function saveTrial(
  journal: Pick<RunJournal, 'saveTrial' | 'trials'>,
  runId: string,
  result: TrialResult,
): Promise<TrialResult> {
  if (await journal.saveTrial(runId, result)) return result;
  const [kept] = await journal.trials(runId, [result.number]);
  return (
    kept ?? { ...result, state: 'stopped', score: null, reason: 'the run does not take results any more' }
  );
}

/** A trial without a result. @param reason a sentence. */
export function failedTrial({ number }: Pick<TrialSpec, 'number'>, reason: string): TrialResult {
  return { number, state: 'failed', reason, folds: [], score: null, seconds: 0, cpuSeconds: 0 };
}

/** Trials that are computed by this process's own engine. */
export function trialsHere(
  runId: string,
  plan: Plan,
  journal: RunJournal,
  engine: TrialEngine,
  hasLimits: boolean,
): TrialDesk {
  return {
    async trial(spec, options) {
      const limits = hasLimits ? { limitSeconds: trialLimitSeconds(plan, spec) } : {};
      try {
        return await executeTrial({ runId, spec, journal, engine }, { ...options, ...limits });
      } catch (error) {
        if (!isTooSmall(error)) throw error;
        return saveTrial(journal, runId, failedTrial(spec, error.person));
      }
    },
  };
}

export function isTooSmall(error: unknown): error is ModelwrightError {
  return error instanceof ModelwrightError && error.code === 'MEMORY_TOO_SMALL';
}

/** A setting may cost many times what the family's default costs, and a machine may be slow. */
const TIMES_EXPECTED = 20;
const LEAST_SECONDS = 120;

/** What one trial may take. */
export function trialLimitSeconds(plan: Pick<Plan, 'budget' | 'estimate'>, spec: TrialSpec): number {
  const likely = Math.max(LEAST_SECONDS, TIMES_EXPECTED * expectedSeconds(plan, spec));
  return Math.max(1, Math.min(plan.budget.seconds, likely));
}

/** What a trial of this family takes on one thread, as far as the plan knows. */
export function expectedSeconds(plan: Pick<Plan, 'estimate'>, spec: Pick<TrialSpec, 'family'>): number {
  return costOf(plan, spec)?.secondsPerTrial ?? 1;
}

/** What the plan measured of the family; undefined where it did not. */
export function costOf({ estimate }: Pick<Plan, 'estimate'>, { family }: Pick<TrialSpec, 'family'>) {
  return estimate.calibration.costs.find((cost) => cost.family === family);
}
