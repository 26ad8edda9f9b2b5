// Finds a node's best split from its histogram. Of equal gains the first feature and the lowest bin win, so the result
// depends on nothing but the sums.
import { ROUNDER } from '../math';
import { clear } from '../memory';

/** Keeps quotients finite where hessians sum to nothing. */
const TINY: f64 = 1e-15;
/** A category with fewer rows at the node is not judged on them (scikit-learn's MIN_CAT_SUPPORT). */
const MIN_CATEGORY_ROWS: u64 = 10;
/** Up to this many categories cannot be overfitted by choosing among them: all are judged, without smoothing. */
const FEW_CATEGORIES: u32 = 4;
/** Longest run of categories that may go left (LightGBM's max_cat_threshold). */
const MAX_LEFT_CATEGORIES: u32 = 32;

const CATEGORICAL: u32 = 1;

const MISSING_LEFT: u32 = 1;
const IS_CATEGORICAL: u32 = 2;

// What a search must respect; filled from TypeScript.
@unmanaged
class Search {
  gradientScale: f64;
  hessianScale: f64;
  l1: f64;
  l2: f64;
  minHessian: f64;
  minGain: f64;
  categoricalSmoothing: f64;
  categoricalL2: f64;
  /** Bounds of the children's values, where a feature above is monotonic. */
  lower: f64;
  upper: f64;
  minSamplesLeaf: u32;
  countBits: i32;
  /** 1: one random threshold per feature is judged instead of all (extremely randomised trees). */
  randomThresholds: u32;
  seed: u32;
  constrained: u32;
  scratch: u32;
}

@unmanaged
class Node {
  gradient: i64;
  hessianAndCount: i64;
  gain: f64;
  feature: i32;
  bin: i32;
  flags: u32;
  unused: u32;
  leftGradient: i64;
  leftHessianAndCount: i64;
  // 32 bytes follow: one bit per bin of a categorical split that goes left.
}
const LEFT_BINS: usize = 56;

@unmanaged
class FeatureFacts {
  nBins: u16;
  kind: u8;
  monotone: i8;
}

export function findBestSplit(
  histogram: usize,
  features: usize,
  nFeatures: u32,
  facts: usize,
  searchAt: usize,
  nodeAt: usize,
): void {
  const search = changetype<Search>(searchAt);
  const node = changetype<Node>(nodeAt);
  // While searching, `gain` holds the children's scores together, so that equals stay equal to the last bit; what the
  // node itself scores is the same for all and is taken off at the end.
  const nodeScore = scoreOfNode(node, search);
  node.gain = nodeScore + search.minGain;
  node.feature = -1;
  for (let k: u32 = 0; k < nFeatures; k++) {
    const entry = features + ((<usize>k) << 3);
    const feature = load<u32>(entry);
    const cells = histogram + load<u32>(entry, 4);
    const fact = changetype<FeatureFacts>(facts + ((<usize>feature) << 2));
    if (fact.kind == CATEGORICAL) {
      findCategoricalSplit(cells, fact.nBins, feature, search, node);
    } else if (search.randomThresholds) {
      judgeRandomThreshold(cells, fact, feature, search, node);
    } else {
      findNumericSplit(cells, fact, feature, search, node);
    }
  }
  node.gain = node.feature < 0 ? 0 : node.gain - nodeScore;
}

function scoreOfNode(node: Node, search: Search): f64 {
  const gradient = <f64>node.gradient * search.gradientScale;
  const hessian = <f64>(<i64>(<u64>node.hessianAndCount >> search.countBits)) * search.hessianScale;
  return search.constrained
    ? boundedScore(gradient, hessian, search)
    : score(gradient, hessian, search.l1, search.l2 + TINY);
}

// @ts-ignore: decorator
@inline
function gradientCell(cells: usize, bin: u32): i64 {
  return load<i64>(cells + ((<usize>bin) << 4));
}

// @ts-ignore: decorator
@inline
function hessianCell(cells: usize, bin: u32): i64 {
  return load<i64>(cells + ((<usize>bin) << 4), 8);
}

function findNumericSplit(cells: usize, fact: FeatureFacts, feature: u32, search: Search, node: Node): void {
  const nBins = <u32>fact.nBins;
  const nothing = i64x2.splat(0);
  if (hessianCell(cells, nBins) == 0) {
    scanBins(cells, nBins - 1, nothing, fact, feature, 0, search, node);
    if (node.feature == <i32>feature) node.flags = sideOfMajority(search, node);
  } else {
    scanBins(cells, nBins, nothing, fact, feature, 0, search, node);
    scanBins(cells, nBins - 1, cellOf(cells, nBins), fact, feature, MISSING_LEFT, search, node);
  }
}

