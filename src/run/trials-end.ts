/** What ends the trials of a run before all are finished: Stop, the hard stop of the clock, CPU time, the end of this process,
 *  or a failure of the journal or the engine. The first of them counts. */
import { hasEnded, type Run } from './run.ts';
import { every, type RunClock, realTime } from './timer.ts';

export type EndReason = 'stop' | 'budget' | 'cpu' | 'interrupt' | 'failure';

interface TrialsEndOptions {
  /** The run as the journal knows it now. */
  readonly look: () => Promise<Run | null>;
  /** Aborts when this process is asked to end. */
  readonly process: AbortSignal;
  /** Seconds until the hard stop; null for none. */
  readonly secondsLeft: number | null;
  /** Asked now and then whether something else has run out; nothing, unless given. */
  readonly ranOut?: () => EndReason | null;
  /** Real time, unless given. */
  readonly after?: RunClock['after'];
  readonly onEnd: (why: EndReason) => void;
}

export interface TrialsEnd {
  /** For the trials. */
  readonly signal: AbortSignal;
  end(why: EndReason): void;
  /** Moves the hard stop to so many seconds from now. */
  hardStopIn(seconds: number): void;
  /** Null while nothing has ended them. */
  why(): EndReason | null;
  close(): void;
}

/** How often a running run looks whether somebody pressed Stop. */
const LOOK_MS = 400;

/** Call `close` when the trials are over, whatever happened. */
export function watchForEnd({
  look,
  process,
  secondsLeft,
  onEnd,
  ranOut = () => null,
  after = realTime,
}: TrialsEndOptions): TrialsEnd {
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
  const stopLooking = every(after, LOOK_MS, () => {
    const out = ranOut();
    if (out) end(out);
    look().then(
      (run) => {
        if (run && (run.state === 'stopping' || run.state === 'judging' || hasEnded(run))) end('stop');
      },
      () => {}, // The journal being away for a moment must not end the run; its next write will tell.
    );
  });
  let callOff = () => {};
  const hardStopIn = (seconds: number) => {
    callOff();
    callOff = after(Math.max(0, seconds) * 1000, () => end('budget'));
  };
  if (secondsLeft !== null) hardStopIn(secondsLeft);
  return {
    signal: controller.signal,
    end,
    hardStopIn,
    why: () => reason,
    close() {
      process.removeEventListener('abort', interrupt);
      stopLooking();
      callOff();
    },
  };
}
