// A random part of the rows. The generator is that of src/ml/random.ts.

const PER_UNIT: f64 = 1.0 / 9007199254740992.0;

let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let d: u32 = 0;

// @ts-ignore: decorator
@inline
function next(): u32 {
  const scrambled = rotl<u32>(b * 5, 7) * 9;
  const t = b << 9;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= t;
  d = rotl<u32>(d, 11);
  return scrambled;
}

/** Selection sampling (Knuth, The Art of Computer Programming 2, Algorithm S). */
export function sampleRows(rows: usize, nRows: u32, nWanted: u32, state: usize): void {
  a = load<u32>(state);
  b = load<u32>(state, 4);
  c = load<u32>(state, 8);
  d = load<u32>(state, 12);
  let to = rows;
  let left = nWanted;
  for (let row: u32 = 0; left > 0; row++) {
    const high = <f64>(next() >>> 5);
    const uniform = (high * 67108864.0 + <f64>(next() >>> 6)) * PER_UNIT;
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
