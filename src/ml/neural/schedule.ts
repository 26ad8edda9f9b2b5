/** Learning rate schedules. */

export const SCHEDULES = [
  'constant',
  'steps',
  'cosine',
  'restarts',
  'oneCycle',
  'flatCosine',
  'cosineLog',
  'plateau',
] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/** The learning rate as a share of the base rate.
 *  - `constant`: 1;
 *  - `steps`: a tenth after each third of the training;
 *  - `cosine`: half a cosine from 1 to 0 over the training (Loshchilov and Hutter 2017);
 *  - `restarts`: the same with three warm restarts, each cycle twice as long as the one before;
 *  - `oneCycle`: from 1/25 to 1 over the first three tenths, then to 1/250,000, both along half a cosine (Smith and Topin
 *    2018, as PyTorch's OneCycleLR);
 *  - `flatCosine`: 1 for the first half, then half a cosine to 0;
 *  - `cosineLog`: four cosine cycles of doubling length, from 0 to 1 and back to 0 (RealMLP's coslog4);
 *  - `plateau`: 1; the training loop lowers it whenever the validation loss stands still.
 *  During the first `warmUp` steps the share also rises linearly from one step's worth to 1.
 *  @param step    optimizer steps already done, 0..total-1.
 *  @param total   optimizer steps of the whole training.
 *  @param warmUp  optimizer steps of warm-up. */
export function scheduledShare(schedule: ScheduleName, step: number, total: number, warmUp: number): number {
  const rise = step < warmUp ? (step + 1) / warmUp : 1;
  return rise * SHAPES[schedule](step / total, total);
}

const halfCosine = (progress: number) => (1 + Math.cos(Math.PI * progress)) / 2;

/** Four cycles of 1, 2, 4 and 8 fifteenths: how far the present one has come. */
function restartingCosine(progress: number): number {
  const cycles = Math.log2(1 + 15 * progress);
  const start = (2 ** Math.floor(cycles) - 1) / 15;
  return halfCosine((progress - start) / (2 ** Math.floor(cycles) / 15));
}

const ONE_CYCLE = { rise: 0.3, first: 1 / 25, last: 1 / 25e4 };

/** The top and the end are steps of their own: the last step takes the last rate. */
function oneCycle(progress: number, total: number): number {
  const { rise, first, last } = ONE_CYCLE;
  const step = progress * total;
  const [top, end] = [Math.max(0, rise * total - 1), total - 1];
  if (step < top) return 1 + (first - 1) * halfCosine(step / top);
  return end > top ? last + (1 - last) * halfCosine((step - top) / (end - top)) : 1;
}

/** Each maps progress in [0, 1) to a share in [0, 1]. */
const SHAPES: Record<ScheduleName, (progress: number, total: number) => number> = {
  constant: () => 1,
  steps: (progress) => 0.1 ** Math.floor(3 * progress + 1e-9),
  cosine: halfCosine,
  restarts: restartingCosine,
  oneCycle,
  flatCosine: (progress) => (progress < 0.5 ? 1 : halfCosine(2 * progress - 1)),
  cosineLog: (progress) => (1 - Math.cos(2 * Math.PI * Math.log2(1 + 15 * progress))) / 2,
  plateau: () => 1,
};

/** Lowers the learning rate to a fifth when the loss has not been better for a third of the patience (or three epochs).
 *  @param sinceBest epochs since the best loss or the last drop. */
export function plateauDrop(sinceBest: number, patience: number): number {
  return sinceBest >= Math.max(3, Math.ceil(patience / 3)) ? 0.2 : 1;
}
