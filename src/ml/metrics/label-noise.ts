/** Signs that labels are wrong, from probabilities of models that did not know the row. All are estimates: where a problem
 *  is hard, a rightly labelled row can look like a wrong one. */
import { risingOrder } from '../data/rising-order.ts';
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

/** Of each class so many rows are looked at on its sure side, then as many again while the labels there do not get worse. */
const BAND = 0.15;
const MOST_BANDS = 3;
/** Fewer rows of a class say nothing. */
const LEAST_ROWS = 20;
/** Standard errors by which less sure rows must be worse than surer ones to be another matter: hard rows, not wrong labels. */
const CLEARLY_WORSE = 1.28;
/** And a class than the one with the lowest share: more, since chance alone puts one of them lowest. */
const CLEARLY_WORSE_CLASS = 1.96;

export interface NoiseFloor {
  /** Of the surest rows, how many are labelled otherwise. */
  readonly contradicted: number;
  readonly of: number;
  /** 95% interval of the share. */
  readonly low: number;
  readonly high: number;
}

/** The share of wrong labels that the surest rows show: where a model is as sure as it ever gets, what contradicts it is
 *  mostly a wrong label (anchor points, Liu and Tao 2016). Taken where it is lowest, so that a class which is hard to tell is
 *  not taken for badly labelled. Wrong labels lie evenly among classes and among sure and less sure rows, while hard rows do
 *  not: so other classes count as well, and then less sure rows, as long as the share stays what it was.
 *  @returns null where no class has enough rows to say anything. */
export function noiseFloor(
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
): NoiseFloor | null {
  const bands = Array.from({ length: nClasses }, (_, k) => surestBands(target, prediction, nClasses, k))
    .filter((ofClass) => ofClass.length > 0)
    .sort((a, b) => shareOf(a[0] as Part) - shareOf(b[0] as Part));
  const [lowest, ...others] = bands;
  if (!lowest) return null;
  const alike = [lowest];
  let seen = lowest[0] as Part;
  for (const ofClass of others) {
    const first = ofClass[0] as Part;
    if (isClearlyWorse(first, seen, CLEARLY_WORSE_CLASS)) break;
    alike.push(ofClass);
    seen = join(seen, first);
  }
  for (let band = 1; band < MOST_BANDS; band++) {
    const next = alike.flatMap((ofClass) => ofClass[band] ?? []).reduce(join, { contradicted: 0, of: 0 });
    if (next.of === 0 || isClearlyWorse(next, seen, CLEARLY_WORSE)) break;
    seen = join(seen, next);
  }
  return { ...seen, ...wilsonInterval(shareOf(seen), seen.of, 0.95) };
}

/** Rows, and how many of them are labelled otherwise. */
type Part = Pick<NoiseFloor, 'contradicted' | 'of'>;

/** Of the rows that are surest to be of the class, the surest part first; none where there are too few. */
function surestBands(
  target: Float64Array,
  prediction: Float64Array,
  nClasses: number,
  k: number,
): readonly Part[] {
  const ofClass = target.reduce((sum, actual) => sum + Number(actual === k), 0);
  const of = Math.floor(BAND * ofClass + 1e-9);
  if (of < LEAST_ROWS) return [];
  const rows = risingOrder(Float64Array.from(target, (_, row) => -prediction[row * nClasses + k]));
  return Array.from({ length: MOST_BANDS }, (_, band) => {
    const part = rows.subarray(band * of, (band + 1) * of);
    return { contradicted: part.reduce((sum, row) => sum + Number(target[row] !== k), 0), of };
  });
}

function shareOf({ contradicted, of }: Part): number {
  return contradicted / of;
}

function join(a: Part, b: Part): Part {
  return { contradicted: a.contradicted + b.contradicted, of: a.of + b.of };
}

/** One share against another, in units of their pooled standard error. */
function isClearlyWorse(part: Part, than: Part, errors: number): boolean {
  const pooled = shareOf(join(part, than));
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / part.of + 1 / than.of));
  return shareOf(part) - shareOf(than) > errors * error;
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
