/** Data for the tabular bench: made once from a seed, written as raw numbers, read by every contender. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../src/ml/random.ts';

/** - plain: numbers only, every row counts once.
 *  - full:  also missing values (10% of every third column), six categorical columns and row weights. */
export const VARIANTS = ['plain', 'full'] as const;
export type Variant = (typeof VARIANTS)[number];

/** What `description.json` holds, for those who read the files beside it. Each `.f32` file is little-endian float32;
 *  `train.f32` and `test.f32` hold one column after the other, with NaN where a value is missing. */
export interface DataDescription {
  readonly nTrain: number;
  readonly nTest: number;
  /** Per column: 0 for numbers, else the number of categories, coded 0, 1, 2, … */
  readonly nCategories: readonly number[];
  readonly weighted: boolean;
}

export interface DataSet extends DataDescription {
  readonly folder: string;
  /** Float64Array (nTest): 0 or 1. */
  readonly testTarget: Float64Array;
}

const SEED = 20;
/** Large at every size, so that AUCs differ by what was learned and not by which rows were judged. */
const N_TEST = 200_000;
const CATEGORIES = [3, 5, 8, 12, 25, 50];
const MISSING_SHARE = 0.1;
/** Standard deviation of the log-odds: the larger, the less is chance. */
const SIGNAL = { plain: 1.5, full: 1.8 };

/** Writes `nTrain` rows to learn from and 200,000 to be judged on into `folder`. 20 columns up to 10,000 rows, else 28. */
export async function writeDataSet(folder: string, nTrain: number, variant: Variant): Promise<DataSet> {
  const nColumns = nTrain <= 10_000 ? 20 : 28;
  const truth = new Truth(nColumns, variant);
  const train = truth.draw(nTrain, 'train');
  const test = truth.draw(N_TEST, 'test');
  const description: DataDescription = {
    nTrain,
    nTest: N_TEST,
    nCategories: truth.nCategories,
    weighted: variant === 'full',
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'train.f32'), train.columns);
  await writeFile(join(folder, 'train-target.f32'), train.target);
  await writeFile(join(folder, 'test.f32'), test.columns);
  if (description.weighted) await writeFile(join(folder, 'train-weights.f32'), train.weights);
  await writeFile(join(folder, 'description.json'), JSON.stringify(description));
  return { ...description, folder, testTarget: Float64Array.from(test.target) };
}

interface Rows {
  /** Float32Array (nRows × nColumns), column-major. */
  readonly columns: Float32Array;
  readonly target: Float32Array;
  readonly weights: Float32Array;
}

/** One addend of the log-odds: a bent column, a product of two, or a corner that two thresholds cut out. */
interface Term {
  readonly kind: 'wave' | 'valley' | 'product' | 'corner';
  readonly weight: number;
  readonly a: number;
  readonly b: number;
}

/** How outcomes depend on columns. Difficulty is that of the Higgs data with few rows (AUC about 0.77): curved and
 *  joint effects, two fifths of the columns without any, columns of few values, and a good deal of chance. */
class Truth {
  readonly nCategories: readonly number[];
  readonly #terms: readonly Term[];
  /** Per categorical column: what each category stands for in the terms. */
  readonly #levels: readonly (Float64Array | null)[];
  readonly #holeShare: number;
  readonly #signal: number;
  readonly #random: Random;
  /** Mean and standard deviation of the terms' sum, from rows that nobody sees. */
  readonly #sum: { readonly mean: number; readonly deviation: number };

  constructor(nColumns: number, variant: Variant) {
    this.#holeShare = variant === 'full' ? MISSING_SHARE : 0;
    this.#signal = SIGNAL[variant];
    this.#random = new Random(SEED).derive('tabular', nColumns);
    const random = this.#random.derive('truth');
    const order = random.permutation(nColumns);
    const useful = order.slice(0, Math.round(nColumns * 0.6));
    const pick = () => useful[random.integer(useful.length)];
    this.#terms = Array.from(useful, (a, i): Term[] => [
      { kind: i % 2 ? 'wave' : 'valley', weight: random.normal(), a, b: a },
      { kind: i % 3 ? 'product' : 'corner', weight: random.normal(), a, b: pick() },
    ]).flat();

    const categorical = new Map<number, number>();
    // Every third column in the order of usefulness: the last ones have no effect.
    const counts = variant === 'full' ? CATEGORIES : [];
    for (const [i, count] of counts.entries()) categorical.set(order[3 * i], count);
    this.nCategories = Array.from(order, (_, j) => categorical.get(j) ?? 0);
    this.#levels = this.nCategories.map((count, j) => {
      const draws = random.derive('levels', j);
      return count === 0 ? null : Float64Array.from({ length: count }, () => draws.normal());
    });
    this.#sum = this.#momentsOfSum(random.derive('moments'));
  }

  draw(nRows: number, part: string): Rows {
    const random = this.#random.derive(part);
    const holes = random.derive('holes');
    const nColumns = this.nCategories.length;
    const columns = new Float32Array(nRows * nColumns);
    const target = new Float32Array(nRows);
    const weights = new Float32Array(nRows);
    const row = { seen: new Float64Array(nColumns), meant: new Float64Array(nColumns) };
    for (let i = 0; i < nRows; i++) {
      this.#drawRow(random, row);
      for (let j = 0; j < nColumns; j++) {
        const missing = j % 3 === 0 && holes.uniform() < this.#holeShare;
        columns[j * nRows + i] = missing ? Number.NaN : row.seen[j];
      }
      const logOdds = (this.#signal * (this.#sumOfTerms(row.meant) - this.#sum.mean)) / this.#sum.deviation;
      target[i] = random.uniform() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
      weights[i] = 0.5 + random.uniform();
    }
    return { columns, target, weights };
  }

  /** @param row overwritten: what the columns show, and the standard normal number behind each of them. */
  #drawRow(random: Random, { seen, meant }: { seen: Float64Array; meant: Float64Array }): void {
    for (let j = 0; j < seen.length; j++) {
      const levels = this.#levels[j];
      if (levels) {
        seen[j] = Math.floor(levels.length * random.uniform() ** 1.5); // some categories are rare
        meant[j] = levels[seen[j]];
      } else {
        meant[j] = random.normal();
        seen[j] = observed(meant[j], j);
      }
    }
  }

  #momentsOfSum(random: Random): { mean: number; deviation: number } {
    const nColumns = this.nCategories.length;
    const row = { seen: new Float64Array(nColumns), meant: new Float64Array(nColumns) };
    const sums = Float64Array.from({ length: 20_000 }, () => {
      this.#drawRow(random, row);
      return this.#sumOfTerms(row.meant);
    });
    const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
    const squares = sums.reduce((a, b) => a + (b - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / sums.length) };
  }

  #sumOfTerms(z: Float64Array): number {
    let sum = 0;
    for (const { kind, weight, a, b } of this.#terms) {
      if (kind === 'wave') sum += weight * Math.sin(1.7 * z[a]);
      else if (kind === 'valley') sum += weight * (Math.abs(z[a]) - 0.8);
      else if (kind === 'product') sum += weight * z[a] * z[b];
      else if (z[a] > 0.3 && z[b] < 0.4) sum += 2 * weight;
    }
    return sum;
  }
}

/** Columns as they are met: most smooth, some skewed, some with few values (which stress a histogram differently). */
function observed(z: number, column: number): number {
  switch (column % 7) {
    case 2:
      return Math.exp(0.6 * z);
    case 4:
      return Math.round(8 * z) / 8;
    case 6:
      return z < -0.5 ? 0 : z < 0.8 ? 1 : 2;
    default:
      return z;
  }
}
