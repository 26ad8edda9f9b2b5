// Grows a whole tree of a forest in one call, and walks rows through such trees.
//
// A row at work is an entry of 16 bytes. It moves with its node, so that only its bin must be looked up elsewhere:
//
//     | u32 row | f32 weight | f64 weight × value |         where leaves hold a mean
//     | u32 row | f32 weight | u32 class | u32 unused |     where leaves hold the shares of classes
//
// A node is 8 bytes:
//
//     | bits 0-21 feature, 22-29 bin, 30 missing values go left, 31 categorical | u32 left child, or leaf |
//
// Bins up to the node's go left; the right child follows the left one. A leaf has bin 255, which no inner node has.

const LEAF: u32 = 255 << 22;
const MISSING_LEFT_BIT: u32 = 30;
const CATEGORICAL_BIT: u32 = 31;

/** With fewer rows the bins that they fall into are noted while summing; with more, all bins are looked through. */
const FEW_ROWS: u32 = 128;

const MISSING_RIGHT: u32 = 0;
const MISSING_LEFT: u32 = 1;
/** No row of the node says where missing values belong: they go with the majority. */
const MISSING_UNKNOWN: u32 = 2;

// What a tree is grown from, and the room to do it in; filled from TypeScript.
@unmanaged
class Growth {
  /** Of the node being searched: its weight, and the sum of weighted values, or of the squares of its class weights. */
  weight: f64;
  sum: f64;
  columns: u32;
  missingBins: u32;
  categorical: u32;
  nFeatures: u32;
  nCandidates: u32;
  order: u32;
  entries: u32;
  spare: u32;
  nRows: u32;
  /** 0 where leaves hold a mean. */
  nClasses: u32;
  /** Leaves that are there from the start: one per pure class. */
  nSharedLeaves: u32;
  minSamplesLeaf: u32;
  maxDepth: u32;
  maxLeaves: u32;
  randomThresholds: u32;
  seed: u32;
  nodes: u32;
  leaves: u32;
  open: u32;
  /** f64 pairs (256), u32 (256), u32 (256) and bits (256), all zero between features; then u8 (256). */
  cells: u32;
  counts: u32;
  places: u32;
  mask: u32;
  occupied: u32;
  /** u8 (nRows), and 8 bytes a row. */
  bins: u32;
  sorted: u32;
  /** f64 (nClasses), zero between nodes; f64 (nClasses), zero between features. */
  totals: u32;
  lefts: u32;
  nNodes: u32;
  nLeaves: u32;
}

// A node that is still to be split, and its best split.
@unmanaged
class Open {
  /** What both children score; after the search, how much more than the node. */
  score: f64;
  node: u32;
  start: u32;
  end: u32;
  depth: u32;
  feature: i32;
  bin: u32;
  missing: u32;
  unused: u32;
}
const OPEN_BYTES: usize = 40;

// @ts-ignore: decorator
@inline
function openAt(g: Growth, i: u32): Open {
  return changetype<Open>(<usize>g.open + <usize>i * OPEN_BYTES);
}

// @ts-ignore: decorator
@inline
function entryAt(g: Growth, i: u32): usize {
  return <usize>g.entries + ((<usize>i) << 4);
}

// @ts-ignore: decorator
@inline
function rowOf(entry: usize): usize {
  return <usize>load<u32>(entry);
}

// @ts-ignore: decorator
@inline
function weightOf(entry: usize): f64 {
  return <f64>load<f32>(entry, 4);
}

/** Where a number of a class lies. */
// @ts-ignore: decorator
@inline
function classAt(numbers: u32, entry: usize): usize {
  return <usize>numbers + ((<usize>load<u32>(entry, 8)) << 3);
}

