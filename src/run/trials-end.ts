/** What ends the trials of a run before all are finished: Stop, the hard stop of the clock, the end of this process,
 *  or a failure of the journal or the engine. The first of them counts. */
import { hasEnded, type Run } from './run.ts';

export type EndReason = 'stop' | 'budget' | 'interrupt' | 'failure';

interface TrialsEndOptions {
  /** The run as the journal knows it now. */
  readonly look: () => Promise<Run | null>;
  /** Aborts when this process is asked to end. */
  readonly process: AbortSignal;
  /** Seconds until the hard stop; null for none. */
  readonly secondsLeft: number | null;
  readonly onEnd: (why: EndReason) => void;
}

export interface TrialsEnd {
  /** For the trials. */
  readonly signal: AbortSignal;
  end(why: EndReason): void;
  /** Null while nothing has ended them. */
  why(): EndReason | null;
  close(): void;
}

/** How often a running run looks whether somebody pressed Stop. */
const LOOK_MS = 400;

/** Call `close` when the trials are over, whatever happened. */
export function watchForEnd({ look, process, secondsLeft, onEnd }: TrialsEndOptions): TrialsEnd {
  const controller = new AbortController();
  let reason: EndReason | null = null;
  const end = (why: EndReason) => {
    if (reason) return;
    reason = why;
    onEnd(why);
    controller.abort(why);
  };
  const interrupt = () => end('interrupt');
  process.addEventListener('abort', interrupt, { once: true });
  if (process.aborted) interrupt();
  const looking = setInterval(() => {
    look().then(
      (run) => {
        if (run && (run.state === 'stopping' || run.state === 'judging' || hasEnded(run))) end('stop');
      },
      () => {}, // The journal being away for a moment must not end the run; its next write will tell.
    );
  }, LOOK_MS);
  const hardStop =
    secondsLeft === null ? undefined : setTimeout(() => end('budget'), Math.max(0, secondsLeft) * 1000);
  return {
    signal: controller.signal,
    end,
    why: () => reason,
    close() {
      process.removeEventListener('abort', interrupt);
      clearInterval(looking);
      clearTimeout(hardStop);
    },
  };
}
