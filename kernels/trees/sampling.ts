// A random part of the rows. The generator is that of src/ml/random.ts.

const PER_UNIT: f64 = 1.0 / 9007199254740992.0;

/** Selection sampling (Knuth, The Art of Computer Programming 2, Algorithm S). */
export function sampleRows(rows: usize, nRows: u32, nWanted: u32, state: usize): void {
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let to = rows;
  let left = nWanted;
  for (let row: u32 = 0; left > 0; row++) {
    const first = rotl<u32>(b * 5, 7) * 9;
    let t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl<u32>(d, 11);
    const second = rotl<u32>(b * 5, 7) * 9;
    t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl<u32>(d, 11);
    const uniform = (<f64>(first >>> 5) * 67108864.0 + <f64>(second >>> 6)) * PER_UNIT;
    // Written in any case, and kept or overwritten: no branch for the processor to guess wrong.
    store<u32>(to, row);
    const isDrawn = <u32>(uniform * <f64>(nRows - row) < <f64>left);
    to += (<usize>isDrawn) << 2;
    left -= isDrawn;
  }
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}
