// Sums of gradients per bin. A cell is 16 bytes, two 64-bit integers that one SIMD addition updates:
//
//     | gradient | hessian << countBits | count |
//
// Integers make the sums exact and independent of their order, so any number of threads gives the same bits.

/** Rows are copied here, a few at a time, before they are summed: the copying loop keeps many cache misses in flight,
 *  the summing loop would wait for each. */
const CHUNK_BYTES: u32 = 8192;
const MAX_CHUNK_ROWS: u32 = 128;

export function addToHistogram(
  rowBins: usize,
  rowStride: u32,
  gradients: usize,
  rows: usize,
  start: u32,
  end: u32,
  features: usize,
  nFeatures: u32,
  countBits: i32,
  scratch: usize,
  histogram: usize,
): void {
  const chunkRows: u32 = max(1, min(MAX_CHUNK_ROWS, CHUNK_BYTES / rowStride));
  const cells = scratch;
  const chunk = scratch + ((<usize>MAX_CHUNK_ROWS) << 4);
  const last = features + ((<usize>nFeatures) << 3);
  const lastOfFour = features + ((<usize>(nFeatures & ~3)) << 3);
  for (let i = start; i < end; i += chunkRows) {
    const n = min(chunkRows, end - i);
    gather(rowBins, rowStride, gradients, rows + ((<usize>i) << 2), n, countBits, cells, chunk);
    let row = chunk;
    for (let r: u32 = 0; r < n; r++, row += rowStride) {
      const cell = v128.load(cells + ((<usize>r) << 4));
      let k = features;
      for (; k < lastOfFour; k += 32) {
        add(histogram, row, k, cell);
        add(histogram, row, k + 8, cell);
        add(histogram, row, k + 16, cell);
        add(histogram, row, k + 24, cell);
      }
      for (; k < last; k += 8) add(histogram, row, k, cell);
    }
  }
}

// @ts-ignore: decorator
@inline
function add(histogram: usize, row: usize, feature: usize, cell: v128): void {
  const at = histogram + load<u32>(feature, 4) + ((<usize>load<u8>(row + load<u32>(feature))) << 4);
  v128.store(at, i64x2.add(v128.load(at), cell));
}

// @ts-ignore: decorator
@inline
function gather(
  rowBins: usize,
  rowStride: u32,
  gradients: usize,
  rows: usize,
  n: u32,
  countBits: i32,
  cells: usize,
  chunk: usize,
): void {
  let to = chunk;
  for (let r: u32 = 0; r < n; r++) {
    const row = load<u32>(rows + ((<usize>r) << 2));
    const from = rowBins + <usize>row * <usize>rowStride;
    for (let b: u32 = 0; b < rowStride; b += 16) v128.store(to + b, v128.load(from + b));
    to += rowStride;
    const pair = gradients + ((<usize>row) << 3);
    const hessian = ((<i64>load<i32>(pair, 4)) << countBits) | 1;
    const cell = cells + ((<usize>r) << 4);
    store<i64>(cell, <i64>load<i32>(pair));
    store<i64>(cell, hessian, 8);
  }
}

export function subtractHistogram(histogram: usize, sibling: usize, nBytes: u32): void {
  for (let at: usize = 0; at < nBytes; at += 16) {
    v128.store(histogram + at, i64x2.sub(v128.load(histogram + at), v128.load(sibling + at)));
  }
}

export function mergeHistogram(histogram: usize, other: usize, from: u32, to: u32): void {
  for (let at: usize = from; at < to; at += 16) {
    v128.store(histogram + at, i64x2.add(v128.load(histogram + at), v128.load(other + at)));
  }
}

export function sumGradients(
  gradients: usize,
  rows: usize,
  start: u32,
  end: u32,
  countBits: i32,
  out: usize,
): void {
  let gradient: i64 = 0;
  let hessian: i64 = 0;
  for (let i = start; i < end; i++) {
    const pair = gradients + ((<usize>load<u32>(rows + ((<usize>i) << 2))) << 3);
    gradient += <i64>load<i32>(pair);
    hessian += <i64>load<i32>(pair, 4);
  }
  store<i64>(out, gradient);
  store<i64>(out, (hessian << countBits) | <i64>(end - start), 8);
}
