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

const TABLE_BYTES: usize = 256 * 4;

// @ts-ignore: decorator
@inline
function addLeaf(raw: usize, row: u32, values: usize, leaves: u32): void {
  const at = raw + ((<usize>row) << 3);
  store<f64>(at, load<f64>(at) + load<f64>(values + ((<usize>ctz(leaves)) << 3)));
}

/** The same for trees of at most 32 leaves, without walking (Lucchese et al. 2015, QuickScorer): each feature's bin rules
 *  out a set of leaves, and of those that no feature rules out the leftmost is the row's. */
export function addSmallTree(
  tables: usize,
  features: usize,
  nFeatures: u32,
  values: usize,
  rowBins: usize,
  rowStride: u32,
  start: u32,
  end: u32,
  raw: usize,
): void {
  const stride = <usize>rowStride;
  const last = features + ((<usize>nFeatures) << 2);
  let row = start;
  for (; row + 4 <= end; row += 4) {
    const bins = rowBins + <usize>row * stride;
    let a: u32 = 0xffffffff;
    let b: u32 = 0xffffffff;
    let c: u32 = 0xffffffff;
    let d: u32 = 0xffffffff;
    let table = tables;
    for (let k = features; k < last; k += 4, table += TABLE_BYTES) {
      const at = bins + <usize>load<u32>(k);
      a &= load<u32>(table + ((<usize>load<u8>(at)) << 2));
      b &= load<u32>(table + ((<usize>load<u8>(at + stride)) << 2));
      c &= load<u32>(table + ((<usize>load<u8>(at + 2 * stride)) << 2));
      d &= load<u32>(table + ((<usize>load<u8>(at + 3 * stride)) << 2));
    }
    addLeaf(raw, row, values, a);
    addLeaf(raw, row + 1, values, b);
    addLeaf(raw, row + 2, values, c);
    addLeaf(raw, row + 3, values, d);
  }
  for (; row < end; row++) {
    const bins = rowBins + <usize>row * stride;
    let leaves: u32 = 0xffffffff;
    let table = tables;
    for (let k = features; k < last; k += 4, table += TABLE_BYTES) {
      leaves &= load<u32>(table + ((<usize>load<u8>(bins + <usize>load<u32>(k))) << 2));
    }
    addLeaf(raw, row, values, leaves);
  }
}
