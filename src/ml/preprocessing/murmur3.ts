/** MurmurHash3 x86 32-bit (Austin Appleby, public domain): a fast hash that spreads texts evenly over buckets. */

/** Bytes of the text being hashed, reused; grows as needed. */
let buffer = new Uint8Array(256);

/** Hash of the text's UTF-8 bytes with seed 0, as a signed 32-bit integer (scikit-learn's `murmurhash3_32`). */
export function murmur3(text: string): number {
  const n = writeUtf8(text);
  let h = 0;
  const nBlocks = n >>> 2;
  for (let i = 0; i < nBlocks; i++) {
    const at = i * 4;
    const k = buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16) | (buffer[at + 3] << 24);
    h ^= scrambled(k);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = n - 1; i >= nBlocks * 4; i--) tail = (tail << 8) | buffer[i];
  if (n % 4 > 0) h ^= scrambled(tail);
  h ^= n;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function scrambled(k: number): number {
  const spread = Math.imul(k, 0xcc9e2d51);
  return Math.imul((spread << 15) | (spread >>> 17), 0x1b873593);
}

/** @returns the number of bytes written. A lone surrogate is written as the replacement character. */
function writeUtf8(text: string): number {
  if (buffer.length < text.length * 3) buffer = new Uint8Array(text.length * 6);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.codePointAt(i) as number;
    if (point > 0xffff) i++;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) buffer[n++] = point;
    else if (point < 0x800) {
      buffer[n++] = 0xc0 | (point >> 6);
      buffer[n++] = 0x80 | (point & 0x3f);
    } else if (point < 0x10000) {
      buffer[n++] = 0xe0 | (point >> 12);
      buffer[n++] = 0x80 | ((point >> 6) & 0x3f);
      buffer[n++] = 0x80 | (point & 0x3f);
    } else {
      buffer[n++] = 0xf0 | (point >> 18);
      buffer[n++] = 0x80 | ((point >> 12) & 0x3f);
      buffer[n++] = 0x80 | ((point >> 6) & 0x3f);
      buffer[n++] = 0x80 | (point & 0x3f);
    }
  }
  return n;
}
