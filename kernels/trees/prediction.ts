// Walks rows through a tree. A node is 48 bytes:
//
//     | u32 feature | u32 bytes from the tree's start to the left child | f64 value | 32 bytes: one bit per bin, set for left |
//
// so that thresholds, sets of categories and missing values are one and the same test. The right child follows the left.
// A leaf's left child is itself, and every bin goes there: all rows take as many steps as the deepest leaf needs, and no
// branch depends on the data, so that the processor works on several rows at once.

const NODE_BYTES: usize = 48;

// @ts-ignore: decorator
@inline
function step(nodes: usize, node: usize, bins: usize): usize {
  const bin = <u32>load<u8>(bins + <usize>load<u32>(node));
  const word = load<u32>(node + ((<usize>(bin >> 5)) << 2), 16);
  const right = (~(word >> (bin & 31))) & 1;
  return nodes + <usize>load<u32>(node, 4) + <usize>right * NODE_BYTES;
}

// @ts-ignore: decorator
@inline
function addValue(raw: usize, row: u32, node: usize): void {
  const at = raw + ((<usize>row) << 3);
  store<f64>(at, load<f64>(at) + load<f64>(node, 8));
}

/** Adds each row's leaf value to its raw prediction; bins are row-major. */
export function addTree(
  nodes: usize,
  depth: u32,
  rowBins: usize,
  rowStride: u32,
  start: u32,
  end: u32,
  raw: usize,
): void {
  let row = start;
  const stride = <usize>rowStride;
  for (; row + 4 <= end; row += 4) {
    const bins = rowBins + <usize>row * stride;
    let a = nodes;
    let b = nodes;
    let c = nodes;
    let d = nodes;
    for (let level: u32 = 0; level < depth; level++) {
      a = step(nodes, a, bins);
      b = step(nodes, b, bins + stride);
      c = step(nodes, c, bins + 2 * stride);
      d = step(nodes, d, bins + 3 * stride);
    }
    addValue(raw, row, a);
    addValue(raw, row + 1, b);
    addValue(raw, row + 2, c);
    addValue(raw, row + 3, d);
  }
  for (; row < end; row++) {
    let node = nodes;
    for (let level: u32 = 0; level < depth; level++) node = step(nodes, node, rowBins + <usize>row * stride);
    addValue(raw, row, node);
  }
}

// A split of a tree of few leaves, as far as it concerns eight neighbouring leaves. Bins of which
// (bin + shift), as a signed byte, is below `limit` go right, which rules out the leaves on the left.
@unmanaged
class Exclusion {
  column: u32;
  shift: i8;
  limit: i8;
  /** One bit per leaf below the left child. */
  leaves: u8;
  unused: u8;
}
const EXCLUSION_BYTES: usize = 8;

const ROWS_AT_ONCE: u32 = 64;
/** Of eight leaves each, in a word. */
const N_PARTS: u32 = 4;
/** A word per row. */
const WORDS_BYTES: usize = 4 * <usize>ROWS_AT_ONCE;

// @ts-ignore: decorator
@inline
function exclude(possible: v128, bins: usize, shift: v128, limit: v128, leaves: v128): v128 {
  const goesRight = i8x16.lt_s(i8x16.add(v128.load(bins), shift), limit);
  return v128.andnot(possible, v128.and(goesRight, leaves));
}

