import { secret } from './ids.ts';
import type { AppIdentity, Channel, Team, User } from './types.ts';

/** Who and what a new workspace begins with. */
export interface Seed {
  team: Team;
  app: AppIdentity;
  users: User[];
  channels: Channel[];
}

/** A person to begin with; what is left out is an ordinary member's value. */
export type UserSeed = Pick<User, 'id' | 'name'> & Partial<User>;

/** A channel to begin with; `members` are user ids. */
export type ChannelSeed = Pick<Channel, 'id' | 'name' | 'members'> & Partial<Channel>;

const TEAM: Team = { id: 'T0NORTHWIND', name: 'Northwind', domain: 'northwind' };
const PARTNER_TEAM_ID = 'T0ACME';
const BOT_USER_ID = 'U0MODELWRIGHT';

const PEOPLE: UserSeed[] = [
  {
    id: 'U0ANA',
    name: 'ana',
    real_name: 'Ana Analyst',
    color: '2f6f4f',
    profile: person('Ana', 'Data analyst'),
  },
  {
    id: 'U0BEN',
    name: 'ben',
    real_name: 'Ben Lead',
    color: '8a4f9e',
    is_admin: true,
    profile: person('Ben', 'Team lead'),
  },
  {
    id: 'U0GUS',
    name: 'gus',
    real_name: 'Gus Guest',
    color: 'b8651b',
    is_restricted: true,
    is_ultra_restricted: true,
    profile: person('Gus', 'Contractor'),
  },
  {
    id: 'U0EVE',
    name: 'eve',
    real_name: 'Eve External',
    color: '3b6ea5',
    team_id: PARTNER_TEAM_ID,
    is_stranger: true,
    profile: person('Eve', 'Acme'),
  },
];

const CHANNELS: ChannelSeed[] = [
  { id: 'C0GENERAL', name: 'general', members: ['U0ANA', 'U0BEN', BOT_USER_ID] },
  { id: 'C0CHURN', name: 'churn-project', members: ['U0ANA', 'U0BEN', 'U0GUS', BOT_USER_ID] },
  {
    id: 'C0PARTNER',
    name: 'acme-partners',
    members: ['U0ANA', 'U0BEN', 'U0EVE', BOT_USER_ID],
    is_ext_shared: true,
  },
  { id: 'C0RANDOM', name: 'random', members: ['U0ANA', 'U0BEN'] },
];

function person(displayName: string, title: string): User['profile'] {
  return { display_name: displayName, real_name: displayName, title };
}

function user(seed: UserSeed): User {
  const realName = seed.real_name ?? seed.name;
  return {
    team_id: TEAM.id,
    real_name: realName,
    color: '5b6b7a',
    is_bot: false,
    is_admin: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_stranger: false,
    tz: 'Etc/UTC',
    profile: { display_name: seed.name, real_name: realName, title: '' },
    ...seed,
  };
}

function channel(seed: ChannelSeed): Channel {
  const isPrivate = seed.is_private ?? false;
  return {
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_im: false,
    is_private: isPrivate,
    is_ext_shared: false,
    is_archived: false,
    created: 1_790_000_000,
    creator: seed.members[0] ?? BOT_USER_ID,
    topic: { value: '' },
    purpose: { value: '' },
    ...seed,
  };
}

/** The app's direct message with one person. */
export function directMessage(id: string, userId: string, botUserId: string): Channel {
  const open = channel({ id, name: userId, members: [userId, botUserId], user: userId, creator: botUserId });
  return { ...open, is_channel: false, is_im: true, is_private: true };
}

/**
 * The people and channels of a fresh workspace.
 *
 * Ana is a member, Ben an admin, Gus a guest of one channel, Eve a member of another workspace that shares
 * `#acme-partners`; the app is in every channel but `#random`. Everybody has a direct message with the app.
 *
 * @param users people to add, or to replace by id.
 * @param channels channels to add, or to replace by id.
 */
export function seedWorkspace(users: UserSeed[] = [], channels: ChannelSeed[] = []): Seed {
  const app: AppIdentity = {
    id: 'A0MODELWRIGHT',
    name: 'Modelwright',
    bot_id: 'B0MODELWRIGHT',
    bot_user_id: BOT_USER_ID,
    bot_token: `xoxb-local-${secret(12)}`,
    app_token: `xapp-1-local-${secret(12)}`,
    commands: ['/modelwright'],
  };
  const people = replaceById(PEOPLE, users).map(user);
  const bot = user({
    id: app.bot_user_id,
    name: app.name.toLowerCase(),
    real_name: app.name,
    color: '1f4e79',
    is_bot: true,
    profile: { display_name: app.name, real_name: app.name, title: 'Model-training specialist' },
  });
  const direct = people.map((p) => directMessage(p.id.replace(/^[UW]/, 'D'), p.id, bot.id));
  return {
    team: TEAM,
    app,
    users: [...people, bot],
    channels: [...replaceById(CHANNELS, channels).map(channel), ...direct],
  };
}

function replaceById<T extends { id: string }>(defaults: T[], given: T[]): T[] {
  const ids = new Set(given.map((item) => item.id));
  return [...defaults.filter((item) => !ids.has(item.id)), ...given];
}
