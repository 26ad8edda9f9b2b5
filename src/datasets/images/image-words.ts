/** Sentences about a zip of pictures. */
import { ModelwrightError } from '../../errors/errors.ts';
import type { ImageColumn } from '../../ml/data/table.ts';
import type { ImageFacts } from './image-facts.ts';
import { count, shortList } from './label-files.ts';
import type { PackedFile } from './zip-files.ts';

/** Workbooks and documents of Office are zip files too. */
export function noPictures(name: string, packed: readonly PackedFile[]): ModelwrightError {
  if (packed.some((file) => file.path === '[Content_Types].xml')) {
    const kind = packed.some((file) => file.path.startsWith('xl/'))
      ? 'an Excel workbook'
      : 'an Office document';
    return new ModelwrightError('DATA_UNSUPPORTED', { name, kind });
  }
  const held = packed.map((file) => file.path);
  const detail = held.length === 0 ? ', it is empty' : `, only ${shortList(held)}`;
  return new ModelwrightError('IMAGES_NONE', { name, detail });
}

export function tooFew(
  nPictures: number,
  { name, minRows }: { readonly name: string; readonly minRows: number },
  unreadable: ImageFacts['unreadable'],
): ModelwrightError {
  const images = count(nPictures, 'picture', 'pictures');
  const [first] = unreadable;
  const detail = first ? ` (${first.file} is left out: ${first.reason})` : '';
  return new ModelwrightError('IMAGES_TOO_FEW', { name, images, least: minRows, detail });
}

export function sizeNote(
  { height, width, channels }: ImageColumn,
  sizes: ImageFacts['sizes'],
  isGiven: boolean,
): string {
  const colours = channels === 1 ? 'grey' : 'colour';
  const [first] = sizes;
  const came =
    sizes.length === 1
      ? `they all came as ${first?.width} × ${first?.height}`
      : `they came in ${sizes.length.toLocaleString('en')} sizes, most often ${first?.width} × ${first?.height}`;
  const why = isGiven ? ', as the model was trained' : '';
  return `Every picture is brought to ${width} × ${height} pixels in ${colours}, in its own proportions${why}; ${came}.`;
}

export function unreadableNote(unreadable: ImageFacts['unreadable']): string[] {
  if (unreadable.length === 0) return [];
  const named = unreadable.map(({ file, reason }) => `${file} (${reason})`);
  const what = count(unreadable.length, 'picture cannot be read and is', 'pictures cannot be read and are');
  return [`${what} left out: ${shortList(named)}.`];
}

export function othersNote(others: readonly PackedFile[]): string[] {
  if (others.length === 0) return [];
  const archives = others.some(({ path }) => /\.(zip|gz|tgz|tar|7z|rar|bz2|xz|zst)$/i.test(path));
  const what = count(
    others.length,
    'file that is no JPEG or PNG picture is',
    'files that are no JPEG or PNG pictures are',
  );
  const inside = archives ? ' Archives inside a zip are not opened.' : '';
  return [`${what} left out: ${shortList(others.map(({ path }) => path))}.${inside}`];
}
