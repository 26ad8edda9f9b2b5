/** A k-d tree (Bentley 1975; Friedman, Bentley and Finkel 1977) over packed rows: the k nearest, exactly.
 *
 *  Every node is halved at the median of its widest feature, down to the same depth everywhere. A node's range of rows
 *  so follows from their number alone, nodes lie in heap order (children of node i: 2i + 1, 2i + 2), and a stored tree
 *  is no more than its rows in their order. Each node has the box that its rows lie in.
 *
 *  In many dimensions few boxes can be left out, and the search comes close to looking at every row; that it then gives
 *  up on a row as soon as it is too far keeps it ahead of plain brute force. */
import { everyRow } from '../data/rows.ts';

/** Rows per leaf at most. */
const LEAF_ROWS = 24;

/** Features after which a distance is compared with what it must not exceed; a multiple of four. */
const CHECK_EVERY = 16;

export interface Tree {
  readonly nRows: number;
  readonly stride: number;
  /** Float32Array (nRows × stride), in the order of the tree. */
  readonly cells: Float32Array;
  /** Uint32Array (nRows): which row each was before. Of rows at the same distance the first is nearer. */
  readonly order: Uint32Array;
  readonly depth: number;
  /** Float32Array (nNodes × 2 × stride): least values of the node's rows, then largest. */
  readonly boxes: Float32Array;
}

/** O(nRows × log(nRows) × stride). @param cells Float32Array (nRows × stride), finite; not kept. */
export function growTree(cells: Float32Array, nRows: number, stride: number): Tree {
  const order = everyRow(nRows);
  const depth = depthOf(nRows);
  const halve = (start: number, end: number, levels: number): void => {
    if (levels === 0) return;
    const middle = (start + end) >>> 1;
    partition(order, start, end, middle, cells, stride, widestFeature(order, start, end, cells, stride));
    halve(start, middle, levels - 1);
    halve(middle, end, levels - 1);
  };
  halve(0, nRows, depth);
  const sorted = new Float32Array(nRows * stride);
  order.forEach((row, i) => {
    sorted.set(cells.subarray(row * stride, (row + 1) * stride), i * stride);
  });
  return treeOf(sorted, order, stride);
}

/** The tree of rows that are in its order already. */
export function treeOf(cells: Float32Array, order: Uint32Array, stride: number): Tree {
  const nRows = order.length;
  const depth = depthOf(nRows);
  const boxes = new Float32Array((2 ** (depth + 1) - 1) * 2 * stride);
  const box = (node: number, start: number, end: number, levels: number): void => {
    const low = node * 2 * stride;
    boxes.fill(Number.POSITIVE_INFINITY, low, low + stride);
    boxes.fill(Number.NEGATIVE_INFINITY, low + stride, low + 2 * stride);
    if (levels > 0) {
      const middle = (start + end) >>> 1;
      box(2 * node + 1, start, middle, levels - 1);
      box(2 * node + 2, middle, end, levels - 1);
      widen(boxes, low, stride, boxes, (2 * node + 1) * 2 * stride, (2 * node + 1) * 2 * stride + stride);
      widen(boxes, low, stride, boxes, (2 * node + 2) * 2 * stride, (2 * node + 2) * 2 * stride + stride);
    } else {
      for (let i = start; i < end; i++) widen(boxes, low, stride, cells, i * stride, i * stride);
    }
  };
  box(0, 0, nRows, depth);
  return { nRows, stride, cells, order, depth, boxes };
}

/** The nearest rows found, nearest first; belongs to the search, which overwrites it. */
export interface Nearest {
  n: number;
  /** Squared Euclidean distances. */
  readonly squares: Float64Array;
  /** Positions in the tree's order. */
  readonly positions: Uint32Array;
}

/** @returns a search for the `k` rows nearest to a packed row, by (distance, row before the tree was made).
 *  `except` is a position that is passed over. Keeps no memory beyond the k. */
export function searcher(tree: Tree, k: number): (query: Float32Array, except?: number) => Nearest {
  const { nRows, stride, cells, order, depth, boxes } = tree;
  const nearest: Nearest = { n: 0, squares: new Float64Array(k), positions: new Uint32Array(k) };
  const { squares, positions } = nearest;
  let query: Float32Array = new Float32Array(stride);
  let passedOver = -1;
  /** A row, or a box, farther than this cannot matter. */
  let limit = Number.POSITIVE_INFINITY;

  function offer(position: number): void {
    const square = squaredDistance(query, cells, position * stride, stride, limit);
    if (square > limit) return;
    const full = nearest.n === k;
    if (full && square === limit && order[position] > order[positions[k - 1]]) return;
    let at = full ? k - 1 : nearest.n++;
    for (; at > 0; at--) {
      const before = squares[at - 1];
      if (before < square || (before === square && order[positions[at - 1]] < order[position])) break;
      squares[at] = before;
      positions[at] = positions[at - 1];
    }
    squares[at] = square;
    positions[at] = position;
    if (nearest.n === k) limit = squares[k - 1];
  }

  function visit(node: number, start: number, end: number, levels: number): void {
    if (levels === 0) {
      for (let position = start; position < end; position++) if (position !== passedOver) offer(position);
      return;
    }
    const middle = (start + end) >>> 1;
    const left = squaredDistanceToBox(query, boxes, (2 * node + 1) * 2 * stride, stride, limit);
    const right = squaredDistanceToBox(query, boxes, (2 * node + 2) * 2 * stride, stride, limit);
    if (left <= right) {
      if (left <= limit) visit(2 * node + 1, start, middle, levels - 1);
      if (right <= limit) visit(2 * node + 2, middle, end, levels - 1);
    } else {
      if (right <= limit) visit(2 * node + 2, middle, end, levels - 1);
      if (left <= limit) visit(2 * node + 1, start, middle, levels - 1);
    }
  }

  return (packedRow, except = -1) => {
    query = packedRow;
    passedOver = except;
    nearest.n = 0;
    limit = Number.POSITIVE_INFINITY;
    visit(0, 0, nRows, depth);
    return nearest;
  };
}

