/** Who somebody is, as the workspace says. */
import type { WebClient } from '@slack/web-api';
import type { Person } from '../plan/who-may-approve.ts';

/** Rights change rarely; a decision that matters asks anew. */
const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 5_000;

export class People {
  readonly #client: WebClient;
  readonly #known = new Map<string, { readonly person: Person; readonly atMs: number }>();

  constructor(client: WebClient) {
    this.#client = client;
  }

  /** @param workspace the workspace that the click or message came from.
   *  @param anew asks Slack even if the answer is known from a moment ago. */
  async find(userId: string, workspace: string, anew = false): Promise<Person> {
    const key = `${workspace}/${userId}`;
    const known = this.#known.get(key);
    if (known && !anew && Date.now() - known.atMs < KEPT_MS) return known.person;
    const { user } = await this.#client.users.info({ user: userId });
    const person = {
      id: userId,
      workspace,
      home: user?.team_id ?? 'unknown',
      isBot: user?.is_bot ?? false,
      isGuest: Boolean(user?.is_restricted || user?.is_ultra_restricted),
    };
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(key, { person, atMs: Date.now() });
    return person;
  }
}