export function growForestTree(growth: usize): void {
  const g = changetype<Growth>(growth);
  g.nNodes = 1;
  g.nLeaves = g.nSharedLeaves;
  let nEnds: u32 = 1;
  let nOpen = settle(g, 0, 0, g.nRows, 0, 0);
  while (nOpen > 0 && (g.maxLeaves == 0 || nEnds < g.maxLeaves)) {
    if (g.maxLeaves != 0) moveBestToEnd(g, nOpen);
    nOpen--;
    const open = openAt(g, nOpen);
    const start = open.start;
    const end = open.end;
    const depth = open.depth + 1;
    const left = g.nNodes;
    const middle = divide(g, open);
    writeSplit(g, open, middle, left);
    g.nNodes += 2;
    nEnds++;
    // The smaller child is searched last and split first, so that no more than log2(nRows) nodes wait.
    if (middle - start > end - middle) {
      nOpen = settle(g, left, start, middle, depth, nOpen);
      nOpen = settle(g, left + 1, middle, end, depth, nOpen);
    } else {
      nOpen = settle(g, left + 1, middle, end, depth, nOpen);
      nOpen = settle(g, left, start, middle, depth, nOpen);
    }
  }
  for (; nOpen > 0; nOpen--) {
    const open = openAt(g, nOpen - 1);
    const isPure = measure(g, open.start, open.end);
    writeLeaf(g, open.node, open.start, isPure);
    forget(g, open.start, open.end);
  }
}

/** Best first, as in scikit-learn, where the number of leaves is limited. */
function moveBestToEnd(g: Growth, nOpen: u32): void {
  let best = nOpen - 1;
  for (let i = best; i > 0; i--) if (openAt(g, i - 1).score > openAt(g, best).score) best = i - 1;
  const from = changetype<usize>(openAt(g, best));
  const to = changetype<usize>(openAt(g, nOpen - 1));
  for (let at: usize = 0; at < OPEN_BYTES; at += 8) {
    const word = load<u64>(from + at);
    store<u64>(from + at, load<u64>(to + at));
    store<u64>(to + at, word);
  }
}

/** Makes a leaf of a node, or opens it with its best split. Returns how many nodes are open then. */
function settle(g: Growth, node: u32, start: u32, end: u32, depth: u32, nOpen: u32): u32 {
  const isPure = measure(g, start, end);
  let splits = false;
  if (!isPure && end - start >= 2 * g.minSamplesLeaf && (g.maxDepth == 0 || depth < g.maxDepth)) {
    const open = openAt(g, nOpen);
    open.node = node;
    open.start = start;
    open.end = end;
    open.depth = depth;
    search(g, open);
    splits = open.feature >= 0;
    open.score -= g.nClasses == 0 ? (g.sum * g.sum) / g.weight : g.sum / g.weight;
  }
  if (!splits) writeLeaf(g, node, start, isPure);
  forget(g, start, end);
  return splits ? nOpen + 1 : nOpen;
}

/** Sums the rows of a node. Returns whether all have one value. */
function measure(g: Growth, start: u32, end: u32): bool {
  const first = entryAt(g, start);
  const last = entryAt(g, end);
  let weight: f64 = 0;
  let sum: f64 = 0;
  if (g.nClasses == 0) {
    const firstWeight = weightOf(first);
    const firstSum = load<f64>(first, 8);
    let differs = 0;
    for (let entry = first; entry < last; entry += 16) {
      const w = weightOf(entry);
      const wy = load<f64>(entry, 8);
      weight += w;
      sum += wy;
      // Weights and values are single floats, so that equal values give equal products to the last bit.
      differs |= i32(wy * firstWeight != firstSum * w);
    }
    g.weight = weight;
    g.sum = sum;
    return differs == 0;
  }
  let nPresent: u32 = 0;
  for (let entry = first; entry < last; entry += 16) {
    const w = weightOf(entry);
    const at = classAt(g.totals, entry);
    const total = load<f64>(at);
    nPresent += u32(total == 0);
    weight += w;
    sum += w * (2 * total + w);
    store<f64>(at, total + w);
  }
  g.weight = weight;
  g.sum = sum;
  return nPresent < 2;
}