/** Where no row of the node says to which side missing values belong, they go with the majority. */
function sideOfMajority(search: Search, node: Node): u32 {
  const nLeft = countOf(node.leftHessianAndCount, search.countBits);
  return 2 * nLeft > countOf(node.hessianAndCount, search.countBits) ? MISSING_LEFT : 0;
}

// @ts-ignore: decorator
@inline
function countOf(hessianAndCount: i64, countBits: i32): u64 {
  return <u64>hessianAndCount & (((<u64>1) << countBits) - 1);
}

/** Moves bin after bin to the left side, which starts with what is given, and judges each state. */
function scanBins(
  cells: usize,
  nCandidates: u32,
  sums: v128,
  fact: FeatureFacts,
  feature: u32,
  flags: u32,
  search: Search,
  node: Node,
): void {
  let best: i32;
  if (search.constrained) best = scanOneByOne(cells, 0, nCandidates, sums, fact, feature, flags, search, node);
  else if (search.l1 > 0) best = scanInFours(cells, nCandidates, sums, fact, feature, flags, search, node, true);
  else best = scanInFours(cells, nCandidates, sums, fact, feature, flags, search, node, false);
  if (best < 0) return;
  // Thresholds on both sides of empty bins are the same split of these rows. Like scikit-learn, whose second scan comes
  // from above, the lowest stands for them while missing values go right, the highest while they go left.
  if (flags & MISSING_LEFT) {
    while (<u32>best + 1 < nCandidates && hessianCell(cells, best + 1) == 0) best++;
  }
  node.bin = best;
}

/** Judges the bins from `bin` on. Returns the last one that was taken, -1 if none was. */
function scanOneByOne(
  cells: usize,
  bin: u32,
  nCandidates: u32,
  sums: v128,
  fact: FeatureFacts,
  feature: u32,
  flags: u32,
  search: Search,
  node: Node,
): i32 {
  let best: i32 = -1;
  for (; bin < nCandidates; bin++) {
    sums = i64x2.add(sums, cellOf(cells, bin));
    if (judgeBin(cells, bin, sums, fact, feature, flags, search, node)) best = bin;
  }
  return best;
}

/** Scores are compared in other units than they are judged in; what rounding alone makes worse must be judged as well. */
const ROUNDING: f64 = 1e-14;

/** The same for children without bounds, four bins at a time and without a branch that depends on which bins hold rows:
 *  in a small node few do, and no processor can guess which. Only those bins are judged that could be better than the
 *  best so far, whether they are legal or not; sums are left in the units of the histogram. */
// @ts-ignore: decorator
@inline
function scanInFours(
  cells: usize,
  nCandidates: u32,
  sums: v128,
  fact: FeatureFacts,
  feature: u32,
  flags: u32,
  search: Search,
  node: Node,
  penalised: bool,
): i32 {
  const countBits = search.countBits;
  const minSamples = <u64>search.minSamplesLeaf;
  let bin: u32 = 0;
  // Until the left side is large enough.
  for (; bin + 4 <= nCandidates; bin += 4) {
    const firstTwo = i64x2.add(cellOf(cells, bin), cellOf(cells, bin + 1));
    const lastTwo = i64x2.add(cellOf(cells, bin + 2), cellOf(cells, bin + 3));
    const next = i64x2.add(sums, i64x2.add(firstTwo, lastTwo));
    if (countIn(next, countBits) >= minSamples) break;
    sums = next;
  }
  let best: i32 = -1;
  if (bin + 4 <= nCandidates) {
    const gradient = f64x2.splat(<f64>node.gradient);
    const hessian = f64x2.splat(<f64>(<i64>(<u64>node.hessianAndCount >> countBits)));
    const l1 = f64x2.splat(search.l1 / search.gradientScale);
    const l2 = f64x2.splat((search.l2 + TINY) / search.hessianScale);
    let limit = limitOf(node, search);
    const mostOnLeft = countOf(node.hessianAndCount, countBits) - minSamples;
    // A loop that ends at its end, so that V8 computes before it what stays the same.
    do {
      const sums0 = i64x2.add(sums, cellOf(cells, bin));
      const sums1 = i64x2.add(sums0, cellOf(cells, bin + 1));
      const sums2 = i64x2.add(sums1, cellOf(cells, bin + 2));
      sums = i64x2.add(sums2, cellOf(cells, bin + 3));
      const promising0 = exceeds(limit, sums0, sums1, gradient, hessian, countBits, l1, l2, penalised);
      const promising2 = exceeds(limit, sums2, sums, gradient, hessian, countBits, l1, l2, penalised);
      if (v128.any_true(v128.or(promising0, promising2))) {
        const lanes = i64x2.bitmask(promising0) | (i64x2.bitmask(promising2) << 2);
        if (lanes & 1 && judgeBin(cells, bin, sums0, fact, feature, flags, search, node)) best = bin;
        if (lanes & 2 && judgeBin(cells, bin + 1, sums1, fact, feature, flags, search, node)) best = bin + 1;
        if (lanes & 4 && judgeBin(cells, bin + 2, sums2, fact, feature, flags, search, node)) best = bin + 2;
        if (lanes & 8 && judgeBin(cells, bin + 3, sums, fact, feature, flags, search, node)) best = bin + 3;
        limit = limitOf(node, search);
      }
      bin += 4;
      if (countIn(sums, countBits) > mostOnLeft) return best;
    } while (bin + 4 <= nCandidates);
  }
  const later = scanOneByOne(cells, bin, nCandidates, sums, fact, feature, flags, search, node);
  return later >= 0 ? later : best;
}

