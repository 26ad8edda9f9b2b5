/** The order of many numbers, by their bits instead of by comparisons. */

/** Of fewer, counting digits costs more than comparing. */
const FEWEST_TO_COUNT = 400;
const DIGIT_BITS = 11;
const N_DIGITS = 1 << DIGIT_BITS;
/** Three digits of each half: of 11, 11 and 10 bits. */
const N_PASSES = 6;

/** Positions of the values from the lowest to the highest; equal values stay in the order of their positions, and 0 equals -0.
 *  NaN comes last.
 *
 *  A least-significant-digit radix sort (Knuth, The Art of Computer Programming 3, 5.2.5) of the bits of the doubles, whose
 *  order is that of the numbers once the sign is seen to; digits that all values share cost nothing. O(n), about a
 *  seventh of the time that `sort` takes with a comparison.
 *  @returns Uint32Array (n). */
export function risingOrder(values: Float64Array): Uint32Array<ArrayBuffer> {
  const n = values.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (n < FEWEST_TO_COUNT) return order.sort((a, b) => compare(values[a], values[b]));
  let from = { high: new Uint32Array(n), low: new Uint32Array(n), order };
  let to = { high: new Uint32Array(n), low: new Uint32Array(n), order: new Uint32Array(n) };
  const counts = countDigits(values, from.high, from.low);
  for (let pass = 0; pass < N_PASSES; pass++) {
    const starts = counts.subarray(pass * N_DIGITS, (pass + 1) * N_DIGITS);
    const digits = pass < N_PASSES / 2 ? from.low : from.high;
    const shift = DIGIT_BITS * (pass % (N_PASSES / 2));
    if (starts[(digits[0] >>> shift) & (N_DIGITS - 1)] === n) continue;
    toStarts(starts);
    deal(digits, shift, starts, from, to);
    [from, to] = [to, from];
  }
  return from.order;
}

interface Keys {
  readonly high: Uint32Array<ArrayBuffer>;
  readonly low: Uint32Array<ArrayBuffer>;
  readonly order: Uint32Array<ArrayBuffer>;
}

/** As the bits of the doubles are ordered: NaN above all. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b || Number(a > b) - Number(a < b); // infinities have no difference
}

/** Fills in keys that rise with the values as whole numbers do.
 *  @returns Uint32Array (passes × digits): how often each digit is there. */
function countDigits(values: Float64Array, high: Uint32Array, low: Uint32Array): Uint32Array {
  const counts = new Uint32Array(N_PASSES * N_DIGITS);
  const double = new Float64Array(1);
  const halves = new Uint32Array(double.buffer);
  const mask = N_DIGITS - 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    double[0] = Number.isNaN(value) ? Number.NaN : value + 0; // -0 becomes 0
    halves[1] &= Number.isNaN(value) ? 0x7fffffff : 0xffffffff; // a NaN may have either sign
    const isNegative = value < 0;
    const h = isNegative ? ~halves[1] : halves[1] ^ 0x80000000;
    const l = isNegative ? ~halves[0] : halves[0];
    high[i] = h;
    low[i] = l;
    counts[l & mask]++;
    counts[N_DIGITS + ((l >>> DIGIT_BITS) & mask)]++;
    counts[2 * N_DIGITS + (l >>> (2 * DIGIT_BITS))]++;
    counts[3 * N_DIGITS + (h & mask)]++;
    counts[4 * N_DIGITS + ((h >>> DIGIT_BITS) & mask)]++;
    counts[5 * N_DIGITS + (h >>> (2 * DIGIT_BITS))]++;
  }
  return counts;
}

/** From how often each digit is there to where its first value goes. */
function toStarts(counts: Uint32Array): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit];
    counts[digit] = start;
    start += count;
  }
}

function deal(digits: Uint32Array, shift: number, starts: Uint32Array, from: Keys, to: Keys): void {
  const { high, low, order } = from;
  const { high: toHigh, low: toLow, order: toOrder } = to;
  for (let i = 0; i < order.length; i++) {
    const place = starts[(digits[i] >>> shift) & (N_DIGITS - 1)]++;
    toHigh[place] = high[i];
    toLow[place] = low[i];
    toOrder[place] = order[i];
  }
}
