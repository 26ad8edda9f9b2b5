// Sums of gradients per bin. A cell is 16 bytes, two 64-bit integers that one SIMD addition updates:
//
//     | gradient | hessian << countBits | count |
//
// Integers make the sums exact and independent of their order, so any number of threads gives the same bits.
import { clear } from '../memory';

/** Rows are summed a chunk at a time, octet by octet: so many rows that the cells of an octet are used often once they are
 *  in the nearest cache, and so few that their places stay in the next one. */
const MAX_CHUNK_ROWS: u32 = 2048;
const MAX_CHUNK_PLACES_BYTES: u32 = 131072;
const MAX_CHUNK_OCTETS: u32 = 32;

/** Lists a power of two apart would share lines of the cache. */
const APART_BYTES: usize = 64;

/** Rows are brought from memory a batch at a time, in loops so short that the processor waits for many of them together. */
const BATCH_ROWS: u32 = 256;

// Up to eight features of one tree whose bins lie in one vector of a row: their cells fit the nearest cache.
@unmanaged
class Octet {
  /** Bytes from the octet's first cell to that of each feature, eight 16-bit numbers. */
  offsets0: i64;
  offsets1: i64;
  /** Their places in the vector, eight bytes. */
  selection: i64;
  /** Bytes from the start of a row to the vector. */
  vector: u32;
  nFeatures: u32;
  /** Bytes from the start of the histogram to the first cell. */
  firstCell: u32;
  /** Whether the features follow each other, and eight bytes from the first one's place lie in the vector. */
  isRun: u32;
}
const OCTET_BYTES: usize = 40;

export function addToHistogram(
  rowBins: usize,
  rowStride: u32,
  gradients: usize,
  rows: usize,
  start: u32,
  end: u32,
  octets: usize,
  nOctets: u32,
  countBits: i32,
  scratch: usize,
  histogram: usize,
): void {
  const addresses = scratch;
  const sums = addresses + ((<usize>BATCH_ROWS) << 2);
  const places = sums + ((<usize>MAX_CHUNK_ROWS) << 4);
  for (let first: u32 = 0; first < nOctets; first += MAX_CHUNK_OCTETS) {
    const last = min(first + MAX_CHUNK_OCTETS, nOctets);
    const chunkRows = min(MAX_CHUNK_ROWS, (MAX_CHUNK_PLACES_BYTES >> 4) / (last - first));
    const listBytes = ((<usize>chunkRows) << 4) + APART_BYTES;
    for (let i = start; i < end; i += chunkRows) {
      const n = min(chunkRows, end - i);
      for (let j: u32 = 0; j < n; j += BATCH_ROWS) {
        const these = rows + ((<usize>(i + j)) << 2);
        const batch = min(BATCH_ROWS, n - j);
        const at = (<usize>j) << 4;
        locateRows(rowBins, rowStride, these, batch, addresses);
        gatherGradients(gradients, these, batch, countBits, sums + at);
        for (let o = first; o < last; o++) {
          gatherPlaces(octetAt(octets, o), addresses, batch, places + <usize>(o - first) * listBytes + at);
        }
      }
      for (let o = first; o < last; o++) {
        const octet = octetAt(octets, o);
        const cells = histogram + <usize>octet.firstCell;
        sumChunk(sums, places + <usize>(o - first) * listBytes, n, octet.nFeatures, cells);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function octetAt(octets: usize, o: u32): Octet {
  return changetype<Octet>(octets + <usize>o * OCTET_BYTES);
}

/** Where each row's bins lie. */
// @ts-ignore: decorator
@inline
function locateRows(rowBins: usize, rowStride: u32, rows: usize, n: u32, addresses: usize): void {
  let from = rows;
  let to = addresses;
  const end = addresses + ((<usize>n) << 2);
  do {
    store<u32>(to, <u32>(rowBins + <usize>load<u32>(from) * <usize>rowStride));
    from += 4;
    to += 4;
  } while (to < end);
}

/** What each row adds to a cell. */
// @ts-ignore: decorator
@inline
function gatherGradients(gradients: usize, rows: usize, n: u32, countBits: i32, sums: usize): void {
  const shift = <i64>countBits;
  let from = rows;
  let sum = sums;
  const end = sums + ((<usize>n) << 4);
  do {
    const pair = gradients + ((<usize>load<u32>(from)) << 3);
    store<i64>(sum, <i64>load<i32>(pair));
    store<i64>(sum, ((<i64>load<i32>(pair, 4)) << shift) | 1, 8);
    from += 4;
    sum += 16;
  } while (sum < end);
}

/** Where the cells of the features of an octet lie, eight 16-bit numbers a row. */
// @ts-ignore: decorator
@inline
function gatherPlaces(octet: Octet, addresses: usize, n: u32, places: usize): void {
  const selection = v128.load64_zero(changetype<usize>(octet) + 16);
  const offsets = v128.load(changetype<usize>(octet));
  const vector = <usize>octet.vector;
  let at = addresses;
  let to = places;
  const end = places + ((<usize>n) << 4);
  if (octet.isRun) {
    const run = vector + <usize>(octet.selection & 255);
    do {
      const bins = v128.load8x8_u(<usize>load<u32>(at) + run);
      v128.store(to, i16x8.add(i16x8.shl(bins, 4), offsets));
      at += 4;
      to += 16;
    } while (to < end);
    return;
  }
  do {
    const bins = i8x16.swizzle(v128.load(<usize>load<u32>(at) + vector), selection);
    v128.store(to, i16x8.add(i16x8.shl(i16x8.extend_low_i8x16_u(bins), 4), offsets));
    at += 4;
    to += 16;
  } while (to < end);
}

// @ts-ignore: decorator
@inline
function sumChunk(sums: usize, places: usize, n: u32, nFeatures: u32, cells: usize): void {
  let at = places;
  let from = sums;
  const end = sums + ((<usize>n) << 4);
  if (nFeatures == 8) {
    do {
      const sum = v128.load(from);
      add(cells, at, 0, sum);
      add(cells, at, 2, sum);
      add(cells, at, 4, sum);
      add(cells, at, 6, sum);
      add(cells, at, 8, sum);
      add(cells, at, 10, sum);
      add(cells, at, 12, sum);
      add(cells, at, 14, sum);
      at += 16;
      from += 16;
    } while (from < end);
    return;
  }
  do {
    const sum = v128.load(from);
    let next = at;
    if (nFeatures & 4) {
      add(cells, next, 0, sum);
      add(cells, next, 2, sum);
      add(cells, next, 4, sum);
      add(cells, next, 6, sum);
      next += 8;
    }
    if (nFeatures & 2) {
      add(cells, next, 0, sum);
      add(cells, next, 2, sum);
      next += 4;
    }
    if (nFeatures & 1) add(cells, next, 0, sum);
    at += 16;
    from += 16;
  } while (from < end);
}

// @ts-ignore: decorator
@inline
function add(cells: usize, places: usize, offset: usize, sum: v128): void {
  const at = cells + <usize>load<u16>(places + offset);
  v128.store(at, i64x2.add(v128.load(at), sum));
}

export function clearHistogram(histogram: usize, nBytes: u32): void {
  clear(histogram, nBytes);
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