/** The best score so far in the units of the histogram. Divided step by step: the square of a scale may be nothing. */
// @ts-ignore: decorator
@inline
function limitOf(node: Node, search: Search): v128 {
  const perScale = node.gain / search.gradientScale / search.gradientScale;
  return f64x2.splat((1 - ROUNDING) * perScale * search.hessianScale);
}

/** Whether a / b + c / d > limit, without dividing, which is most of what a bin would cost. Two states at once: the sums
 *  of their left sides, and those of the node. */
// @ts-ignore: decorator
@inline
function exceeds(
  limit: v128,
  first: v128,
  second: v128,
  gradient: v128,
  hessian: v128,
  countBits: i32,
  l1: v128,
  l2: v128,
  penalised: bool,
): v128 {
  let left = toDoubles(v128.shuffle<i64>(first, second, 0, 2));
  let right = f64x2.sub(gradient, left);
  if (penalised) {
    left = f64x2.pmax(f64x2.splat(0), f64x2.sub(f64x2.abs(left), l1));
    right = f64x2.pmax(f64x2.splat(0), f64x2.sub(f64x2.abs(right), l1));
  }
  const leftHessian = toDoubles(i64x2.shr_u(v128.shuffle<i64>(first, second, 1, 3), countBits));
  const rightWeight = f64x2.add(f64x2.sub(hessian, leftHessian), l2);
  const leftWeight = f64x2.add(leftHessian, l2);
  const scores = f64x2.add(
    f64x2.mul(f64x2.mul(left, left), rightWeight),
    f64x2.mul(f64x2.mul(right, right), leftWeight),
  );
  return f64x2.gt(scores, f64x2.mul(limit, f64x2.mul(leftWeight, rightWeight)));
}

/** Of whole numbers of at most 51 bits and a sign. */
// @ts-ignore: decorator
@inline
function toDoubles(x: v128): v128 {
  const shifted = i64x2.add(x, i64x2.splat(reinterpret<i64>(ROUNDER)));
  return f64x2.sub(shifted, f64x2.splat(ROUNDER));
}

// @ts-ignore: decorator
@inline
function cellOf(cells: usize, bin: u32): v128 {
  return v128.load(cells + ((<usize>bin) << 4));
}

// @ts-ignore: decorator
@inline
function countIn(sums: v128, countBits: i32): u64 {
  return countOf(i64x2.extract_lane(sums, 1), countBits);
}

/** Takes the split behind a bin over if it is legal and better than the best so far. Returns whether it did.
 *  An empty bin changes neither side. (Its gradient is 0 as well.) */
// @ts-ignore: decorator
@inline
function judgeBin(
  cells: usize,
  bin: u32,
  sums: v128,
  fact: FeatureFacts,
  feature: u32,
  flags: u32,
  search: Search,
  node: Node,
): bool {
  if (hessianCell(cells, bin) == 0) return false;
  const gradient = i64x2.extract_lane(sums, 0);
  return judge(gradient, i64x2.extract_lane(sums, 1), bin, flags, fact, feature, search, node);
}

/** The size of a sum of gradients after the L1 penalty. */
// @ts-ignore: decorator
@inline
function shrink(gradient: f64, l1: f64): f64 {
  // WebAssembly's own maximum looks for NaN and signed zeros, which takes longer than the rest of a bin.
  const shrunk = abs<f64>(gradient) - l1;
  return select<f64>(shrunk, 0, shrunk > 0);
}