/** Takes the class weights of a node back. */
function forget(g: Growth, start: u32, end: u32): void {
  if (g.nClasses == 0) return;
  const last = entryAt(g, end);
  for (let entry = entryAt(g, start); entry < last; entry += 16) store<f64>(classAt(g.totals, entry), 0);
}

function writeLeaf(g: Growth, node: u32, start: u32, isPure: bool): void {
  let leaf: u32;
  if (isPure && g.nSharedLeaves != 0) {
    leaf = g.nClasses == 0 ? u32(g.sum != 0) : load<u32>(entryAt(g, start), 8);
  } else {
    leaf = g.nLeaves++;
    if (g.nClasses == 0) {
      store<f32>(<usize>g.leaves + ((<usize>leaf) << 2), <f32>(g.sum / g.weight));
    } else {
      const shares = <usize>g.leaves + ((<usize>leaf * <usize>g.nClasses) << 2);
      for (let k: u32 = 0; k < g.nClasses; k++) {
        const total = load<f64>(<usize>g.totals + ((<usize>k) << 3));
        store<f32>(shares + ((<usize>k) << 2), <f32>(total / g.weight));
      }
    }
  }
  const at = <usize>g.nodes + ((<usize>node) << 3);
  store<u32>(at, LEAF);
  store<u32>(at, leaf, 4);
}

function writeSplit(g: Growth, open: Open, middle: u32, left: u32): void {
  let missing = open.missing;
  if (missing == MISSING_UNKNOWN) {
    missing = middle - open.start > open.end - middle ? MISSING_LEFT : MISSING_RIGHT;
  }
  const feature = <u32>open.feature;
  const categorical = <u32>load<u8>(<usize>g.categorical + <usize>feature);
  const at = <usize>g.nodes + ((<usize>open.node) << 3);
  store<u32>(
    at,
    feature | (open.bin << 22) | (missing << MISSING_LEFT_BIT) | (categorical << CATEGORICAL_BIT),
  );
  store<u32>(at, left, 4);
}

/** Divides the rows of a node, keeping their order. Returns where the right child's begin. */
function divide(g: Growth, open: Open): u32 {
  const column = columnOf(g, open.feature);
  const missingBin = <u32>load<u8>(<usize>g.missingBins + <usize>open.feature);
  const bin = open.bin;
  const missingLeft = u32(open.missing == MISSING_LEFT);
  const first = entryAt(g, open.start);
  const last = entryAt(g, open.end);
  let left = first;
  let right = <usize>g.spare;
  for (let entry = first; entry < last; entry += 16) {
    const b = <u32>load<u8>(column + rowOf(entry));
    const goesLeft = <usize>(u32(b <= bin) | (u32(b == missingBin) & missingLeft));
    const moved = v128.load(entry);
    v128.store(left, moved);
    v128.store(right, moved);
    left += goesLeft << 4;
    right += (1 - goesLeft) << 4;
  }
  memory.copy(left, <usize>g.spare, right - <usize>g.spare);
  return open.start + <u32>((left - first) >> 4);
}

// @ts-ignore: decorator
@inline
function columnOf(g: Growth, feature: u32): usize {
  return <usize>load<u32>(<usize>g.columns + ((<usize>feature) << 2));
}

/** A uniform number below `n`. The generator is scikit-learn's (xorshift, Marsaglia 2003). */
function below(g: Growth, n: u32): u32 {
  let x = g.seed;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  g.seed = x;
  return <u32>(((<u64>x) * (<u64>n)) >> 32);
}

/** Tries features in random order: as many as asked for, and more while none of them can split the node. */
function search(g: Growth, open: Open): void {
  open.score = -Infinity;
  open.feature = -1;
  const n = g.nFeatures;
  for (let k: u32 = 0; k < n && (k < g.nCandidates || open.feature < 0); k++) {
    const here = <usize>g.order + ((<usize>k) << 2);
    const there = <usize>g.order + ((<usize>(k + below(g, n - k))) << 2);
    const feature = load<u32>(there);
    store<u32>(there, load<u32>(here));
    store<u32>(here, feature);
    if (g.randomThresholds) tryRandomThreshold(g, open, feature);
    else if (g.nClasses == 0) tryMeans(g, open, feature);
    else tryClasses(g, open, feature);
  }
}

