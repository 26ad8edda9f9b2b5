import type { Methods } from './method.ts';

/** Who the caller is, and the door to Socket Mode. */
export const authMethods: Methods = {
  'auth.test': {
    tier: 'special',
    run: (_, { workspace: { team, app, origin } }) => ({
      url: `${origin}/`,
      team: team.name,
      user: app.name.toLowerCase(),
      team_id: team.id,
      user_id: app.bot_user_id,
      bot_id: app.bot_id,
      app_id: app.id,
      is_enterprise_install: false,
    }),
  },
  'apps.connections.open': {
    token: 'app',
    tier: 'tier3',
    run: (_, { sockets, workspace }) => ({ url: sockets.issueAddress(workspace.origin) }),
  },
};
