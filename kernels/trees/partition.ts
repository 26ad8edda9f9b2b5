// Which rows a thread has to itself, and how a node's rows are divided between its children, keeping their order.
import { copyWords } from '../memory';

/** The rows of a share: every `nShares`-th stripe from the `share`-th on. Returns how many there are. */
export function numberRows(rows: usize, nRows: u32, rowsPerStripe: u32, share: u32, nShares: u32): u32 {
  let to = rows;
  for (let start = share * rowsPerStripe; start < nRows; start += nShares * rowsPerStripe) {
    const end = min(start + rowsPerStripe, nRows);
    let row = start;
    let numbers = i32x4.add(i32x4.splat(row), i32x4(0, 1, 2, 3));
    for (; row + 4 <= end; row += 4, to += 16) {
      v128.store(to, numbers);
      numbers = i32x4.add(numbers, i32x4.splat(4));
    }
    for (; row < end; row++, to += 4) store<u32>(to, row);
  }
  return <u32>((to - rows) >> 2);
}

export function partitionRows(
  column: usize,
  goesLeft: usize,
  rows: usize,
  start: u32,
  end: u32,
  spare: usize,
): u32 {
  if (start == end) return 0;
  const first = rows + ((<usize>start) << 2);
  const last = rows + ((<usize>end) << 2);
  let at = first;
  let left = first;
  let right = spare;
  do {
    const row = load<u32>(at);
    const isLeft = <usize>load<u8>(goesLeft + <usize>load<u8>(column + <usize>row));
    // Written to both sides and counted on one: no branch for the processor to guess wrong.
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft << 2;
    right += (1 - isLeft) << 2;
    at += 4;
  } while (at < last);
  copyWords(spare, right, left);
  return <u32>((left - first) >> 2);
}

// The rows of a leaf and what it adds to their predictions.
@unmanaged
class Leaf {
  start: u32;
  end: u32;
  value: f64;
}
const LEAF_BYTES: usize = 16;

export function addLeafValues(leaves: usize, nLeaves: u32, rows: usize, raw: usize): void {
  for (let i: u32 = 0; i < nLeaves; i++) {
    const leaf = changetype<Leaf>(leaves + <usize>i * LEAF_BYTES);
    const value = leaf.value;
    const end = rows + ((<usize>leaf.end) << 2);
    for (let at = rows + ((<usize>leaf.start) << 2); at < end; at += 4) {
      const sum = raw + ((<usize>load<u32>(at)) << 3);
      store<f64>(sum, load<f64>(sum) + value);
    }
  }
}
