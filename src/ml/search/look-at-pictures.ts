/** The pictures of a table, shown to a pretrained network: once for all trials, folds and threads, before anything is trained
 *  on what it saw, because that takes longer than most fits and knows nothing of the outcome. */
import { findImages, type ImageColumn, pixelsOf, shared, type Table } from '../data/table.ts';
import { featuresOf } from '../neural/backbones/features.ts';
import type { ImageBatch } from '../neural/backbones/image-batch.ts';
import { opened, type PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';

/** The column of pictures among `features`; undefined for none. */
export function pictureColumn(table: Table, features: readonly string[]): ImageColumn | undefined {
  const column = findImages(table);
  return column && features.includes(column.name) ? column : undefined;
}

/** Pictures `from` to `to` (exclusive) of a column: a view of its bytes, which lie on shared memory. */
export function picturesFrom(column: ImageColumn, from: number, to: number): ImageBatch {
  const { height, width, channels } = column;
  const size = pixelsOf(column);
  return {
    nImages: to - from,
    height,
    width,
    channels,
    pixels: column.values.subarray(from * size, to * size),
  };
}

/** @returns Float32Array (images × features), row by row; null when asked to stop.
 *  @throws BACKBONE_UNREADABLE, BACKBONE_ENGINE_MISSING */
export async function lookAt(
  network: PretrainedNetwork,
  images: ImageBatch,
  shouldStop: () => boolean = () => false,
): Promise<Float32Array<ArrayBuffer> | null> {
  const features = await featuresOf(await opened(network), images, { shouldStop });
  return shouldStop() ? null : Float32Array.from(features);
}

/** The table with what the network of that id saw in the pictures of a column.
 *  @param parts of the pictures, in their order. */
export function withSeen(table: Table, column: string, model: string, parts: readonly Float32Array[]): Table {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const vectors = shared.float32(total);
  let at = 0;
  for (const part of parts) {
    vectors.set(part, at);
    at += part.length;
  }
  const width = table.nRows === 0 ? 0 : total / table.nRows;
  return {
    ...table,
    columns: table.columns.map((own) =>
      own.name === column && own.type === 'image'
        ? { ...own, seen: { model, width, vectors: withoutMissing(vectors, width, own.valid) } }
        : own,
    ),
  };
}

function withoutMissing(vectors: Float32Array, width: number, valid: Uint8Array): Float32Array {
  for (let row = valid.indexOf(0); row >= 0; row = valid.indexOf(0, row + 1)) {
    vectors.fill(0, row * width, (row + 1) * width);
  }
  return vectors;
}

/** Looks at everything here and now; a table without those pictures stays as it is. */
export async function withPicturesSeen(
  table: Table,
  column: string,
  network: PretrainedNetwork,
): Promise<Table> {
  const pictures = table.columns.find(({ name }) => name === column);
  if (pictures?.type !== 'image') return table;
  const seen = await lookAt(network, picturesFrom(pictures, 0, table.nRows));
  return withSeen(table, column, network.id, seen ? [seen] : []);
}
