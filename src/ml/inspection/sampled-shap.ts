/** Shapley values of any model by sampling orders (Štrumbelj and Kononenko 2014), each order beside its reverse, which
 *  cancels much of what sampling adds. */
import type { Random } from '../random.ts';

export interface SampledQuestion {
  /** Columns, or groups of columns that come and go together; at least 1. */
  readonly nPlayers: number;
  readonly nRows: number;
  /** Rows that stand for what is unknown, at least 2: each is used with one order and its reverse. */
  readonly nBackground: number;
  readonly nOutputs: number;
  /** What the model says of mixed rows: entry e is row `rows[e]` in those players for which
   *  `known[e × nPlayers + player]` is 1, and background row `backgrounds[e]` in the others.
   *  @returns Float64Array (entries × nOutputs), row-major. */
  readonly predict: (rows: Uint32Array, backgrounds: Uint32Array, known: Uint8Array) => Float64Array;
  /** Mixed rows that are predicted at once at most; one row and its orders always are. */
  readonly entriesAtOnce?: number;
  readonly random: Random;
}

export interface SampledEffects {
  /** Float64Array (nOutputs): the mean over the background. */
  readonly base: Float64Array;
  /** Float64Array (nRows × nPlayers × nOutputs): base + the effects of a row = what the model says of it, exactly. */
  readonly effects: Float64Array;
  /** Their standard errors: how far they are from those of all orders over the same background, or less. */
  readonly errors: Float64Array;
}

/** Predictions at once: enough for a model to be fast, few enough to be small. */
const ENTRIES_AT_ONCE = 16_384;

/** How many predictions one row costs. */
export function sampledShapPredictions(nPlayers: number, nBackground: number): number {
  return 2 * (nPlayers - 1) * nBackground + 1;
}

export function sampledShap(question: SampledQuestion): SampledEffects {
  const { nPlayers, nRows, nBackground, nOutputs, entriesAtOnce = ENTRIES_AT_ONCE, random } = question;
  const atRows = predictPure(question, nRows, 1);
  const atBackground = predictPure(question, nBackground, 0);
  const base = new Float64Array(nOutputs);
  for (let i = 0; i < atBackground.length; i++) {
    base[i % nOutputs] = (base[i % nOutputs] as number) + (atBackground[i] as number) / nBackground;
  }
  const effects = new Float64Array(nRows * nPlayers * nOutputs);
  const errors = new Float64Array(nRows * nPlayers * nOutputs);
  /** Of one row: the effects in each order and its reverse. */
  const sample = new Float64Array(nBackground * nPlayers * nOutputs);
  const width = nPlayers * nOutputs;
  const summarise = (row: number) => {
    for (let at = 0; at < width; at++) {
      let mean = 0;
      for (let b = 0; b < nBackground; b++) mean += (sample[b * width + at] as number) / nBackground;
      let squares = 0;
      for (let b = 0; b < nBackground; b++) squares += ((sample[b * width + at] as number) - mean) ** 2;
      effects[row * width + at] = mean;
      errors[row * width + at] = Math.sqrt(squares / (nBackground - 1) / nBackground);
    }
  };
  const chain = nPlayers - 1;
  const perRow = Math.max(1, 2 * chain * nBackground);
  const rowsAtOnce = Math.max(1, Math.floor(Math.min(ENTRIES_AT_ONCE, entriesAtOnce) / perRow));
  for (let first = 0; first < nRows; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, nRows - first);
    const orders = Array.from({ length: count }, (_, i) =>
      Array.from({ length: nBackground }, (_, b) =>
        random.derive('order', first + i, b).permutation(nPlayers),
      ),
    );
    const said = chain === 0 ? new Float64Array() : predictChains(question, first, orders, perRow);
    orders.forEach((ofRow, i) => {
      const row = first + i;
      ofRow.forEach((order, b) => {
        for (const isReverse of [false, true]) {
          const start = (i * perRow + (2 * b + Number(isReverse)) * chain) * nOutputs;
          for (let k = 0; k < nOutputs; k++) {
            let before = atBackground[b * nOutputs + k] as number;
            for (let step = 0; step < nPlayers; step++) {
              const after =
                step === chain
                  ? (atRows[row * nOutputs + k] as number)
                  : (said[start + step * nOutputs + k] as number);
              const player = order[isReverse ? chain - step : step] as number;
              sample[(b * nPlayers + player) * nOutputs + k] =
                (isReverse ? (sample[(b * nPlayers + player) * nOutputs + k] as number) : 0) +
                (after - before) / 2;
              before = after;
            }
          }
        }
      });
      summarise(row);
    });
  }
  return { base, effects, errors };
}

/** What is said of whole rows (`known` 1) or of the background (0). */
function predictPure({ nPlayers, predict }: SampledQuestion, count: number, known: 0 | 1): Float64Array {
  const each = Uint32Array.from({ length: count }, (_, i) => i);
  const none = new Uint32Array(count);
  const mask = new Uint8Array(count * nPlayers).fill(known);
  return known ? predict(each, none, mask) : predict(none, each, mask);
}

/** Each order and its reverse, player after player, without the ends, which are whole rows. */
function predictChains(
  { nPlayers, predict }: SampledQuestion,
  firstRow: number,
  orders: readonly (readonly Uint32Array[])[],
  perRow: number,
): Float64Array {
  const entries = orders.length * perRow;
  const rows = new Uint32Array(entries);
  const backgrounds = new Uint32Array(entries);
  const known = new Uint8Array(entries * nPlayers);
  let entry = 0;
  orders.forEach((ofRow, i) => {
    ofRow.forEach((order, b) => {
      for (const isReverse of [false, true]) {
        for (let step = 0; step < nPlayers - 1; step++) {
          rows[entry] = firstRow + i;
          backgrounds[entry] = b;
          const at = entry * nPlayers;
          for (let s = 0; s <= step; s++) {
            known[at + (order[isReverse ? nPlayers - 1 - s : s] as number)] = 1;
          }
          entry++;
        }
      }
    });
  });
  return predict(rows, backgrounds, known);
}
