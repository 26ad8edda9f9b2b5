/** The peers' results of earlier runs, in one JSON file. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Peers } from './rows.ts';

type Entries = Record<string, { readonly set: string; readonly peers: Peers }>;

/** Written after every set, so that a run that is stopped loses one set at most. */
export class PeerCache {
  readonly #path: string | undefined;
  readonly #entries: Entries;

  private constructor(path: string | undefined, entries: Entries) {
    this.#path = path;
    this.#entries = entries;
  }

  /** @param path without one, nothing is kept. A file that is not there yet is an empty cache. */
  static async open(path: string | undefined): Promise<PeerCache> {
    if (path === undefined) return new PeerCache(path, {});
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    return new PeerCache(path, JSON.parse(text));
  }

  get(key: string): Peers | null {
    return this.#entries[key]?.peers ?? null;
  }

  async put(key: string, set: string, peers: Peers): Promise<void> {
    this.#entries[key] = { set, peers };
    if (this.#path === undefined) return;
    await writeFile(`${this.#path}.new`, JSON.stringify(this.#entries));
    await rename(`${this.#path}.new`, this.#path);
  }
}