/** From a byte for each eight leaves to a word for all of them, for 16 rows. */
// @ts-ignore: decorator
@inline
function joinParts(a: v128, b: v128, c: v128, d: v128, out: usize): void {
  const lowFirst = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const highFirst = i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const lowLast = i8x16.shuffle(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const highLast = i8x16.shuffle(c, d, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  v128.store(out, i16x8.shuffle(lowFirst, lowLast, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(out, i16x8.shuffle(lowFirst, lowLast, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  v128.store(out, i16x8.shuffle(highFirst, highLast, 0, 8, 1, 9, 2, 10, 3, 11), 32);
  v128.store(out, i16x8.shuffle(highFirst, highLast, 4, 12, 5, 13, 6, 14, 7, 15), 48);
}

/** The same for trees of few leaves, without walking (Lucchese et al. 2015, QuickScorer; 16 rows in a vector as in
 *  Lucchese et al. 2016): each split rules out a set of leaves, and of those that no split rules out the leftmost is the
 *  row's. */
export function addSmallTree(
  exclusions: usize,
  ends: usize,
  nWords: u32,
  values: usize,
  columns: usize,
  nRows: u32,
  scratch: usize,
  raw: usize,
): void {
  const words = scratch + <usize>(N_PARTS * ROWS_AT_ONCE);
  for (let row: u32 = 0; row < nRows; row += ROWS_AT_ONCE) {
    let at = exclusions;
    for (let word: u32 = 0; word < nWords; word++) {
      at = possibleLeaves(at, exclusions, ends + ((<usize>(word * N_PARTS)) << 2), columns, row, scratch);
      for (let k: usize = 0; k < <usize>ROWS_AT_ONCE; k += 16) {
        const from = scratch + k;
        joinParts(
          v128.load(from),
          v128.load(from, 64),
          v128.load(from, 128),
          v128.load(from, 192),
          words + <usize>word * WORDS_BYTES + (k << 2),
        );
      }
    }
    const n = min(ROWS_AT_ONCE, nRows - row);
    const to = raw + ((<usize>row) << 3);
    for (let i: usize = 0; i < <usize>n; i++) {
      const leaf = firstLeaf(words + (i << 2));
      store<f64>(to + (i << 3), load<f64>(to + (i << 3)) + load<f64>(values + (leaf << 3)));
    }
  }
}

/** Of 64 rows, which of the 32 leaves of a word no split rules out: a byte per row and eight leaves. Returns the exclusions of
 *  the next word. */
// @ts-ignore: decorator
@inline
function possibleLeaves(
  first: usize,
  exclusions: usize,
  ends: usize,
  columns: usize,
  row: u32,
  to: usize,
): usize {
  const all = i8x16.splat(-1);
  let at = first;
  for (let part: usize = 0; part < <usize>N_PARTS; part++) {
    const end = exclusions + <usize>load<u32>(ends + (part << 2)) * EXCLUSION_BYTES;
    let a = all;
    let b = all;
    let c = all;
    let d = all;
    for (; at < end; at += EXCLUSION_BYTES) {
      const exclusion = changetype<Exclusion>(at);
      const bins = <usize>load<u32>(columns + ((<usize>exclusion.column) << 2)) + <usize>row;
      const shift = v128.load8_splat(at, 4);
      const limit = v128.load8_splat(at, 5);
      const leaves = v128.load8_splat(at, 6);
      a = exclude(a, bins, shift, limit, leaves);
      b = exclude(b, bins + 16, shift, limit, leaves);
      c = exclude(c, bins + 32, shift, limit, leaves);
      d = exclude(d, bins + 48, shift, limit, leaves);
    }
    const out = to + part * <usize>ROWS_AT_ONCE;
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
  return at;
}

/** One leaf is always possible. */
// @ts-ignore: decorator
@inline
function firstLeaf(words: usize): usize {
  let at = words;
  let word = load<u32>(at);
  let leaf: usize = 0;
  while (word == 0) {
    at += WORDS_BYTES;
    word = load<u32>(at);
    leaf += 32;
  }
  return leaf + <usize>ctz(word);
}

/** Looks 16 rows up in a set of bins: of the 32 bytes the one that the upper five bits name, of its bits the one that the
 *  lower three do. What is not in the set gives 0; what is gives some other number. */
export function markBins(column: usize, nRows: u32, set: usize, out: usize): void {
  const lower = v128.load(set);
  const upper = v128.load(set, 16);
  const bits = i64x2.splat(0x8040201008040201);
  for (let row: usize = 0; row < <usize>nRows; row += 16) {
    const bins = v128.load(column + row);
    const byte = i8x16.shr_u(bins, 3);
    // A swizzle gives 0 for places that are not there.
    const members = v128.or(
      i8x16.swizzle(lower, byte),
      i8x16.swizzle(upper, i8x16.sub(byte, i8x16.splat(16))),
    );
    const bit = i8x16.swizzle(bits, v128.and(bins, i8x16.splat(7)));
    v128.store(out + row, v128.and(members, bit));
  }
}
