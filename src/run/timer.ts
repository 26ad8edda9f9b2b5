/** Time as a run sees it: an argument, so that a test can let hours pass. */
export interface RunClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls once, after so many of these milliseconds. @returns what calls it off. */
  readonly after: (ms: number, call: () => void) => () => void;
}

/** Timers hold no more milliseconds than this. */
const MOST_MS = 2 ** 31 - 1;

export const realTime: RunClock['after'] = (ms, call) => {
  const timer = setTimeout(call, Math.min(MOST_MS, Math.max(0, ms)));
  return () => clearTimeout(timer);
};

/** Calls again and again, after so many milliseconds each. @returns what ends that. */
export function every(after: RunClock['after'], ms: number, call: () => void): () => void {
  let callOff = () => {};
  const wait = () => {
    callOff = after(ms, () => {
      wait();
      call();
    });
  };
  wait();
  return () => callOff();
}

/** A signal that aborts after so many seconds; at once, where none are left. Close it when it is not needed any more. */
export function deadline(
  after: RunClock['after'],
  seconds: number,
): { readonly signal: AbortSignal; readonly close: () => void } {
  const controller = new AbortController();
  if (!Number.isFinite(seconds)) return { signal: controller.signal, close: () => undefined };
  const expire = () => controller.abort(new DeadlinePassed());
  if (seconds <= 0) expire();
  return { signal: controller.signal, close: seconds <= 0 ? () => undefined : after(1000 * seconds, expire) };
}

/** Why a deadline's signal aborts. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}
