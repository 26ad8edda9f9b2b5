import type { Change } from '../server/types.ts';
import type { Workspace } from '../server/workspace.ts';

/** A limit for what hangs, not for what is slow. */
const USUAL_WAIT_MS = 240_000;

/** How long to wait before giving up, four minutes by default. */
export interface Patience {
  timeoutMs?: number;
}

/** Waits for things to happen in the workspace, by listening to its changes. */
export class Watcher {
  private readonly workspace: Workspace;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  /**
   * The first value that fits: of those that are known already, then of what changes bring.
   *
   * @param pick what a change brings; undefined when it is about something else.
   * @param what names the awaited thing in the error.
   * @throws Error with the latest messages after `timeoutMs`, or what `fits` throws.
   */
  async watch<T>(
    known: readonly T[],
    pick: (change: Change) => T | undefined,
    fits: (value: T) => boolean,
    what: string,
    { timeoutMs = USUAL_WAIT_MS }: Patience,
  ): Promise<T> {
    const found = known.find(fits);
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        end();
        settle();
      };
      const end = this.workspace.onChange((change) => {
        const value = pick(change);
        try {
          if (value !== undefined && fits(value)) finish(() => resolve(value));
        } catch (error) {
          finish(() => reject(error));
        }
      });
      const timer = setTimeout(() => {
        const error = new Error(
          `Waited ${timeoutMs} ms for ${what}. The latest messages were:\n${this.latest()}`,
        );
        finish(() => reject(error));
      }, timeoutMs);
    });
  }

  private latest(): string {
    const { channels, users } = this.workspace;
    return [...channels.keys()]
      .flatMap((id) => this.workspace.messages(id))
      .sort((a, b) => Number(a.ts) - Number(b.ts))
      .slice(-5)
      .map((message) => `  ${users.get(message.user ?? '')?.name ?? 'app'}: ${message.text.slice(0, 200)}`)
      .join('\n');
  }
}
