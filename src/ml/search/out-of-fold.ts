/** The rows that the folds were judged on, with what each trial said of them: what ensembles and thresholds are chosen
 *  by, since no prediction comes from a model that knew the row. */
import type { Family } from '../tuning/trial.ts';
import type { SplitTable } from './split-table.ts';

/** A trial's predictions. */
export interface Candidate {
  readonly trial: number;
  readonly family: Family;
  /** Of each fold Float32Array (validation rows × nOutputs), row-major, in the order of the split. */
  readonly predictions: readonly Float32Array[];
}

/** Where folds are drawn several times, a row is there once for each: a mean over the divisions would be what several
 *  models say together, and no such model is ever used (decision 26).
 *  @property target     Float64Array (nRows): class index or value.
 *  @property partOf      Uint8Array (nRows): the part that chooses nothing for the row when choices are cross-fitted:
 *                        its fold in the first division, or one of two halves where there is a single fold.
 *  @property predictions of each candidate Float32Array (nRows × nOutputs).
 *  @property nDifferent  rows of the table, where they are fewer.
 *  @property groups      Int32Array (nRows), where rows belong together: those of one group, or one row in all divisions.
 *  @property scale       Float64Array (nRows), where errors are measured by one. */
export interface OutOfFold {
  readonly nRows: number;
  readonly nParts: number;
  readonly nDifferent?: number;
  readonly target: Float64Array;
  readonly partOf: Uint8Array;
  readonly predictions: readonly Float32Array[];
  readonly groups?: Int32Array;
  readonly scale?: Float64Array;
}

/** Throws RangeError where predictions do not belong to this split. */
export function outOfFold(
  { target, split, material }: SplitTable,
  candidates: readonly Candidate[],
): OutOfFold {
  const sizes = split.folds.map((fold) => fold.validation.length);
  const nRows = sizes.reduce((sum, size) => sum + size, 0);
  const values = new Float64Array(nRows);
  const partOf = new Uint8Array(nRows);
  const groups = new Int32Array(nRows);
  const homeOf = new Map<number, number>();
  const { yardstick } = target;
  const scale = yardstick && new Float64Array(nRows);
  let at = 0;
  split.folds.forEach(({ validation }, fold) => {
    for (let i = 0; i < validation.length; i++, at++) {
      values[at] = target.values[validation[i]];
      const row = validation[i];
      const home = homeOf.get(row) ?? (split.folds.length > 1 ? fold : i % 2);
      homeOf.set(row, home);
      partOf[at] = home;
      groups[at] = material.groups ? material.groups[row] : row;
      if (scale && yardstick) scale[at] = yardstick.scale[validation[i]];
    }
  });
  return {
    nRows,
    nParts: partOf.reduce((most, part) => Math.max(most, part + 1), 2),
    target: values,
    partOf,
    predictions: candidates.map((candidate) => joined(candidate, sizes, target.nClasses)),
    ...(homeOf.size < nRows && { nDifferent: homeOf.size }),
    ...((material.groups || homeOf.size < nRows) && { groups }),
    ...(scale && { scale }),
  };
}

function joined({ trial, predictions }: Candidate, sizes: readonly number[], nOutputs: number): Float32Array {
  const all = new Float32Array(sizes.reduce((sum, size) => sum + size, 0) * nOutputs);
  let at = 0;
  for (const [fold, size] of sizes.entries()) {
    const part = predictions[fold];
    if (part?.length !== size * nOutputs) {
      throw new RangeError(`trial ${trial} has ${part?.length ?? 'no'} predictions of fold ${fold}`);
    }
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The numbers of the rows that are in the part, or in all others. */
export function rowsOfPart({ partOf }: OutOfFold, part: number, side: 'in' | 'out'): Uint32Array {
  const rows = new Uint32Array(partOf.length);
  let n = 0;
  for (let row = 0; row < partOf.length; row++) {
    if ((partOf[row] === part) === (side === 'in')) rows[n++] = row;
  }
  return rows.slice(0, n);
}

export function partsOf({ nParts }: OutOfFold): number[] {
  return Array.from({ length: nParts }, (_, part) => part);
}

/** Each row predicted by what the other parts chose.
 *  @param predictBy predicts all rows, Float64Array (nRows × nOutputs), by what was chosen without the part. */
export function crossFitted(
  all: OutOfFold,
  nOutputs: number,
  predictBy: (part: number) => Float64Array,
): Float64Array {
  const out = new Float64Array(all.nRows * nOutputs);
  for (const part of partsOf(all)) {
    const prediction = predictBy(part);
    for (let row = 0; row < all.nRows; row++) {
      if (all.partOf[row] !== part) continue;
      for (let k = 0; k < nOutputs; k++) out[row * nOutputs + k] = prediction[row * nOutputs + k];
    }
  }
  return out;
}

/** Some rows of row-major predictions, in that order. */
export function pickOutputs(prediction: Float32Array, rows: Uint32Array, nOutputs: number): Float32Array {
  const picked = new Float32Array(rows.length * nOutputs);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < nOutputs; k++) picked[i * nOutputs + k] = prediction[rows[i] * nOutputs + k];
  }
  return picked;
}
