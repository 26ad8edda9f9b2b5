/** Time as an argument: the engine itself never asks a clock, so that nothing it computes can depend on one. */
export interface Clock {
  /** Wall milliseconds from any fixed point. */
  readonly now: () => number;
  /** CPU seconds that this thread has used. */
  readonly cpuSeconds: () => number;
}
