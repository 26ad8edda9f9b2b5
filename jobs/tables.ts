/** Data sets as tables in this process: read once for all trials that are computed here, and kept while there is room. */
import { ModelwrightError } from '../src/errors/errors.ts';
import type { Table } from '../src/ml/data/table.ts';
import type { Plan } from '../src/plan/plan.ts';
import { datasetArtifact } from '../src/thread/artifact-names.ts';
import type { Story } from '../src/thread/ports.ts';
import type { DataReader } from './data-reader.ts';
import { forgetOldest } from './forget-oldest.ts';

type Dataset = Pick<Plan['dataset'], 'hash' | 'name'>;

export interface Tables {
  /** Whether its bytes are still there. */
  has(team: string, dataset: Dataset): Promise<boolean>;
  /** @throws DATASET_EXPIRED; what the reader throws. */
  read(team: string, dataset: Dataset): Promise<Table>;
}

interface Kept {
  readonly table: Promise<Table>;
  bytes: number;
}

/** @param maxBytes of all tables that are kept; the last one is kept whatever its size. */
export function keepTables(
  { artifacts }: Pick<Story, 'artifacts'>,
  reader: Pick<DataReader, 'table'>,
  maxBytes: number,
): Tables {
  /** The one that was used last comes last. */
  const kept = new Map<string, Kept>();

  async function open(team: string, { hash, name }: Dataset): Promise<Table> {
    const path = await artifacts.localPath(datasetArtifact(team, hash));
    if (!path) throw new ModelwrightError('DATASET_EXPIRED', { hash, name });
    return reader.table(path, name);
  }

  return {
    async has(team, { hash }) {
      const name = datasetArtifact(team, hash);
      return (await artifacts.list(name)).includes(name);
    },
    async read(team, dataset) {
      const key = JSON.stringify([team, dataset.hash, dataset.name]);
      const entry: Kept = kept.get(key) ?? { table: open(team, dataset), bytes: 0 };
      kept.delete(key);
      kept.set(key, entry);
      try {
        const table = await entry.table;
        entry.bytes = bytesOf(table);
        forgetOldest(kept, (one) => one.bytes, maxBytes);
        return table;
      } catch (error) {
        if (kept.get(key) === entry) kept.delete(key);
        throw error;
      }
    },
  };
}

/** Of the typed arrays, which is nearly all of it. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value) && typeof value[0] === 'string')
    return value.reduce((sum, text) => sum + 2 * text.length, 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, member) => sum + bytesOf(member), 0);
}
