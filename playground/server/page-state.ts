import { presentEphemeral, presentMessage } from './present.ts';
import type { Fields } from './types.ts';
import type { Workspace } from './workspace.ts';

/** Everything that the page shows; its shape is written down in PAGE_API.md. */
export function pageState(workspace: Workspace, connections: number): Fields {
  const { id, name, bot_user_id, bot_id, commands } = workspace.app;
  const channels = [...workspace.channels.values()];
  return {
    team: workspace.team,
    app: { id, name, bot_user_id, bot_id, commands, connections },
    users: [...workspace.users.values()],
    channels,
    messages: channels.flatMap((channel) =>
      workspace.messages(channel.id).map((message) => presentMessage(workspace, message)),
    ),
    ephemerals: workspace.ephemerals.map((message) => presentEphemeral(workspace, message)),
    modals: [...workspace.modals].map(([user, stack]) => ({ user, stack })),
    homes: [...workspace.homes].map(([user, view]) => ({ user, view })),
    sessions: [...workspace.sessions.values()],
    statuses: [...workspace.statuses.values()],
    prompts: [...workspace.prompts.values()],
  };
}
