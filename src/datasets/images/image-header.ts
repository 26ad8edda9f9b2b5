/** What a JPEG or PNG file says of itself, and whether all of it is there. The decoder shows a file that was cut off as a
 *  picture with an empty part, without an error, and would unpack a picture of any size: both are settled here first. */
import { crc32 } from 'node:zlib';
import { DamagedFile } from './zip-files.ts';

export interface ImageHeader {
  readonly format: 'JPEG' | 'PNG';
  /** As it is stored: a camera that was held upright may say elsewhere that the picture is to be turned. */
  readonly width: number;
  readonly height: number;
}

/** Decoded, a picture takes 4 bytes per pixel. */
const MAX_PIXELS = 50_000_000;

/** @throws DamagedFile with what is wrong, as the end of a sentence. */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  const header = startsWith(bytes, PNG) ? readPng(bytes) : startsWith(bytes, JPEG) ? readJpeg(bytes) : null;
  if (!header) throw new DamagedFile('it is no JPEG or PNG picture, whatever its name says');
  const { width, height } = header;
  if (width === 0 || height === 0) throw new DamagedFile('it has no pixels');
  if (width * height > MAX_PIXELS)
    throw new DamagedFile(`it has more than ${MAX_PIXELS / 1e6} million pixels`);
  return header;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const CUT_OFF = 'it is cut off';

/** PNG: chunks of length, type, data and checksum, from IHDR to IEND (ISO/IEC 15948). */
function readPng(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  let at = PNG.length;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new DamagedFile(CUT_OFF);
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw new DamagedFile('its bytes are damaged');
    }
    if (view.getUint32(at + 4) === 0x49454e44) {
      return { format: 'PNG', width: view.getUint32(16), height: view.getUint32(20) };
    }
    at = end + 4;
  }
  throw new DamagedFile(CUT_OFF);
}

/** JPEG: segments that begin with a marker, the picture's size in a start of frame, the picture itself from the start of
 *  the scan to an end marker (ISO/IEC 10918-1, annex B). */
function readJpeg(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  let at = 2;
  let header: ImageHeader | null = null;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new DamagedFile('its bytes are damaged');
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++; // any number of fill bytes
      continue;
    }
    const length = view.getUint16(at + 2);
    if (isStartOfFrame(marker) && at + 9 <= bytes.length) {
      header = { format: 'JPEG', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    if (marker === START_OF_SCAN) {
      if (!header || !hasEndMarker(bytes, at)) throw new DamagedFile(CUT_OFF);
      return header;
    }
    at += 2 + length;
  }
  throw new DamagedFile(CUT_OFF);
}

const START_OF_SCAN = 0xda;

/** C0 to CF, but for the tables of codes and conditions that lie between them. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Within the picture's data an FF is always followed by 00 or a restart marker, so FF D9 there is the end. Some programs
 *  write more behind it. */
function hasEndMarker(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.length - 2; at > from; at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  }
  return false;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
