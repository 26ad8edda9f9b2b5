/** A journal that answers at once, for runs in virtual time: the store's would wait for a database in real time. */
import type { FoldResult, TrialResult } from '../../src/ml/tuning/trial.ts';
import type { RunJournal } from '../../src/run/ports.ts';
import { NEXT_STATES, type Run } from '../../src/run/run.ts';

export function memoryJournal(run: Run): RunJournal {
  let current = run;
  const folds = new Map<string, { trialNumber: number; fold: FoldResult; prediction: Float32Array }>();
  const trials = new Map<number, TrialResult>();
  return {
    find: async () => current,
    async move(_, to, fields = {}) {
      if (!NEXT_STATES[current.state].includes(to)) return null;
      current = { ...current, ...fields, state: to };
      return current;
    },
    folds: async (_, number) =>
      [...folds.values()].filter(({ trialNumber }) => number === undefined || trialNumber === number),
    async saveFold(_, trialNumber, fold, prediction) {
      folds.set(`${trialNumber}/${fold.fold}`, { trialNumber, fold, prediction });
    },
    prediction: async (_, trialNumber, fold) => folds.get(`${trialNumber}/${fold}`)?.prediction ?? null,
    saveCheckpoint: async () => {},
    checkpoint: async () => null,
    probe: async () => null,
    saveProbe: async () => {},
    trials: async (_, numbers) =>
      [...trials.values()].filter(({ number }) => !numbers || numbers.includes(number)),
    async saveTrial(_, result) {
      if (trials.has(result.number) || !['queued', 'running', 'stopping'].includes(current.state))
        return false;
      trials.set(result.number, result);
      return true;
    },
  };
}

export function queuedRun(): Run {
  return {
    ...{
      id: 'run-1',
      threadId: 'T1-C1-1.1',
      number: 1,
      state: 'queued',
      queuedAt: '2026-01-31T12:00:00.000Z',
    },
    ...{ startedAt: null, endedAt: null, stoppedBy: null, reason: null, earlierSeconds: 0, cpuSeconds: 0 },
  };
}
