/** What a file is, by its first bytes; its name is not trusted. */
import { ModelwrightError } from '../errors/errors.ts';

/** `text` is narrowed to delimited text or JSON once its encoding is known. */
export type Container = 'gzip' | 'parquet' | 'zip' | 'text';

// Formats that people do send and that are not tables to us, by their magic numbers.
const REFUSED: readonly { magic: number[]; kind: string }[] = [
  { magic: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an old Excel or Word document' },
  { magic: [0x25, 0x50, 0x44, 0x46], kind: 'a PDF document' },
  { magic: [0x47, 0x49, 0x46, 0x38], kind: 'a picture (GIF)' },
  { magic: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], kind: 'an SQLite database' },
  { magic: [0x89, 0x48, 0x44, 0x46], kind: 'an HDF5 file' },
  { magic: [0x4f, 0x52, 0x43], kind: 'an ORC file' },
  { magic: [0x4f, 0x62, 0x6a, 0x01], kind: 'an Avro file' },
  { magic: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], kind: 'an Arrow file' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], kind: 'a Zstandard archive' },
  { magic: [0x42, 0x5a, 0x68], kind: 'a bzip2 archive' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], kind: 'an xz archive' },
  { magic: [0x37, 0x7a, 0xbc, 0xaf], kind: 'a 7-Zip archive' },
  { magic: [0x52, 0x61, 0x72, 0x21], kind: 'a RAR archive' },
  { magic: [0x80, 0x04, 0x95], kind: 'a Python pickle' },
  { magic: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], kind: 'a NumPy array file' },
  { magic: [0x7f, 0x45, 0x4c, 0x46], kind: 'a program' },
];
const PICTURES: readonly { magic: number[]; format: string }[] = [
  { magic: [0x89, 0x50, 0x4e, 0x47], format: 'PNG' },
  { magic: [0xff, 0xd8, 0xff], format: 'JPEG' },
];
const GZIP = [0x1f, 0x8b];
/** The second is that of an archive without files. */
const ZIP = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
];
const PARQUET = [0x50, 0x41, 0x52, 0x31];

/** @param head the file's first bytes (64 is plenty).
 *  @throws DATA_UNSUPPORTED for a format that is known and is no table; IMAGES_ALONE for a picture. */
export function sniffContainer(head: Uint8Array, name: string): Container {
  if (startsWith(head, GZIP)) return 'gzip';
  if (startsWith(head, PARQUET)) return 'parquet';
  if (isZip(head)) return 'zip';
  const picture = PICTURES.find(({ magic }) => startsWith(head, magic));
  if (picture) throw new ModelwrightError('IMAGES_ALONE', { name, format: picture.format });
  const refused = REFUSED.find(({ magic }) => startsWith(head, magic));
  if (refused) throw new ModelwrightError('DATA_UNSUPPORTED', { name, kind: refused.kind });
  return 'text';
}

export function isZip(head: Uint8Array): boolean {
  return ZIP.some((magic) => startsWith(head, magic));
}

/** Whether a text begins like an HTML page. */
export function looksLikeHtml(text: string): boolean {
  return /^\uFEFF?\s*(<!--[\s\S]{0,2000}?-->\s*)?(<!doctype html|<html|<head|<body)/i.test(text);
}

/** How a text that begins with a brace or bracket holds its records; null where it is delimited text. */
export function sniffJson(text: string): 'jsonl' | 'json' | null {
  const start = text.trimStart();
  if (/^\[\s*(\{|\]|$)/.test(start)) return 'json';
  return /^\{\s*("|\}|$)/.test(start) ? 'jsonl' : null;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