/** The squared distance of two packed rows, or infinity once it is known to exceed `limit`. */
function squaredDistance(
  a: Float32Array,
  b: Float32Array,
  bStart: number,
  stride: number,
  limit: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let j = 0; j < stride; ) {
    const stop = Math.min(stride, j + CHECK_EVERY);
    for (; j < stop; j += 4) {
      const d0 = a[j] - b[bStart + j];
      const d1 = a[j + 1] - b[bStart + j + 1];
      const d2 = a[j + 2] - b[bStart + j + 2];
      const d3 = a[j + 3] - b[bStart + j + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    if (s0 + s1 + (s2 + s3) > limit) return Number.POSITIVE_INFINITY;
  }
  return s0 + s1 + (s2 + s3);
}

/** The squared distance to a box, summed like that to a row: so rounding never makes it the larger one of the two. */
function squaredDistanceToBox(
  a: Float32Array,
  boxes: Float32Array,
  low: number,
  stride: number,
  limit: number,
): number {
  const high = low + stride;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let j = 0; j < stride; ) {
    const stop = Math.min(stride, j + CHECK_EVERY);
    for (; j < stop; j += 4) {
      const d0 = outside(a[j], boxes[low + j], boxes[high + j]);
      const d1 = outside(a[j + 1], boxes[low + j + 1], boxes[high + j + 1]);
      const d2 = outside(a[j + 2], boxes[low + j + 2], boxes[high + j + 2]);
      const d3 = outside(a[j + 3], boxes[low + j + 3], boxes[high + j + 3]);
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    if (s0 + s1 + (s2 + s3) > limit) return Number.POSITIVE_INFINITY;
  }
  return s0 + s1 + (s2 + s3);
}

function outside(x: number, low: number, high: number): number {
  return x < low ? low - x : x > high ? x - high : 0;
}

/** The least depth with at most LEAF_ROWS rows in every leaf. */
function depthOf(nRows: number): number {
  let depth = 0;
  while (Math.ceil(nRows / 2 ** depth) > LEAF_ROWS) depth++;
  return depth;
}

/** Widens the box at `out` by another box, or by a row, which is a box without width. */
function widen(
  out: Float32Array,
  at: number,
  stride: number,
  from: Float32Array,
  low: number,
  high: number,
): void {
  for (let j = 0; j < stride; j++) {
    if (from[low + j] < out[at + j]) out[at + j] = from[low + j];
    if (from[high + j] > out[at + stride + j]) out[at + stride + j] = from[high + j];
  }
}

function widestFeature(
  order: Uint32Array,
  start: number,
  end: number,
  cells: Float32Array,
  stride: number,
): number {
  const box = new Float32Array(2 * stride);
  box.fill(Number.POSITIVE_INFINITY, 0, stride);
  box.fill(Number.NEGATIVE_INFINITY, stride);
  for (let i = start; i < end; i++) widen(box, 0, stride, cells, order[i] * stride, order[i] * stride);
  let widest = 0;
  for (let j = 1; j < stride; j++) {
    if (box[stride + j] - box[j] > box[stride + widest] - box[widest]) widest = j;
  }
  return widest;
}

/** Moves rows so that none before `middle` is larger in `feature` than one after it (Hoare's selection). */
function partition(
  order: Uint32Array,
  start: number,
  end: number,
  middle: number,
  cells: Float32Array,
  stride: number,
  feature: number,
): void {
  let left = start;
  let right = end - 1;
  while (left < right) {
    const pivot = cells[order[(left + right) >>> 1] * stride + feature];
    let i = left;
    let j = right;
    while (i <= j) {
      while (cells[order[i] * stride + feature] < pivot) i++;
      while (cells[order[j] * stride + feature] > pivot) j--;
      if (i <= j) {
        const swap = order[i];
        order[i++] = order[j];
        order[j--] = swap;
      }
    }
    if (middle <= j) right = j;
    else if (middle >= i) left = i;
    else return;
  }
}
