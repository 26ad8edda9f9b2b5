/** A data set that a command names: a file as it is, or a folder of pictures as a zip of them. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { packFolder } from '../datasets/images/pack-folder.ts';

/** Hands the file to `use`; what was packed for it is gone afterwards, however `use` ends.
 *  @throws ZIP_TOO_MANY_FILES */
export async function withDataFile<T>(
  path: string,
  use: (file: { readonly path: string; readonly name: string }) => Promise<T>,
): Promise<T> {
  const chosen = resolve(path);
  const name = basename(chosen);
  const found = await stat(chosen).catch(() => null);
  if (!found?.isDirectory()) return use({ path: chosen, name }); // whoever reads it says what is wrong with it
  const directory = await mkdtemp(join(tmpdir(), 'modelwright-pictures-'));
  try {
    const packed = join(directory, 'pictures.zip');
    await packFolder(chosen, packed, name);
    return await use({ path: packed, name });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
