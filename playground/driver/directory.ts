import { RefusedAct } from '../server/slack-error.ts';
import type { Channel, User } from '../server/types.ts';
import type { Workspace } from '../server/workspace.ts';

/** Finds people and channels by id or by name, and knows who sees which channel. */
export class Directory {
  private readonly workspace: Workspace;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  /** @throws RefusedAct when there is nobody of that id or name (`ana`, `@ana`). */
  user(nameOrId: string): User {
    const { users } = this.workspace;
    const name = nameOrId.replace(/^@/, '').toLowerCase();
    const user = users.get(nameOrId) ?? [...users.values()].find((u) => u.name === name);
    if (!user) throw new RefusedAct('user_not_found', `There is nobody called "${nameOrId}".`);
    return user;
  }

  /** @throws RefusedAct when there is no channel of that id or name (`general`, `#general`). */
  channel(nameOrId: string): Channel {
    const { channels } = this.workspace;
    const name = nameOrId.replace(/^#/, '');
    const channel = channels.get(nameOrId) ?? [...channels.values()].find((c) => !c.is_im && c.name === name);
    if (!channel) throw new RefusedAct('channel_not_found', `There is no channel "${nameOrId}".`);
    return channel;
  }

  /**
   * Members may look into public channels; guests and people from elsewhere see only channels that they are in.
   * @throws RefusedAct when the person does not see the channel.
   */
  requireSight(user: User, channel: Channel): void {
    const mayBrowse = !channel.is_private && !user.is_restricted && !user.is_stranger;
    if (mayBrowse || channel.members.includes(user.id)) return;
    throw new RefusedAct('channel_not_found', `${user.real_name} does not see #${channel.name}.`);
  }
}