/** Half of it is what a leaf with these sums takes off the loss, to second order. */
// @ts-ignore: decorator
@inline
function score(gradient: f64, hessian: f64, l1: f64, l2: f64): f64 {
  const shrunk = shrink(gradient, l1);
  return (shrunk * shrunk) / (hessian + l2);
}

// @ts-ignore: decorator
@inline
function boundedValue(gradient: f64, hessian: f64, search: Search): f64 {
  const shrunk = copysign<f64>(max<f64>(abs<f64>(gradient) - search.l1, 0), gradient);
  return min(max(-shrunk / (hessian + search.l2 + TINY), search.lower), search.upper);
}

/** The same for a value that had to stay within bounds. */
function boundedScore(gradient: f64, hessian: f64, search: Search): f64 {
  const value = boundedValue(gradient, hessian, search);
  return -(2 * gradient * value + 2 * search.l1 * abs(value) + (hessian + search.l2 + TINY) * value * value);
}

function respects(
  monotone: i8,
  leftGradient: f64,
  leftHessian: f64,
  rightGradient: f64,
  rightHessian: f64,
  search: Search,
): bool {
  if (monotone == 0) return true;
  const rise =
    boundedValue(rightGradient, rightHessian, search) - boundedValue(leftGradient, leftHessian, search);
  return monotone > 0 ? rise >= 0 : rise <= 0;
}

/** Geurts et al. 2006: a threshold drawn uniformly between the smallest and the largest bin at the node; missing rows
 *  go to the side that gains more. */
function judgeRandomThreshold(
  cells: usize,
  fact: FeatureFacts,
  feature: u32,
  search: Search,
  node: Node,
): void {
  const nBins = <u32>fact.nBins;
  let first: u32 = 0;
  while (first < nBins && hessianCell(cells, first) == 0) first++;
  let last: u32 = nBins;
  while (last > first && hessianCell(cells, last - 1) == 0) last--;
  const missingGradient = gradientCell(cells, nBins);
  const missingHessian = hessianCell(cells, nBins);
  // `last` is one beyond the largest; a single bin can only be told from the missing ones.
  if (first == last || (last - first < 2 && missingHessian == 0)) return;
  const width = max<u32>(last - first - 1, 1);
  const bin = first + <u32>(((<u64>draw(search.seed, feature)) * (<u64>width)) >> 32);
  let gradient: i64 = 0;
  let hessian: i64 = 0;
  for (let b = first; b <= bin; b++) {
    gradient += gradientCell(cells, b);
    hessian += hessianCell(cells, b);
  }
  const before = node.feature;
  judge(gradient, hessian, bin, 0, fact, feature, search, node);
  if (missingHessian != 0) {
    judge(gradient + missingGradient, hessian + missingHessian, bin, MISSING_LEFT, fact, feature, search, node);
  } else if (node.feature != before) {
    node.flags = sideOfMajority(search, node);
  }
}

/** Takes the split over if it is legal and better. Returns whether it did. */
function judge(
  gradient: i64,
  hessian: i64,
  bin: u32,
  flags: u32,
  fact: FeatureFacts,
  feature: u32,
  search: Search,
  node: Node,
): bool {
  const countBits = search.countBits;
  const count = countOf(node.hessianAndCount, countBits);
  const leftCount = countOf(hessian, countBits);
  const l2 = search.l2 + (flags & IS_CATEGORICAL ? search.categoricalL2 : 0) + TINY;
  if (leftCount < <u64>search.minSamplesLeaf || count - leftCount < <u64>search.minSamplesLeaf) return false;
  const totalGradient = <f64>node.gradient * search.gradientScale;
  const totalHessian = <f64>(<i64>(<u64>node.hessianAndCount >> countBits)) * search.hessianScale;
  const leftGradient = <f64>gradient * search.gradientScale;
  const leftHessian = <f64>(<i64>(<u64>hessian >> countBits)) * search.hessianScale;
  const rightGradient = totalGradient - leftGradient;
  const rightHessian = totalHessian - leftHessian;
  if (leftHessian < search.minHessian || rightHessian < search.minHessian) return false;
  let both: f64;
  if (search.constrained) {
    if (!respects(fact.monotone, leftGradient, leftHessian, rightGradient, rightHessian, search)) return false;
    both = boundedScore(leftGradient, leftHessian, search) + boundedScore(rightGradient, rightHessian, search);
  } else {
    both = score(leftGradient, leftHessian, search.l1, l2) + score(rightGradient, rightHessian, search.l1, l2);
  }
  if (!(both > node.gain)) return false;
  node.gain = both;
  node.feature = feature;
  node.bin = bin;
  node.flags = flags;
  node.leftGradient = gradient;
  node.leftHessianAndCount = hessian;
  return true;
}

