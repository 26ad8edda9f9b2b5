/** A data file, read in this process: on a command line nothing else waits meanwhile, and a thread of its own would take
 *  longer to start than most files take to read. */
import type { DataReader } from '../../jobs/data-reader.ts';
import { loadUpTo, openReader } from '../../jobs/read-data.ts';
import type { Profile } from '../profile/profile.ts';

/** Whoever starts a command has chosen the file. */
export const MAX_BYTES = 8 * 1024 ** 3;

/** A data file that has been read. */
export interface ReadFile {
  readonly path: string;
  readonly name: string;
  readonly hash: string;
  readonly profile: Profile;
  readonly notes: readonly string[];
}

/** @param name that a person knows it by. */
export async function readData(path: string, name: string): Promise<{ data: ReadFile; reader: DataReader }> {
  const load = loadUpTo(MAX_BYTES);
  let loaded: ReturnType<typeof load> | undefined;
  // A command works on one file: wherever a copy of it lies, it is read once.
  const reader = openReader((from, name) => (loaded ??= load(from, name)));
  const { hash, profile, notes } = await reader.read(path, name);
  return { data: { path, name, hash, profile, notes }, reader };
}
