/** CPU seconds that a run has used so far: what ended trials have measured, and of those under way what they can have used
 *  at most, since nobody is told of a fit before its end. */
import type { FoldResult, TrialResult } from '../ml/tuning/trial.ts';

interface UnderWay {
  /** Seconds of the folds that are told. */
  known: number;
  /** When the last of them was told, or the trial was asked for. */
  sinceMs: number;
}

export class CpuMeter {
  readonly #threads: number;
  #ended: number;
  /** In the order in which they were asked for, which is the order in which threads take them. */
  readonly #underWay = new Map<number, UnderWay>();

  /** @param threads that compute for the run. @param before CPU seconds of earlier attempts. */
  constructor(threads: number, before: number) {
    this.#threads = threads;
    this.#ended = before;
  }

  begin(trial: number, nowMs: number): void {
    this.#underWay.set(trial, { known: 0, sinceMs: nowMs });
  }

  /** @param cpuSeconds of the trial; those of a stopped one count as well. */
  end({ number, cpuSeconds }: Pick<TrialResult, 'number' | 'cpuSeconds'>, nowMs: number): void {
    const known = this.#underWay.get(number)?.known ?? 0;
    this.#underWay.delete(number);
    this.#ended += Math.max(cpuSeconds, known);
    // The thread that has become free takes the next one, which was only waiting until now.
    const next = [...this.#underWay.values()][this.#threads - 1];
    if (next && next.known === 0) next.sinceMs = nowMs;
  }

  fold(trial: number, { fitSeconds }: Pick<FoldResult, 'fitSeconds'>, nowMs: number): void {
    const trialUnderWay = this.#underWay.get(trial);
    if (!trialUnderWay) return;
    trialUnderWay.known += fitSeconds;
    trialUnderWay.sinceMs = nowMs;
  }

  /** At most: a trial that has a thread counts as if it had kept it busy since it was last heard of. */
  seconds(nowMs: number): number {
    const underWay = [...this.#underWay.values()];
    const computing = underWay.slice(0, this.#threads);
    const unheard = computing.reduce((sum, { sinceMs }) => sum + Math.max(0, nowMs - sinceMs) / 1000, 0);
    // Where trials are fewer than threads, one may take several.
    const each = computing.length === 0 ? 0 : Math.floor(this.#threads / computing.length);
    return this.#ended + underWay.reduce((sum, { known }) => sum + known, 0) + each * unheard;
  }
}