/** Takes a split over if it is legal and scores more. The higher the score, the lower the children's variance, or their
 *  Gini impurity. */
// @ts-ignore: decorator
@inline
function judge(
  g: Growth,
  open: Open,
  feature: u32,
  bin: u32,
  missing: u32,
  nLeft: u32,
  leftWeight: f64,
  leftSquares: f64,
  rightSquares: f64,
): void {
  const n = open.end - open.start;
  if (nLeft < g.minSamplesLeaf || n - nLeft < g.minSamplesLeaf) return;
  const rightWeight = g.weight - leftWeight;
  const score = leftSquares / leftWeight + rightSquares / rightWeight;
  if (!(score > open.score)) return;
  open.score = score;
  open.feature = feature;
  open.bin = bin;
  open.missing = missing;
}

/** Halfway between a bin and the next one that rows fall into; past the last, all present values. */
// @ts-ignore: decorator
@inline
function halfway(g: Growth, i: u32, nPresent: u32, missingBin: u32): u32 {
  if (i + 1 == nPresent) return missingBin - 1;
  const occupied = <usize>g.occupied + <usize>i;
  return (<u32>load<u8>(occupied) + <u32>load<u8>(occupied, 1) - 1) >> 1;
}

// @ts-ignore: decorator
@inline
function count(g: Growth, bin: u32): void {
  const at = <usize>g.counts + ((<usize>bin) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

// @ts-ignore: decorator
@inline
function countOf(g: Growth, bin: u32): u32 {
  return load<u32>(<usize>g.counts + ((<usize>bin) << 2));
}

// @ts-ignore: decorator
@inline
function mark(g: Growth, bin: u32): void {
  const at = <usize>g.mask + <usize>((bin >> 6) << 3);
  store<u64>(at, load<u64>(at) | ((<u64>1) << <u64>(bin & 63)));
}

/** Lists the bins that have been counted, ascending. Returns how many there are. */
function listOccupied(g: Growth, n: u32, missingBin: u32): u32 {
  let to = <usize>g.occupied;
  if (n < FEW_ROWS) {
    for (let word: u32 = 0; word < 4; word++) {
      const at = <usize>g.mask + ((<usize>word) << 3);
      let bits = load<u64>(at);
      store<u64>(at, 0);
      for (; bits != 0; bits &= bits - 1) store<u8>(to++, <u8>((word << 6) + <u32>ctz(bits)));
    }
  } else {
    for (let bin: u32 = 0; bin <= missingBin; bin++) {
      store<u8>(to, <u8>bin);
      to += <usize>(countOf(g, bin) != 0);
    }
  }
  return <u32>(to - <usize>g.occupied);
}

/** The best threshold on a feature where leaves hold means. */
function tryMeans(g: Growth, open: Open, feature: u32): void {
  const column = columnOf(g, feature);
  const missingBin = <u32>load<u8>(<usize>g.missingBins + <usize>feature);
  const n = open.end - open.start;
  const last = entryAt(g, open.end);
  const few = n < FEW_ROWS;
  for (let entry = entryAt(g, open.start); entry < last; entry += 16) {
    const bin = <u32>load<u8>(column + rowOf(entry));
    const cell = <usize>g.cells + ((<usize>bin) << 4);
    const pair = f64x2.replace_lane(f64x2.splat(weightOf(entry)), 1, load<f64>(entry, 8));
    v128.store(cell, f64x2.add(v128.load(cell), pair));
    count(g, bin);
    if (few) mark(g, bin);
  }
  const nOccupied = listOccupied(g, n, missingBin);
  if (nOccupied > 1) sweepBothSides(g, open, feature, nOccupied, missingBin);
  for (let i: u32 = 0; i < nOccupied; i++) {
    const bin = <u32>load<u8>(<usize>g.occupied + <usize>i);
    v128.store(<usize>g.cells + ((<usize>bin) << 4), i64x2.splat(0));
    store<u32>(<usize>g.counts + ((<usize>bin) << 2), 0);
  }
}

/** Tries every threshold, with missing rows on the right and on the left; where no row lacks a value, once. */
function sweepBothSides(g: Growth, open: Open, feature: u32, nOccupied: u32, missingBin: u32): void {
  const nPresent = nOccupied - 1;
  if (<u32>load<u8>(<usize>g.occupied + <usize>nPresent) != missingBin) {
    sweep(g, open, feature, nOccupied, nPresent, missingBin, MISSING_UNKNOWN);
    return;
  }
  sweep(g, open, feature, nPresent, nPresent, missingBin, MISSING_RIGHT);
  sweep(g, open, feature, nPresent, nPresent - 1, missingBin, MISSING_LEFT);
}

/** Moves bin after bin to the left side and judges each state. */
function sweep(
  g: Growth,
  open: Open,
  feature: u32,
  nPresent: u32,
  nThresholds: u32,
  missingBin: u32,
  missing: u32,
): void {
  if (g.nClasses == 0) sweepMeans(g, open, feature, nPresent, nThresholds, missingBin, missing);
  else sweepClasses(g, open, feature, nPresent, nThresholds, missingBin, missing);
}

function sweepMeans(
  g: Growth,
  open: Open,
  feature: u32,
  nPresent: u32,
  nThresholds: u32,
  missingBin: u32,
  missing: u32,
): void {
  const minSamples = g.minSamplesLeaf;
  const n = open.end - open.start;
  const weight = g.weight;
  const sum = g.sum;
  let leftWeight: f64 = 0;
  let left: f64 = 0;
  let nLeft: u32 = 0;
  if (missing == MISSING_LEFT) {
    const cell = <usize>g.cells + ((<usize>missingBin) << 4);
    leftWeight = load<f64>(cell);
    left = load<f64>(cell, 8);
    nLeft = countOf(g, missingBin);
  }
  let best = open.score;
  let bestAt: i32 = -1;
  for (let i: u32 = 0; i < nThresholds; i++) {
    const bin = <u32>load<u8>(<usize>g.occupied + <usize>i);
    const cell = <usize>g.cells + ((<usize>bin) << 4);
    leftWeight += load<f64>(cell);
    left += load<f64>(cell, 8);
    nLeft += countOf(g, bin);
    if (nLeft < minSamples) continue;
    if (n - nLeft < minSamples) break;
    const right = sum - left;
    const score = (left * left) / leftWeight + (right * right) / (weight - leftWeight);
    if (score > best) {
      best = score;
      bestAt = i;
    }
  }
  if (bestAt < 0) return;
  open.score = best;
  open.feature = feature;
  open.bin = halfway(g, bestAt, nPresent, missingBin);
  open.missing = missing;
}

/** The best threshold where leaves hold class shares: rows are sorted by counting, then moved to the left side one by
 *  one. A row costs the same however many classes there are. */
function tryClasses(g: Growth, open: Open, feature: u32): void {
  const column = columnOf(g, feature);
  const missingBin = <u32>load<u8>(<usize>g.missingBins + <usize>feature);
  const n = open.end - open.start;
  const first = entryAt(g, open.start);
  const last = entryAt(g, open.end);
  const few = n < FEW_ROWS;
  let to = <usize>g.bins;
  for (let entry = first; entry < last; entry += 16, to++) {
    const bin = <u32>load<u8>(column + rowOf(entry));
    store<u8>(to, <u8>bin);
    count(g, bin);
    if (few) mark(g, bin);
  }
  const nOccupied = listOccupied(g, n, missingBin);
  if (nOccupied > 1) {
    let place: u32 = 0;
    for (let i: u32 = 0; i < nOccupied; i++) {
      const bin = <u32>load<u8>(<usize>g.occupied + <usize>i);
      store<u32>(<usize>g.places + ((<usize>bin) << 2), place);
      place += countOf(g, bin);
    }
    let from = <usize>g.bins;
    for (let entry = first; entry < last; entry += 16, from++) {
      const at = <usize>g.places + ((<usize>load<u8>(from)) << 2);
      const rank = load<u32>(at);
      store<u32>(at, rank + 1);
      const sorted = <usize>g.sorted + ((<usize>rank) << 3);
      store<u32>(sorted, load<u32>(entry, 8));
      store<u32>(sorted, load<u32>(entry, 4), 4);
    }
    sweepBothSides(g, open, feature, nOccupied, missingBin);
  }
  for (let i: u32 = 0; i < nOccupied; i++) {
    store<u32>(<usize>g.counts + ((<usize>load<u8>(<usize>g.occupied + <usize>i)) << 2), 0);
  }
}

function sweepClasses(
  g: Growth,
  open: Open,
  feature: u32,
  nPresent: u32,
  nThresholds: u32,
  missingBin: u32,
  missing: u32,
): void {
  const n = open.end - open.start;
  let leftWeight: f64 = 0;
  let leftSquares: f64 = 0;
  let rightSquares = g.sum;
  let nLeft: u32 = 0;
  let bestAt: i32 = -1;
  const before = open.score;
  for (let i: i32 = missing == MISSING_LEFT ? -1 : 0; i < <i32>nThresholds; i++) {
    // Missing rows were sorted last.
    const nMissing = i < 0 ? countOf(g, missingBin) : 0;
    const start = i < 0 ? n - nMissing : missing == MISSING_LEFT ? nLeft - countOf(g, missingBin) : nLeft;
    const nMoved = i < 0 ? nMissing : countOf(g, <u32>load<u8>(<usize>g.occupied + <usize>i));
    let at = <usize>g.sorted + ((<usize>start) << 3);
    const end = at + ((<usize>nMoved) << 3);
    for (; at < end; at += 8) {
      const k = (<usize>load<u32>(at)) << 3;
      const w = <f64>load<f32>(at, 4);
      const left = load<f64>(<usize>g.lefts + k);
      const right = load<f64>(<usize>g.totals + k) - left;
      leftWeight += w;
      leftSquares += w * (2 * left + w);
      rightSquares += w * (w - 2 * right);
      store<f64>(<usize>g.lefts + k, left + w);
    }
    nLeft += nMoved;
    if (i < 0) continue;
    const score = open.score;
    judge(g, open, feature, 0, missing, nLeft, leftWeight, leftSquares, rightSquares);
    if (open.score > score) bestAt = i;
  }
  if (open.score > before) open.bin = halfway(g, bestAt, nPresent, missingBin);
  const end = <usize>g.sorted + ((<usize>n) << 3);
  for (let at = <usize>g.sorted; at < end; at += 8) {
    store<f64>(<usize>g.lefts + ((<usize>load<u32>(at)) << 3), 0);
  }
}

/** Geurts et al. 2006: one threshold, drawn uniformly between the smallest and the largest bin at the node; missing rows
 *  go to the side that gains more. */
function tryRandomThreshold(g: Growth, open: Open, feature: u32): void {
  const column = columnOf(g, feature);
  const missingBin = <u32>load<u8>(<usize>g.missingBins + <usize>feature);
  const first = entryAt(g, open.start);
  const last = entryAt(g, open.end);
  let smallest: u32 = 256;
  let largest: u32 = 0;
  let nMissing: u32 = 0;
  let to = <usize>g.bins;
  for (let entry = first; entry < last; entry += 16, to++) {
    const bin = <u32>load<u8>(column + rowOf(entry));
    store<u8>(to, <u8>bin);
    const isMissing = bin == missingBin;
    nMissing += u32(isMissing);
    smallest = min(smallest, bin);
    largest = isMissing ? largest : max(largest, bin);
  }
  // Where all are missing, or all present ones alike, only the missing ones can be told apart.
  if (smallest == missingBin || (smallest == largest && nMissing == 0)) return;
  const bin = smallest == largest ? missingBin - 1 : smallest + below(g, largest - smallest);
  if (g.nClasses == 0) judgeMeans(g, open, feature, bin, nMissing, missingBin);
  else judgeClasses(g, open, feature, bin, nMissing, missingBin);
}

function judgeMeans(g: Growth, open: Open, feature: u32, bin: u32, nMissing: u32, missingBin: u32): void {
  const last = entryAt(g, open.end);
  let pairs = f64x2.splat(0);
  let missing = f64x2.splat(0);
  let nLeft: u32 = 0;
  let from = <usize>g.bins;
  for (let entry = entryAt(g, open.start); entry < last; entry += 16, from++) {
    const b = <u32>load<u8>(from);
    const pair = f64x2.replace_lane(f64x2.splat(weightOf(entry)), 1, load<f64>(entry, 8));
    pairs = f64x2.add(pairs, v128.and(pair, i64x2.splat(-(<i64>(b <= bin)))));
    missing = f64x2.add(missing, v128.and(pair, i64x2.splat(-(<i64>(b == missingBin)))));
    nLeft += u32(b <= bin);
  }
  judgeSums(g, open, feature, bin, nMissing == 0 ? MISSING_UNKNOWN : MISSING_RIGHT, nLeft, pairs);
  if (nMissing == 0) return;
  judgeSums(g, open, feature, bin, MISSING_LEFT, nLeft + nMissing, f64x2.add(pairs, missing));
}

function judgeSums(
  g: Growth,
  open: Open,
  feature: u32,
  bin: u32,
  missing: u32,
  nLeft: u32,
  pairs: v128,
): void {
  const left = f64x2.extract_lane(pairs, 1);
  const right = g.sum - left;
  const leftWeight = f64x2.extract_lane(pairs, 0);
  judge(g, open, feature, bin, missing, nLeft, leftWeight, left * left, right * right);
}

function judgeClasses(
  g: Growth,
  open: Open,
  feature: u32,
  bin: u32,
  nMissing: u32,
  missingBin: u32,
): void {
  const first = entryAt(g, open.start);
  const last = entryAt(g, open.end);
  let leftWeight: f64 = 0;
  let leftSquares: f64 = 0;
  let rightSquares = g.sum;
  let nLeft: u32 = 0;
  for (let pass: u32 = 0; pass < (nMissing == 0 ? 1 : 2); pass++) {
    let from = <usize>g.bins;
    for (let entry = first; entry < last; entry += 16, from++) {
      const b = <u32>load<u8>(from);
      if (pass == 0 ? b > bin : b != missingBin) continue;
      const w = weightOf(entry);
      const at = classAt(g.lefts, entry);
      const left = load<f64>(at);
      const right = load<f64>(classAt(g.totals, entry)) - left;
      leftWeight += w;
      leftSquares += w * (2 * left + w);
      rightSquares += w * (w - 2 * right);
      store<f64>(at, left + w);
      nLeft++;
    }
    const missing = pass == 1 ? MISSING_LEFT : nMissing == 0 ? MISSING_UNKNOWN : MISSING_RIGHT;
    judge(g, open, feature, bin, missing, nLeft, leftWeight, leftSquares, rightSquares);
  }
  for (let entry = first; entry < last; entry += 16) store<f64>(classAt(g.lefts, entry), 0);
}

/** Weights and weighted values per bin, for putting categories in order. */
export function sumCategories(
  column: usize,
  entries: usize,
  n: u32,
  oneClass: i32,
  cells: usize,
): void {
  const last = entries + ((<usize>n) << 4);
  for (let entry = entries; entry < last; entry += 16) {
    const cell = cells + ((<usize>load<u8>(column + rowOf(entry))) << 4);
    const w = weightOf(entry);
    const value = oneClass < 0 ? load<f64>(entry, 8) : load<u32>(entry, 8) == <u32>oneClass ? w : 0;
    store<f64>(cell, load<f64>(cell) + w);
    store<f64>(cell, load<f64>(cell, 8) + value, 8);
  }
}

export function mapBins(column: usize, n: u32, map: usize, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) store<u8>(out + i, load<u8>(map + <usize>load<u8>(column + i)));
}

// @ts-ignore: decorator
@inline
function step(nodes: usize, node: usize, bins: usize, missingBins: usize, maps: usize): usize {
  const word = load<u32>(node);
  const feature = <usize>(word & 0x3fffff);
  let bin = <u32>load<u8>(bins + feature);
  if (word >> CATEGORICAL_BIT) {
    bin = <u32>load<u8>(<usize>load<u32>(maps + (feature << 2)) + <usize>bin);
  }
  const missingLeft = u32(bin == <u32>load<u8>(missingBins + feature)) & (word >> MISSING_LEFT_BIT);
  const right = u32(bin > ((word >> 22) & 255)) & ~missingLeft;
  return select(node, nodes + ((<usize>(load<u32>(node, 4) + right)) << 3), word == LEAF);
}

// @ts-ignore: decorator
@inline
function addLeaf(node: usize, leaves: usize, nOutputs: u32, out: usize): void {
  let from = leaves + ((<usize>load<u32>(node, 4) * <usize>nOutputs) << 2);
  for (let k: u32 = 0; k < nOutputs; k++, from += 4, out += 8) {
    store<f64>(out, load<f64>(out) + <f64>load<f32>(from));
  }
}

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, i: u32): usize {
  return rows == 0 ? <usize>i : <usize>load<u32>(rows + ((<usize>i) << 2));
}

