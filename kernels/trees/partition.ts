// Divides a node's rows between its children, keeping their order.

export function numberRows(rows: usize, n: u32): void {
  let numbers = i32x4(0, 1, 2, 3);
  let i: u32 = 0;
  for (; i + 4 <= n; i += 4) {
    v128.store(rows + ((<usize>i) << 2), numbers);
    numbers = i32x4.add(numbers, i32x4.splat(4));
  }
  for (; i < n; i++) store<u32>(rows + ((<usize>i) << 2), i);
}

export function partitionRows(
  column: usize,
  goesLeft: usize,
  rows: usize,
  start: u32,
  end: u32,
  leftOut: usize,
  rightOut: usize,
): u32 {
  if (start == end) return 0;
  let left = leftOut;
  let right = rightOut;
  let at = rows + ((<usize>start) << 2);
  const last = rows + ((<usize>end) << 2);
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
  return <u32>((left - leftOut) >> 2);
}

export function addLeafValue(rows: usize, start: u32, end: u32, value: f64, raw: usize): void {
  for (let i = start; i < end; i++) {
    const at = raw + ((<usize>load<u32>(rows + ((<usize>i) << 2))) << 3);
    store<f64>(at, load<f64>(at) + value);
  }
}
