/** Learning rate schedules. */

export const SCHEDULES = ['constant', 'cosine', 'flatCosine', 'cosineLog'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/** The learning rate as a share of the base rate.
 *  - `constant`: 1;
 *  - `cosine`: half a cosine from 1 to 0 over the training (Loshchilov and Hutter 2017, without restarts);
 *  - `flatCosine`: 1 for the first half, then half a cosine to 0;
 *  - `cosineLog`: four cosine cycles of doubling length, ending at 0 (RealMLP's coslog4).
 *  During the first `warmUp` steps the share also rises linearly from one step's worth to 1.
 *  @param step    optimizer steps already done, 0..total-1.
 *  @param total   optimizer steps of the whole training.
 *  @param warmUp  optimizer steps of warm-up. */
export function scheduledShare(schedule: ScheduleName, step: number, total: number, warmUp: number): number {
  const rise = step < warmUp ? (step + 1) / warmUp : 1;
  return rise * SHAPES[schedule](step / total);
}

const halfCosine = (progress: number) => (1 + Math.cos(Math.PI * progress)) / 2;

/** Each maps progress in [0, 1) to a share in [0, 1]. */
const SHAPES: Record<ScheduleName, (progress: number) => number> = {
  constant: () => 1,
  cosine: halfCosine,
  flatCosine: (progress) => (progress < 0.5 ? 1 : halfCosine(2 * progress - 1)),
  cosineLog: (progress) => (1 - Math.cos(2 * Math.PI * Math.log2(1 + 15 * progress))) / 2,
};