/** For a convex loss the best set of categories is a run at one end of their order by gradient / hessian (Fisher 1958),
 *  so only those runs are tried. Missing values are one more category; categories that the node has not seen, or too
 *  rarely to judge, go right. */
function findCategoricalSplit(cells: usize, nBins: u32, feature: u32, search: Search, node: Node): void {
  const ratios = <usize>search.scratch;
  const order = ratios + 256 * 8;
  let nPresent: u32 = 0;
  for (let bin: u32 = 0; bin <= nBins; bin++) nPresent += u32(hessianCell(cells, bin) != 0);
  const few = nPresent <= FEW_CATEGORIES;
  const minRows: u64 = few ? 1 : MIN_CATEGORY_ROWS;
  const smoothing = few ? TINY : search.categoricalSmoothing;
  let nOrdered: u32 = 0;
  for (let bin: u32 = 0; bin <= nBins; bin++) {
    const cell = hessianCell(cells, bin);
    if (countOf(cell, search.countBits) < minRows) continue;
    const hessian = <f64>(<i64>(<u64>cell >> search.countBits)) * search.hessianScale;
    const ratio = (<f64>gradientCell(cells, bin) * search.gradientScale) / (hessian + smoothing);
    let k = nOrdered++;
    for (; k > 0 && load<f64>(ratios + ((<usize>(k - 1)) << 3)) > ratio; k--) {
      store<f64>(ratios + ((<usize>k) << 3), load<f64>(ratios + ((<usize>(k - 1)) << 3)));
      store<u32>(order + ((<usize>k) << 2), load<u32>(order + ((<usize>(k - 1)) << 2)));
    }
    store<f64>(ratios + ((<usize>k) << 3), ratio);
    store<u32>(order + ((<usize>k) << 2), bin);
  }
  if (nOrdered < 2) return;
  const lowLimit = min(MAX_LEFT_CATEGORIES, (nOrdered + 1) >> 1);
  // The complement of a low run is no new split, and rounding must not decide which of the two is taken. Where rare
  // categories stay right it is one.
  const highLimit = min(lowLimit, nOrdered == nPresent ? nOrdered - lowLimit - 1 : nOrdered - 1);
  const lowRun = scanRuns(cells, order, 0, 1, lowLimit, feature, search, node);
  const highRun = scanRuns(cells, order, nOrdered - 1, -1, highLimit, feature, search, node);
  if (lowRun == 0 && highRun == 0) return;
  const leftBins = changetype<usize>(node) + LEFT_BINS;
  clear(leftBins, 32);
  const length = highRun > 0 ? highRun : lowRun;
  for (let k: u32 = 0; k < length; k++) {
    const bin = load<u32>(order + ((<usize>(highRun > 0 ? nOrdered - 1 - k : k)) << 2));
    const at = leftBins + <usize>(bin >> 3);
    store<u8>(at, load<u8>(at) | <u8>((<u32>1) << (bin & 7)));
  }
  const isMissingLeft = (load<u8>(leftBins + <usize>(nBins >> 3)) >> <u8>(nBins & 7)) & 1;
  const ofMissing = isMissingLeft ? MISSING_LEFT : 0;
  node.flags = IS_CATEGORICAL | (hessianCell(cells, nBins) != 0 ? ofMissing : sideOfMajority(search, node));
}

/** Tries the runs order[first], order[first + step], ... of up to `limit` categories as the left side.
 *  Returns the length of the best run, 0 if none was better. */
function scanRuns(
  cells: usize,
  order: usize,
  first: i32,
  step: i32,
  limit: u32,
  feature: u32,
  search: Search,
  node: Node,
): u32 {
  const fact = changetype<FeatureFacts>(search.scratch + 256 * 12); // no monotone direction among categories
  store<u32>(changetype<usize>(fact), 0);
  let bestRun: u32 = 0;
  let gradient: i64 = 0;
  let hessian: i64 = 0;
  for (let k: u32 = 0; k < limit; k++) {
    const bin = load<u32>(order + ((<usize>(first + <i32>k * step)) << 2));
    gradient += gradientCell(cells, bin);
    hessian += hessianCell(cells, bin);
    if (judge(gradient, hessian, 0, IS_CATEGORICAL, fact, feature, search, node)) bestRun = k + 1;
  }
  return bestRun;
}

/** A uniform 32-bit number for a node and a feature (murmur3's finaliser). */
function draw(seed: u32, feature: u32): u32 {
  let h = seed ^ (feature * 0x9e3779b9);
  h ^= h >> 16;
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  return h ^ (h >> 16);
}
