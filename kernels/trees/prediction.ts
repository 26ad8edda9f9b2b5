// Walks rows through a tree. A node is 48 bytes:
//
//     | u32 offset of the feature's column | u32 left child (0: a leaf) | f64 value | 32 bytes: one bit per bin, set for left |
//
// so that thresholds, sets of categories and missing values are one and the same test. The right child follows the left.

const NODE_BYTES: usize = 48;

// @ts-ignore: decorator
@inline
function step(nodes: usize, node: usize, columns: usize, nRows: usize, row: usize): usize {
  const bin = <u32>load<u8>(columns + <usize>load<u32>(node) * nRows + row);
  const word = load<u32>(node + ((<usize>(bin >> 5)) << 2), 16);
  const right = ((word >> (bin & 31)) & 1) ^ 1;
  return nodes + <usize>(load<u32>(node, 4) + right) * NODE_BYTES;
}

/** Adds each row's leaf value to its raw prediction; bins are column-major. */
export function addTree(nodes: usize, columns: usize, nRows: u32, start: u32, end: u32, raw: usize): void {
  for (let row = start; row < end; row++) {
    let node = nodes;
    while (load<u32>(node, 4) != 0) node = step(nodes, node, columns, <usize>nRows, <usize>row);
    const at = raw + ((<usize>row) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(node, 8));
  }
}
