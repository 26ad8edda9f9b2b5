// Sorting the values that thresholds are taken from, and looking values up among the thresholds.
import { clear } from '../memory';

/** Sorts what is no NaN to the front, drawn in to at most `limit` from zero. Returns how many there are. */
export function sortPresent(values: usize, n: u32, limit: f64, spare: usize, counts: usize): u32 {
  const nPresent = keepPresent(values, n, limit);
  sortNumbers(values, nPresent, spare, counts);
  return nPresent;
}

/** Keeps their order. */
function keepPresent(values: usize, n: u32, limit: f64): u32 {
  let to = values;
  const end = values + ((<usize>n) << 3);
  for (let from = values; from < end; from += 8) {
    const x = load<f64>(from);
    const low = select<f64>(limit, x, x > limit);
    store<f64>(to, select<f64>(-limit, low, low < -limit));
    to += <usize>(x == x) << 3;
  }
  return <u32>((to - values) >> 3);
}

const DIGIT_BITS: u32 = 11;
const N_DIGITS: u32 = 6;
const N_BUCKETS: u32 = 1 << DIGIT_BITS;

/** Least-significant-digit radix sort over the order-preserving integer image of doubles. A digit that all values share
 *  needs no pass: whole numbers of small range take two or three of the six. */
function sortNumbers(values: usize, n: u32, spare: usize, counts: usize): void {
  clear(counts, (<usize>(N_BUCKETS * N_DIGITS)) << 2);
  for (let i: u32 = 0; i < n; i++) {
    const at = values + ((<usize>i) << 3);
    const key = toKey(load<u64>(at));
    store<u64>(at, key);
    for (let d: u32 = 0; d < N_DIGITS; d++) {
      const count = counts + ((<usize>(d * N_BUCKETS + digit(key, d))) << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
  }
  let from = values;
  let to = spare;
  for (let d: u32 = 0; d < N_DIGITS; d++) {
    const bucket = counts + ((<usize>(d * N_BUCKETS)) << 2);
    if (n > 0 && load<u32>(bucket + ((<usize>digit(load<u64>(from), d)) << 2)) == n) continue;
    let sum: u32 = 0;
    for (let b: u32 = 0; b < N_BUCKETS; b++) {
      const at = bucket + ((<usize>b) << 2);
      const count = load<u32>(at);
      store<u32>(at, sum);
      sum += count;
    }
    for (let i: u32 = 0; i < n; i++) {
      const key = load<u64>(from + ((<usize>i) << 3));
      const at = bucket + ((<usize>digit(key, d)) << 2);
      const place = load<u32>(at);
      store<u32>(at, place + 1);
      store<u64>(to + ((<usize>place) << 3), key);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  for (let i: u32 = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    store<u64>(values + at, fromKey(load<u64>(from + at)));
  }
}

// @ts-ignore: decorator
@inline
function digit(key: u64, d: u32): u32 {
  return <u32>(key >> <u64>(d * DIGIT_BITS)) & (N_BUCKETS - 1);
}

/** Negative numbers are ordered backwards by their bits, so those are flipped; of the others only the sign is. */
// @ts-ignore: decorator
@inline
function toKey(bits: u64): u64 {
  return bits ^ (<u64>((<i64>bits) >> 63) | 0x8000000000000000);
}

// @ts-ignore: decorator
@inline
function fromKey(key: u64): u64 {
  return key ^ (<u64>((<i64>~key) >> 63) | 0x8000000000000000);
}

/** Counts the thresholds below a value, two at a time: of every sixteenth first, then of the sixteen where it belongs.
 *  Eight halvings would have eight loads wait for each other. A NaN is greater than no threshold. */
export function binNumbers(values: usize, n: u32, thresholds: usize, missingBin: u32, bins: usize): void {
  if (n == 0) return;
  const pivots0 = everySixteenth(thresholds, 0);
  const pivots1 = everySixteenth(thresholds, 1);
  const pivots2 = everySixteenth(thresholds, 2);
  const pivots3 = everySixteenth(thresholds, 3);
  const pivots4 = everySixteenth(thresholds, 4);
  const pivots5 = everySixteenth(thresholds, 5);
  const pivots6 = everySixteenth(thresholds, 6);
  const pivots7 = everySixteenth(thresholds, 7);
  let i: u32 = 0;
  do {
    const x = v128.load64_splat(values + ((<usize>i) << 3));
    const sixteens = -total(
      f64x2.gt(x, pivots0),
      f64x2.gt(x, pivots1),
      f64x2.gt(x, pivots2),
      f64x2.gt(x, pivots3),
      f64x2.gt(x, pivots4),
      f64x2.gt(x, pivots5),
      f64x2.gt(x, pivots6),
      f64x2.gt(x, pivots7),
    );
    const at = thresholds + ((<usize>sixteens) << 7);
    const ones = -total(
      f64x2.gt(x, v128.load(at)),
      f64x2.gt(x, v128.load(at, 16)),
      f64x2.gt(x, v128.load(at, 32)),
      f64x2.gt(x, v128.load(at, 48)),
      f64x2.gt(x, v128.load(at, 64)),
      f64x2.gt(x, v128.load(at, 80)),
      f64x2.gt(x, v128.load(at, 96)),
      f64x2.gt(x, v128.load(at, 112)),
    );
    const missing = i64x2.extract_lane(f64x2.ne(x, x), 0) & <i64>missingBin;
    store<u8>(bins + <usize>i, <u8>((sixteens << 4) + ones + missing));
    i++;
  } while (i < n);
}

// @ts-ignore: decorator
@inline
function everySixteenth(thresholds: usize, pair: u32): v128 {
  const at = thresholds + ((<usize>pair) << 8);
  return f64x2.replace_lane(v128.load64_splat(at + 120), 1, load<f64>(at + 248));
}

/** Comparisons that hold are -1. */
// @ts-ignore: decorator
@inline
function total(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): i64 {
  const first = i64x2.add(i64x2.add(a, b), i64x2.add(c, d));
  const second = i64x2.add(i64x2.add(e, f), i64x2.add(g, h));
  const both = i64x2.add(first, second);
  return i64x2.extract_lane(both, 0) + i64x2.extract_lane(both, 1);
}

const BLOCK: u32 = 64;

/** Column-major to row-major, 64 rows at a time so that every line of both is touched once. */
export function transposeBins(
  columns: usize,
  nRows: u32,
  nFeatures: u32,
  from: u32,
  to: u32,
  rows: usize,
  rowStride: u32,
): void {
  for (let start = from; start < to; start += BLOCK) {
    const end = min(start + BLOCK, to);
    for (let f: u32 = 0; f < nFeatures; f++) {
      const column = columns + <usize>f * <usize>nRows;
      let cell = rows + <usize>start * <usize>rowStride + <usize>f;
      for (let i = start; i < end; i++, cell += rowStride) store<u8>(cell, load<u8>(column + <usize>i));
    }
  }
}
