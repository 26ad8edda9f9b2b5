/** A journal that waits while its servers are away: a result that took minutes is not thrown away for a restart. */
import { setTimeout as delay } from 'node:timers/promises';
import { isOutage } from '../src/errors/outage.ts';
import type { RunJournal } from '../src/run/ports.ts';

/** Between two attempts: doubled from the first to the second of these. */
const WAITS_MS = [100, 3000] as const;
const PATIENCE_MS = 10 * 60_000;

/** Every method of the journal may be repeated. @param signal ends the waiting, with what was wrong. */
export function patient(journal: RunJournal, signal: AbortSignal): RunJournal {
  const wait =
    <Input extends unknown[], Output>(method: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      const untilMs = performance.now() + PATIENCE_MS;
      for (let waitMs: number = WAITS_MS[0]; ; waitMs = Math.min(2 * waitMs, WAITS_MS[1])) {
        try {
          return await method(...input);
        } catch (error) {
          if (!isOutage(error) || signal.aborted || performance.now() > untilMs) throw error;
          await delay(waitMs, undefined, { signal }).catch(() => undefined);
        }
      }
    };
  return {
    find: wait(journal.find),
    move: wait(journal.move),
    folds: wait(journal.folds),
    saveFold: wait(journal.saveFold),
    prediction: wait(journal.prediction),
    saveProbe: wait(journal.saveProbe),
    probe: wait(journal.probe),
    saveCheckpoint: wait(journal.saveCheckpoint),
    checkpoint: wait(journal.checkpoint),
    trials: wait(journal.trials),
    saveTrial: wait(journal.saveTrial),
  };
}
