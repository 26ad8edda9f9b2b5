// Memory that threads share. The language's own `memory.fill` and `memory.copy` compare with the size that a thread knows
// of, and fail on one that has not heard yet that another has grown the memory; loads and stores do not.

/** @param nBytes a multiple of 16. */
// @ts-ignore: decorator
@inline
export function clear(at: usize, nBytes: usize): void {
  const zero = i64x2.splat(0);
  const end = at + nBytes;
  for (; at < end; at += 16) v128.store(at, zero);
}

/** Copies 32-bit words from [from, end), to where none is still to be read. */
// @ts-ignore: decorator
@inline
export function copyWords(from: usize, end: usize, to: usize): void {
  const lastOfFour = from + ((end - from) & ~15);
  while (from < lastOfFour) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  while (from < end) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
}
