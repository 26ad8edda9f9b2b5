/** The character encoding of a text file, and its conversion to UTF-8. */
import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ModelwrightError } from '../errors/errors.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

// The five bytes that Windows-1252 leaves undefined: a text in another 8-bit or East Asian encoding soon has one.
const UNDEFINED_IN_1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** @param head the file's first bytes, up to 64 KiB.
 *  @throws DATA_BINARY when the head holds bytes that no text has, DATA_ENCODING when no encoding fits. */
export async function detectEncoding(path: string, head: Uint8Array, name: string): Promise<Encoding> {
  const wide = sniffUtf16(head);
  if (wide) return wide;
  const control = head.findIndex(
    (byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 26 && byte !== 27),
  );
  if (control >= 0) throw new ModelwrightError('DATA_BINARY', { name, offset: control });
  if (await isUtf8File(path)) return 'utf-8';
  await rejectUndefinedBytes(path, name);
  return 'windows-1252';
}

/** Writes `source` as UTF-8 without a byte order mark to `destination`. */
export async function transcode(source: string, encoding: Encoding, destination: string): Promise<void> {
  const decoder = new TextDecoder(encoding);
  await pipeline(
    createReadStream(source),
    new Transform({
      transform: (chunk: Uint8Array, _, done) => done(null, decoder.decode(chunk, { stream: true })),
      flush: (done) => done(null, decoder.decode()),
    }),
    createWriteStream(destination),
  );
}

/** By byte order mark, else by zeros at every second byte of what is otherwise Latin text. */
function sniffUtf16(head: Uint8Array): Encoding | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.floor(Math.min(head.length, 4096) / 2);
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) evenZeros++;
    if (head[2 * i + 1] === 0) oddZeros++;
  }
  if (pairs < 4) return null;
  if (oddZeros > 0.8 * pairs && evenZeros === 0) return 'utf-16le';
  if (evenZeros > 0.8 * pairs && oddZeros === 0) return 'utf-16be';
  return null;
}

async function isUtf8File(path: string): Promise<boolean> {
  let carry: Uint8Array = new Uint8Array(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    const end = bytes.length - cutCharacterLength(bytes);
    if (!isUtf8(bytes.subarray(0, end))) return false;
    carry = bytes.slice(end);
  }
  return isUtf8(carry);
}

/** Bytes at the end that begin a character which the next chunk completes: at most 3. */
function cutCharacterLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

async function rejectUndefinedBytes(path: string, name: string): Promise<void> {
  let offset = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    const at = chunk.findIndex((byte) => UNDEFINED_IN_1252.has(byte));
    if (at >= 0) {
      const byte = `0x${(chunk[at] as number).toString(16)}`;
      throw new ModelwrightError('DATA_ENCODING', { name, byte, offset: offset + at });
    }
    offset += chunk.length;
  }
}
