/** A folder of pictures as a zip, so that it is hashed, kept and read like one that somebody sent. */
import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { ModelwrightError } from '../../errors/errors.ts';

/** Files beneath one folder. */
const MAX_FILES = 200_000;
/** The earliest date that a zip can hold: the same files make the same bytes, whenever they were written. */
const NO_DATE = new Date(1980, 0, 1);

/** Packs the files of the folder and its folders to `zipPath`, as they are, in the order of their names. Links are not
 *  followed, hidden files are left out.
 *  @param name of the folder, for sentences. @throws ZIP_TOO_MANY_FILES */
export async function packFolder(folder: string, zipPath: string, name: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '.').length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .sort();
  if (paths.length > MAX_FILES) {
    const counts = { files: paths.length.toLocaleString('en'), limit: MAX_FILES.toLocaleString('en') };
    throw new ModelwrightError('ZIP_TOO_MANY_FILES', { name, ...counts });
  }
  const zip = new ZipFile();
  for (const path of paths) {
    const entry = { compress: false, mtime: NO_DATE, mode: 0o100644, forceDosTimestamp: true };
    zip.addFile(join(folder, path), path, entry);
  }
  const unreadable = new Promise<never>((_, reject) => zip.on('error', reject));
  zip.end();
  await Promise.race([pipeline(zip.outputStream, createWriteStream(zipPath)), unreadable]);
}
