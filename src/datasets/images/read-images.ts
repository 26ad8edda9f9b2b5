/** A zip of pictures to a table: a column of file names, one of pictures in one size, and what is known of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelwrightError } from '../../errors/errors.ts';
import {
  type CategoricalColumn,
  type ImageColumn,
  type ImageShape,
  pixelsOf,
  shared,
  type Table,
} from '../../ml/data/table.ts';
import { megabytes } from '../stage.ts';
import { chooseShape, type Size } from './choose-shape.ts';
import { decodeImage, isGrey, toGrey } from './decode-image.ts';
import { type ImageFacts, tally } from './image-facts.ts';
import { readImageHeader } from './image-header.ts';
import { noPictures, othersNote, sizeNote, tooFew, unreadableNote } from './image-words.ts';
import {
  FILE_COLUMN,
  type LabelledFiles,
  labelByFolder,
  labelByTable,
  PICTURE_COLUMN,
} from './label-files.ts';
import { DamagedFile, type PackedFile, withZipFiles } from './zip-files.ts';

export interface ImageReadOptions {
  readonly name: string;
  readonly maxUnpackedBytes: number;
  /** Readable pictures that there must be. */
  readonly minRows: number;
  /** Whether it must be said what they show; false where that is to be predicted. */
  readonly needsLabels: boolean;
  /** The size and colours that a model was trained with; null where they are to be chosen. */
  readonly shape: ImageShape | null;
  /** A folder for files of ours, and a reader of tables of file names and labels. */
  readonly directory: string;
  readTable(path: string, name: string): Promise<Table>;
}

export interface ImageTable {
  readonly table: Table;
  readonly notes: readonly string[];
  readonly facts: ImageFacts;
}

/** Files that are looked at in order to choose a size. */
const SIZED_FILES = 500;
/** Decoded side by side; the decoder works in threads of its own. */
const TOGETHER = 4;
const MAX_PICTURE_BYTES = 1024 * 1_048_576;

/** Pictures that cannot be read are left out and named. The same bytes always give the same table.
 *  @throws ZIP_*, IMAGES_*, DATA_UNSUPPORTED */
export async function readImages(path: string, options: ImageReadOptions): Promise<ImageTable> {
  const { name, maxUnpackedBytes } = options;
  return withZipFiles(path, { name, maxUnpackedBytes }, async (packed) => {
    const pictures = packed.filter(({ path }) => kindOf(path) === 'picture');
    const tables = packed.filter(({ path }) => kindOf(path) === 'table');
    const others = packed.filter(({ path }) => kindOf(path) === 'other');
    if (pictures.length === 0) throw noPictures(name, packed);
    const { labelled, unused } = await labelFiles(pictures, tables, options);
    const shape = options.shape ?? chooseShape(await someSizes(labelled.files), labelled.files.length);
    checkMemory(labelled.files.length, shape, name);
    const decoded = await decodeAll(labelled.files, shape);
    const { places, facts } = decoded;
    if (places.length < options.minRows) throw tooFew(places.length, options, facts.unreadable);
    const column = pictureColumn(decoded, shape, options.shape?.channels ?? null);
    const known = labelled.columnsOf(places);
    if (options.needsLabels && known.length === 0) throw new ModelwrightError('IMAGES_NO_CLASSES', { name });
    const files = Array.from(places, (place) => (labelled.files[place] as PackedFile).path);
    return {
      table: { nRows: places.length, columns: [fileColumn(files), column, ...known] },
      facts,
      notes: [
        ...labelled.notes,
        sizeNote(column, facts.sizes, options.shape !== null),
        ...unreadableNote(facts.unreadable),
        ...othersNote([...others, ...unused]),
      ],
    };
  });
}

function kindOf(path: string): 'picture' | 'table' | 'other' {
  if (/\.(jpe?g|png)$/i.test(path)) return 'picture';
  return /\.(csv|tsv)$/i.test(path) ? 'table' : 'other';
}

/** A table that names the pictures says more than their folders. One that cannot be read only matters where the folders
 *  say nothing.
 *  @throws DATA_* */
async function labelFiles(
  pictures: readonly PackedFile[],
  tables: readonly PackedFile[],
  { directory, readTable, needsLabels }: ImageReadOptions,
): Promise<{ labelled: LabelledFiles; unused: readonly PackedFile[] }> {
  let fault: ModelwrightError | null = null;
  for (const [i, file] of tables.entries()) {
    const bare = file.path.slice(file.path.lastIndexOf('/') + 1);
    const folder = file.path.slice(0, file.path.length - bare.length);
    try {
      const path = join(directory, `labels-${i}`);
      await writeFile(path, await file.read());
      const labelled = labelByTable(pictures, await readTable(path, bare), bare, folder);
      if (labelled) return { labelled, unused: tables.filter((other) => other !== file) };
    } catch (error) {
      if (error instanceof ModelwrightError) fault ??= error;
      else if (!(error instanceof DamagedFile)) throw error;
    }
  }
  const labelled = labelByFolder(pictures);
  if (fault && needsLabels && labelled.columnsOf(Uint32Array.of()).length === 0) throw fault;
  return { labelled, unused: tables };
}

