/** Reads data in the thread that it is called from. */
import { type Dataset, readDataset } from '../src/datasets/read-dataset.ts';
import { profileTable } from '../src/profile/profile-table.ts';
import { profileTarget } from '../src/profile/profile-target.ts';
import type { DataReader } from './data-reader.ts';

type Load = (path: string, name: string) => Promise<Dataset>;

export function loadUpTo(maxBytes: number): Load {
  return (path, name) => readDataset(path, { name, maxBytes });
}

export function openReader(load: Load): DataReader {
  return {
    async read(path, name) {
      const { table, hash, bytes, format, notes, infinite } = await load(path, name);
      return { hash, bytes, format, notes, profile: profileTable(table, infinite) };
    },
    async profileTarget(path, name, profile, target) {
      const { table } = await load(path, name);
      return profileTarget(table, profile, target);
    },
    async table(path, name) {
      return (await load(path, name)).table;
    },
  };
}
