import { botProfile, presentUser } from '../present.ts';
import { SlackError } from '../slack-error.ts';
import { paginate } from './conversations.ts';
import type { Methods } from './method.ts';

/** People, the bot and the team. */
export const peopleMethods: Methods = {
  'users.info': {
    scopes: ['users:read'],
    tier: 'tier4',
    run: (args, { workspace }) => {
      const user = workspace.users.get(args.required('user', 'user_not_found'));
      if (!user) throw new SlackError('user_not_found');
      return { user: presentUser(user) };
    },
  },
  'users.list': {
    scopes: ['users:read'],
    tier: 'tier2',
    run: (args, { workspace }) => {
      const { items, has_more, ...page } = paginate([...workspace.users.values()], args, 200);
      return { members: items.map(presentUser), cache_ts: Math.floor(Date.now() / 1000), ...page };
    },
  },
  'bots.info': {
    scopes: ['users:read'],
    tier: 'tier3',
    run: (args, { workspace }) => {
      if (args.text('bot') !== workspace.app.bot_id) throw new SlackError('bot_not_found');
      return { bot: botProfile(workspace) };
    },
  },
  'team.info': {
    scopes: ['team:read'],
    tier: 'tier3',
    run: (_, { workspace }) => ({ team: { ...workspace.team, email_domain: '', icon: {} } }),
  },
  'usergroups.users.list': {
    scopes: ['usergroups:read'],
    tier: 'tier2',
    run: () => {
      throw new SlackError('no_such_subteam');
    },
  },
};