/** Of files that are spread evenly; of those alone that can be read. */
async function someSizes(files: readonly PackedFile[]): Promise<Size[]> {
  const stride = Math.max(1, Math.ceil(files.length / SIZED_FILES));
  const sizes: Size[] = [];
  for (let i = 0; i < files.length; i += stride) {
    try {
      sizes.push(readImageHeader(await (files[i] as PackedFile).read()));
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
    }
  }
  return sizes.length > 0 ? sizes : [{ width: 1, height: 1 }];
}

interface Decoded {
  /** Uint32Array: which of the files could be read, ascending. */
  readonly places: Uint32Array;
  /** Uint8Array (files × height × width × 3): in the order of the files, black where unreadable. */
  readonly pixels: Uint8Array;
  readonly facts: ImageFacts;
}

async function decodeAll(
  files: readonly PackedFile[],
  shape: Pick<ImageShape, 'height' | 'width'>,
): Promise<Decoded> {
  const size = pixelsOf({ ...shape, channels: 3 });
  const pixels = new Uint8Array(files.length * size);
  const seen: (Size & { format: string })[] = new Array(files.length);
  const reasons = new Map<number, string>();
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < files.length; place = next++) {
      try {
        const image = await decodeImage(await (files[place] as PackedFile).read(), shape);
        pixels.set(image.pixels, place * size);
        seen[place] = { width: image.width, height: image.height, format: image.format };
      } catch (error) {
        if (!(error instanceof DamagedFile)) throw error;
        reasons.set(place, error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  const places = Uint32Array.from(files.keys()).filter((place) => !reasons.has(place));
  const readable = Array.from(places, (place) => seen[place] as Size & { format: string });
  const unreadable = [...reasons.keys()]
    .sort((a, b) => a - b)
    .map((place) => ({ file: (files[place] as PackedFile).path, reason: reasons.get(place) as string }));
  return {
    places,
    pixels,
    facts: {
      sizes: tally(readable, ({ width, height }) => `${width}×${height}`).map(({ example, count }) => ({
        width: example.width,
        height: example.height,
        count,
      })),
      formats: tally(readable, ({ format }) => format).map(({ example, count }) => ({
        name: example.format,
        count,
      })),
      unreadable,
    },
  };
}

/** @param channels null for grey where every picture is grey, else colour. */
function pictureColumn(
  { places, pixels }: Decoded,
  { height, width }: Pick<ImageShape, 'height' | 'width'>,
  channels: ImageShape['channels'] | null,
): ImageColumn {
  const colourSize = height * width * 3;
  const picture = (place: number) => pixels.subarray(place * colourSize, (place + 1) * colourSize);
  const asGrey = channels === null ? places.every((place) => isGrey(picture(place))) : channels === 1;
  const shape = { height, width, channels: asGrey ? 1 : 3 } as const;
  const size = pixelsOf(shape);
  const values = shared.uint8(places.length * size);
  places.forEach((place, row) => {
    values.set(asGrey ? toGrey(picture(place)) : picture(place), row * size);
  });
  const valid = shared.uint8(places.length).fill(1);
  return { name: PICTURE_COLUMN, type: 'image', valid, ...shape, values };
}

/** The files come sorted by their paths, which are all different. */
function fileColumn(paths: readonly string[]): CategoricalColumn {
  const categories = [...new Set(paths)].sort();
  const codeOf = new Map(categories.map((path, code) => [path, code]));
  const codes = shared.int32(paths.length);
  paths.forEach((path, row) => {
    codes[row] = codeOf.get(path) as number;
  });
  return { name: FILE_COLUMN, type: 'id', valid: shared.uint8(paths.length).fill(1), codes, categories };
}

function checkMemory(nPictures: number, shape: Pick<ImageShape, 'height' | 'width'>, name: string): void {
  const needed = nPictures * pixelsOf({ ...shape, channels: 3 });
  if (needed <= MAX_PICTURE_BYTES) return;
  const size = `${shape.width} × ${shape.height}`;
  const details = { name, needed: megabytes(needed), limit: megabytes(MAX_PICTURE_BYTES), size };
  throw new ModelwrightError('IMAGES_TOO_LARGE', details);
}
