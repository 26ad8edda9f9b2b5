/** Signs that labels are wrong, from probabilities of models that did not know the row. All are estimates: where a problem
 *  is hard, a rightly labelled row can look like a wrong one. */
import { wilsonInterval } from './wilson.ts';

/** Confident learning (Northcutt, Jiang and Chuang 2021): a row is suspected where some other class than its label has a
 *  probability above that class's usual one, and the greatest of those that have.
 *  @param target     Float64Array (nRows): class indices. @param prediction Float64Array (nRows × nClasses).
 *  @returns the suspected rows, ascending. */
export function suspectedLabels(
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
): Uint32Array {
  const usual = new Float64Array(nClasses);
  const counts = new Float64Array(nClasses);
  for (let row = 0; row < target.length; row++) {
    const k = target[row];
    usual[k] += prediction[row * nClasses + k];
    counts[k]++;
  }
  for (let k = 0; k < nClasses; k++)
    usual[k] = counts[k] > 0 ? usual[k] / counts[k] : Number.POSITIVE_INFINITY;
  const suspected: number[] = [];
  for (let row = 0; row < target.length; row++) {
    let confident = -1;
    for (let k = 0; k < nClasses; k++) {
      const p = prediction[row * nClasses + k];
      if (p >= usual[k] && (confident < 0 || p > prediction[row * nClasses + confident])) confident = k;
    }
    if (confident >= 0 && confident !== target[row]) suspected.push(row);
  }
  return Uint32Array.from(suspected);
}

/** Share of the rows that are looked at on each class's sure side, and how few of them say nothing. */
const SURE_SHARE = 0.1;
const LEAST_ROWS = 20;

export interface NoiseFloor {
  /** Of the surest rows, how many are labelled otherwise. */
  readonly contradicted: number;
  readonly of: number;
  /** 95% interval of the share. */
  readonly low: number;
  readonly high: number;
}

/** The share of wrong labels that the surest rows show: where a model is as sure as it ever gets, what contradicts it is
 *  mostly a wrong label (anchor points, Liu and Tao 2016). Taken for each class, and the lowest counts, so that a class
 *  which is hard to tell is not taken for badly labelled.
 *  @returns null where no class has enough rows to say anything. */
export function noiseFloor(
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
): NoiseFloor | null {
  let floor: NoiseFloor | null = null;
  for (let k = 0; k < nClasses; k++) {
    const rows = Uint32Array.from(target, (_, row) => row);
    rows.sort((a, b) => prediction[b * nClasses + k] - prediction[a * nClasses + k]);
    let taken = 0;
    for (const actual of target) if (actual === k) taken += SURE_SHARE;
    const of = Math.floor(taken + 1e-9);
    if (of < LEAST_ROWS) continue;
    const contradicted = rows.subarray(0, of).reduce((sum, row) => sum + (target[row] === k ? 0 : 1), 0);
    if (floor && contradicted / of >= floor.contradicted / floor.of) continue;
    floor = { contradicted, of, ...wilsonInterval(contradicted / of, of, 0.95) };
  }
  return floor;
}

/** Of equal rows with different labels, all but those of the commonest label are wrong for every model.
 *  @param clusters Int32Array (nRows): equal numbers mark equal rows.
 *  @returns how many rows lie in such clusters, and how many no model can get right. */
export function conflictingDuplicates(
  target: Float64Array,
  clusters: Int32Array,
): { readonly rows: number; readonly lost: number } {
  const labels = new Map<number, Map<number, number>>();
  for (let row = 0; row < target.length; row++) {
    const counts = labels.get(clusters[row]) ?? new Map<number, number>();
    counts.set(target[row], (counts.get(target[row]) ?? 0) + 1);
    labels.set(clusters[row], counts);
  }
  let rows = 0;
  let lost = 0;
  for (const counts of labels.values()) {
    if (counts.size < 2) continue;
    const sizes = [...counts.values()];
    const all = sizes.reduce((sum, size) => sum + size, 0);
    rows += all;
    lost += all - Math.max(...sizes);
  }
  return { rows, lost };
}
