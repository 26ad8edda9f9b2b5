/** The files of a zip archive, as far as they may be opened. Nothing is ever written under a name from the archive, and
 *  nothing is believed that the archive says of its own sizes: every file is counted while it is unpacked. */
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ModelwrightError } from '../../errors/errors.ts';
import { megabytes } from '../stage.ts';

/** A file inside an archive. */
export interface PackedFile {
  /** With folders, separated by `/`. */
  readonly path: string;
  readonly bytes: number;
  /** @throws DamagedFile */
  read(): Promise<Uint8Array>;
}

/** One file of an archive cannot be unpacked; the others may be fine. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

export interface ZipLimits {
  readonly name: string;
  /** Of all files together, unpacked. */
  readonly maxUnpackedBytes: number;
}

const MAX_FILES = 200_000;
/** JPEG and PNG are compressed already: a zip makes them hardly smaller. */
const MAX_RATIO = 100;
/** Below this size a high ratio does no harm. */
const SMALL = 16 * 1_048_576;
const MAX_FILE_BYTES = 128 * 1_048_576;

/** Opens the archive, hands its files (sorted by path, without folders and the litter of operating systems) to `use`,
 *  and closes it, however `use` ends.
 *  @throws ZIP_* */
export async function withZipFiles<T>(
  path: string,
  limits: ZipLimits,
  use: (files: readonly PackedFile[]) => Promise<T>,
): Promise<T> {
  const { name } = limits;
  const zip = await openPromise(path, { autoClose: false, strictFileNames: false }).catch((error) => {
    throw damaged(name, error);
  });
  try {
    const entries = await entriesOf(zip, limits);
    entries.sort((a, b) => (a.fileName < b.fileName ? -1 : a.fileName > b.fileName ? 1 : 0));
    return await use(entries.map((entry) => packedFile(zip, entry)));
  } finally {
    zip.close();
  }
}

async function entriesOf(zip: ZipFile, { name, maxUnpackedBytes }: ZipLimits): Promise<Entry[]> {
  if (zip.entryCount > MAX_FILES) throw tooMany(name, zip.entryCount);
  const entries: Entry[] = [];
  let packed = 0;
  let unpacked = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) throw new ModelwrightError('ZIP_ENCRYPTED', { name });
      packed += entry.compressedSize;
      unpacked += entry.uncompressedSize;
      if (unpacked > maxUnpackedBytes) throw inflates(name, unpacked, `more than ${maxUnpackedBytes} bytes`);
      if (unpacked > SMALL && unpacked > MAX_RATIO * packed) throw inflates(name, unpacked, 'ratio');
      if (isContent(entry)) entries.push(entry);
      if (entries.length > MAX_FILES) throw tooMany(name, entries.length);
    }
  } catch (error) {
    if (error instanceof ModelwrightError) throw error;
    const [, entry] = /^(?:invalid relative path|absolute path|invalid characters in fileName): (.*)$/s.exec(
      (error as Error).message,
    ) ?? [null, null];
    if (entry) throw new ModelwrightError('ZIP_UNSAFE', { name, entry: entry.slice(0, 60) });
    throw damaged(name, error);
  }
  return entries;
}

/** No folders, links, hidden files, or what macOS and Windows add on their own. */
function isContent(entry: Entry): boolean {
  const parts = entry.fileName.split('/');
  const file = parts.at(-1) as string;
  const isLink = ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000;
  const isLitter = parts.some((part) => part.startsWith('.')) || parts[0] === '__MACOSX';
  return file !== '' && !isLink && !isLitter && !/^(thumbs\.db|desktop\.ini)$/i.test(file);
}

function packedFile(zip: ZipFile, entry: Entry): PackedFile {
  const { fileName: path, uncompressedSize: bytes } = entry;
  return {
    path,
    bytes,
    async read() {
      if (bytes > MAX_FILE_BYTES) throw new DamagedFile(`it is larger than ${megabytes(MAX_FILE_BYTES)}`);
      const out = new Uint8Array(bytes);
      let filled = 0;
      try {
        for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>) {
          out.set(chunk, filled); // throws beyond the end
          filled += chunk.length;
        }
      } catch {
        throw new DamagedFile('it cannot be unpacked');
      }
      if (filled !== bytes || crc32(out) !== entry.crc32) throw new DamagedFile('its bytes are damaged');
      return out;
    },
  };
}

function damaged(name: string, error: unknown): ModelwrightError {
  const detail = error instanceof Error ? error.message : String(error);
  return new ModelwrightError('ZIP_DAMAGED', { name, detail }, { cause: error });
}

function tooMany(name: string, files: number): ModelwrightError {
  const counts = { files: files.toLocaleString('en'), limit: MAX_FILES.toLocaleString('en') };
  return new ModelwrightError('ZIP_TOO_MANY_FILES', { name, ...counts });
}

function inflates(name: string, unpacked: number, detail: string): ModelwrightError {
  return new ModelwrightError('ZIP_INFLATES', { name, unpacked: megabytes(unpacked), detail });
}
