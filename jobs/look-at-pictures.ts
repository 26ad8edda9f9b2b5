/** The pictures of a run, shown to a pretrained network in all training threads side by side, and what it saw kept for the
 *  next run on the same data. */
import type { Table } from '../src/ml/data/table.ts';
import type { ImageBatch } from '../src/ml/neural/backbones/image-batch.ts';
import type { PretrainedNetwork } from '../src/ml/neural/backbones/pretrained-network.ts';
import { pictureColumn, picturesFrom, withSeen } from '../src/ml/search/look-at-pictures.ts';
import { missingNetwork } from '../src/ml/search/predictor.ts';
import type { Plan } from '../src/plan/plan.ts';
import { inParts } from './in-parts.ts';
import { createKeptTables } from './kept-tables.ts';

/** Finds a pretrained network for images.
 *  @param id of the one that a plan or a model names; null for the one that is configured.
 *  @returns null where none is configured.
 *  @throws BACKBONE_MISSING where that one is not here, and what fetching it throws. */
export type FindNetwork = (id: string | null) => Promise<PretrainedNetwork | null>;

export type LookAtPart = (
  network: PretrainedNetwork,
  images: ImageBatch,
  signal: AbortSignal,
) => Promise<Float32Array | null>;

type PlanToSee = Pick<Plan, 'dataset' | 'backbone'>;

export interface PictureViewer {
  /** The table with what the plan's network sees in its pictures. Runs of the same data set wait for one look.
   *  @throws BACKBONE_*; the signal's reason when it aborts. */
  see(table: Table, plan: PlanToSee, signal: AbortSignal): Promise<Table>;
}

/** Pictures that a thread looks at at a time: a second of work or so. */
const PART = 32;

export function createPictureViewer(find: FindNetwork, lookAtPart: LookAtPart): PictureViewer {
  const kept = createKeptTables();

  async function seeAll(table: Table, wanted: NonNullable<Plan['backbone']>, signal: AbortSignal) {
    const network = await namedNetwork(find, wanted.id);
    const pictures = pictureColumn(table, [wanted.column]);
    if (!pictures) return table;
    const parts = await inParts(table.nRows, PART, signal, (start, end) =>
      lookAtPart(network, picturesFrom(pictures, start, end), signal),
    );
    return withSeen(table, wanted.column, network.id, parts);
  }

  return {
    async see(table, { dataset, backbone }, signal) {
      if (!backbone) return table;
      const key = [dataset.hash, backbone.id, backbone.column].join('\0');
      // Texts that were read since belong to the table that is given, so only the column is taken from what is kept.
      const seen = await kept.get(key, () => seeAll(table, backbone, signal), signal);
      const column = pictureColumn(seen, [backbone.column]);
      return {
        ...table,
        columns: table.columns.map((own) => (own.name === column?.name ? column : own)),
      };
    },
  };
}

/** @throws BACKBONE_MISSING */
export async function namedNetwork(find: FindNetwork, id: string): Promise<PretrainedNetwork> {
  const network = await find(id);
  return network?.id === id ? network : missingNetwork(id);
}