/** Adds each row's leaf to its sums, four rows at a time so that they wait for memory together. */
export function addForestTree(
  nodes: usize,
  missingBins: usize,
  maps: usize,
  leaves: usize,
  nOutputs: u32,
  rowBins: usize,
  rowStride: u32,
  rows: usize,
  n: u32,
  out: usize,
): void {
  const stride = <usize>rowStride;
  const outStride = (<usize>nOutputs) << 3;
  let i: u32 = 0;
  for (; i + 4 <= n; i += 4) {
    const p = rowAt(rows, i);
    const q = rowAt(rows, i + 1);
    const r = rowAt(rows, i + 2);
    const s = rowAt(rows, i + 3);
    let a = nodes;
    let b = nodes;
    let c = nodes;
    let d = nodes;
    while (true) {
      const nextA = step(nodes, a, rowBins + p * stride, missingBins, maps);
      const nextB = step(nodes, b, rowBins + q * stride, missingBins, maps);
      const nextC = step(nodes, c, rowBins + r * stride, missingBins, maps);
      const nextD = step(nodes, d, rowBins + s * stride, missingBins, maps);
      const moved = (a ^ nextA) | (b ^ nextB) | (c ^ nextC) | (d ^ nextD);
      a = nextA;
      b = nextB;
      c = nextC;
      d = nextD;
      if (moved == 0) break;
    }
    addLeaf(a, leaves, nOutputs, out + p * outStride);
    addLeaf(b, leaves, nOutputs, out + q * outStride);
    addLeaf(c, leaves, nOutputs, out + r * outStride);
    addLeaf(d, leaves, nOutputs, out + s * outStride);
  }
  for (; i < n; i++) {
    const row = rowAt(rows, i);
    let node = nodes;
    while (load<u32>(node) != LEAF) node = step(nodes, node, rowBins + row * stride, missingBins, maps);
    addLeaf(node, leaves, nOutputs, out + row * outStride);
  }
}
