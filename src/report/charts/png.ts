/** A PNG writer for pictures of text and flat areas (Portable Network Graphics, third edition, W3C 2025). The rasteriser's
 *  own tries every filter on every row, which for such pictures takes most of the time that they cost and makes them
 *  larger: rows that are left as they are repeat each other byte for byte, which is what deflate finds. */
import { crc32, deflate } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The last level that does not look for better matches: 6 makes files smaller by a fifth and takes three times as long. */
const LEVEL = 3;
/** Output comes back in pieces of this size: most pictures fit into one. */
const PIECE_BYTES = 2 ** 19;
const [BIT_DEPTH, TRUE_COLOUR, NO_FILTER] = [8, 2, 0] as const;

/** Encodes an opaque picture without loss; compresses on another thread.
 *  @param rgba Uint8 (height × width × 4), read before this returns; the fourth channel is left out.
 *  @param level of deflate, from 1 to 9. */
export async function encodePng(
  rgba: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  level = LEVEL,
): Promise<Buffer> {
  const header = Buffer.alloc(13); // its last three bytes, all 0: deflate, a filter for each row, not interlaced
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BIT_DEPTH, TRUE_COLOUR], 8);
  const data = await compress(rowsOf(rgba, width, height), level);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function compress(bytes: Buffer, level: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate(bytes, { level, chunkSize: PIECE_BYTES }, (error, compressed) =>
      error ? reject(error) : resolve(compressed),
    );
  });
}

/** Every row as its filter and then red, green and blue of each pixel. Half of the rows of a picture equal the row above
 *  and are copied from it. */
function rowsOf(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Buffer {
  const source = Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  const [sourceStride, stride] = [4 * width, 1 + 3 * width];
  const rows = Buffer.allocUnsafe(height * stride);
  for (let y = 0; y < height; y++) {
    let to = y * stride;
    const [from, end] = [y * sourceStride, (y + 1) * sourceStride];
    if (y > 0 && source.compare(source, from - sourceStride, from, from, end) === 0) {
      rows.copyWithin(to, to - stride, to);
      continue;
    }
    rows[to++] = NO_FILTER;
    for (let pixel = from; pixel < end; pixel += 4, to += 3) {
      rows[to] = source[pixel] as number;
      rows[to + 1] = source[pixel + 1] as number;
      rows[to + 2] = source[pixel + 2] as number;
    }
  }
  return rows;
}

/** Length, type, data, and the check sum of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
