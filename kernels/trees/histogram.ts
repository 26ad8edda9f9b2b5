// Sums of gradients per bin. A cell is 16 bytes, two 64-bit integers that one SIMD addition updates:
//
//     | gradient | hessian << countBits | count |
//
// Integers make the sums exact and independent of their order, so any number of threads gives the same bits.

/** Rows are copied here, a few at a time, before they are summed: the copying loop keeps many cache misses in flight,
 *  the summing loop would wait for each. */
const CHUNK_BYTES: u32 = 16384;
const MAX_CHUNK_ROWS: u32 = 128;

// 16 features of one tree: which of them it uses, and the histogram cell of each one's first bin.
@unmanaged
class Block {
  /** Moves the used features' bins to the front. */
  selection0: i64;
  selection1: i64;
  /** Eight 16-bit cell numbers, relative to the group's first cell, twice. */
  cells0: i64;
  cells1: i64;
  cells2: i64;
  cells3: i64;
  nSelected: u32;
  unused: u32;
  padding: i64;
}
const BLOCK_BYTES: usize = 64;

// Blocks whose cells can be numbered with 16 bits.
@unmanaged
class Group {
  firstBlock: u32;
  nBlocks: u32;
  nSelected: u32;
  /** Bytes from the start of the histogram to the group's first cell. */
  offset: u32;
}
const GROUP_BYTES: usize = 16;

export function addToHistogram(
  rowBins: usize,
  rowStride: u32,
  gradients: usize,
  rows: usize,
  start: u32,
  end: u32,
  groups: usize,
  nGroups: u32,
  blocks: usize,
  countBits: i32,
  scratch: usize,
  histogram: usize,
): void {
  for (let g: u32 = 0; g < nGroups; g++) {
    const group = changetype<Group>(groups + <usize>g * GROUP_BYTES);
    if (group.nSelected == 0) continue;
    const firstBlock = blocks + <usize>group.firstBlock * BLOCK_BYTES;
    const bins = rowBins + ((<usize>group.firstBlock) << 4);
    const cells = histogram + <usize>group.offset;
    const nSelected = group.nSelected;
    const chunkRows: u32 = max(1, min(MAX_CHUNK_ROWS, CHUNK_BYTES / (nSelected << 1)));
    const chunk = scratch + ((<usize>MAX_CHUNK_ROWS) << 4);
    for (let i = start; i < end; i += chunkRows) {
      const n = min(chunkRows, end - i);
      const these = rows + ((<usize>i) << 2);
      touch(bins, rowStride, gradients, these, n, scratch);
      gatherGradients(gradients, these, n, countBits, scratch);
      gatherBins(bins, rowStride, these, n, firstBlock, group.nBlocks, chunk);
      sumChunk(scratch, chunk, n, nSelected, cells);
    }
  }
}

// @ts-ignore: decorator
@inline
function sumChunk(sums: usize, chunk: usize, n: u32, nSelected: u32, cells: usize): void {
  let at = chunk;
  for (let r: u32 = 0; r < n; r++) {
    const sum = v128.load(sums + ((<usize>r) << 4));
    const last = at + ((<usize>nSelected) << 1);
    const lastOfFour = at + ((<usize>(nSelected & ~3)) << 1);
    for (; at < lastOfFour; at += 8) {
      add(cells, load<u16>(at), sum);
      add(cells, load<u16>(at, 2), sum);
      add(cells, load<u16>(at, 4), sum);
      add(cells, load<u16>(at, 6), sum);
    }
    for (; at < last; at += 2) add(cells, load<u16>(at), sum);
  }
}

// @ts-ignore: decorator
@inline
function add(cells: usize, cell: u16, sum: v128): void {
  const at = cells + ((<usize>cell) << 4);
  v128.store(at, i64x2.add(v128.load(at), sum));
}

/** Asks for every row's cache lines in as few instructions as can be, so that as many as the processor can wait for are
 *  on their way together. */
// @ts-ignore: decorator
@inline
function touch(bins: usize, rowStride: u32, gradients: usize, rows: usize, n: u32, out: usize): void {
  let sum: u32 = 0;
  for (let r: u32 = 0; r < n; r++) {
    const row = <usize>load<u32>(rows + ((<usize>r) << 2));
    sum += load<u32>(bins + row * <usize>rowStride) + load<u32>(gradients + (row << 3));
  }
  store<u32>(out, sum);
}

// @ts-ignore: decorator
@inline
function gatherGradients(gradients: usize, rows: usize, n: u32, countBits: i32, out: usize): void {
  for (let r: u32 = 0; r < n; r++) {
    const pair = gradients + ((<usize>load<u32>(rows + ((<usize>r) << 2))) << 3);
    const cell = out + ((<usize>r) << 4);
    store<i64>(cell, <i64>load<i32>(pair));
    store<i64>(cell, ((<i64>load<i32>(pair, 4)) << countBits) | 1, 8);
  }
}

/** The cell numbers of the used features, row after row. A store writes up to 32 bytes too many, which the next one
 *  overwrites. */
// @ts-ignore: decorator
@inline
function gatherBins(
  bins: usize,
  rowStride: u32,
  rows: usize,
  n: u32,
  firstBlock: usize,
  nBlocks: u32,
  chunk: usize,
): void {
  let to = chunk;
  for (let r: u32 = 0; r < n; r++) {
    let from = bins + <usize>load<u32>(rows + ((<usize>r) << 2)) * <usize>rowStride;
    let block = firstBlock;
    for (let b: u32 = 0; b < nBlocks; b++, from += 16, block += BLOCK_BYTES) {
      const selected = i8x16.swizzle(v128.load(from), v128.load(block));
      v128.store(to, i16x8.add(i16x8.extend_low_i8x16_u(selected), v128.load(block, 16)));
      v128.store(to, i16x8.add(i16x8.extend_high_i8x16_u(selected), v128.load(block, 32)), 16);
      to += (<usize>changetype<Block>(block).nSelected) << 1;
    }
  }
}

export function clearHistogram(histogram: usize, nBytes: u32): void {
  const zero = i64x2.splat(0);
  for (let at: usize = 0; at < nBytes; at += 16) v128.store(histogram + at, zero);
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
