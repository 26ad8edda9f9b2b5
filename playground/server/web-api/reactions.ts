import { SlackError } from '../slack-error.ts';
import type { StoredMessage } from '../types.ts';
import { type Arguments, type Backend, joinedChannelOf, type Methods } from './method.ts';

/** Emoji under messages. */
export const reactionMethods: Methods = {
  'reactions.add': {
    scopes: ['reactions:write'],
    tier: 'tier3',
    run: (args, backend) => {
      const { message, name, bot } = reactionOf(args, backend);
      const reaction = message.reactions.find((r) => r.name === name);
      if (reaction?.users.includes(bot)) throw new SlackError('already_reacted');
      if (reaction) reaction.users.push(bot);
      else message.reactions.push({ name, users: [bot] });
      tell('reaction_added', message, name, backend);
      return {};
    },
  },
  'reactions.remove': {
    scopes: ['reactions:write'],
    tier: 'tier2',
    run: (args, backend) => {
      const { message, name, bot } = reactionOf(args, backend);
      const reaction = message.reactions.find((r) => r.name === name);
      if (!reaction?.users.includes(bot)) throw new SlackError('no_reaction');
      reaction.users = reaction.users.filter((user) => user !== bot);
      message.reactions = message.reactions.filter((r) => r.users.length > 0);
      tell('reaction_removed', message, name, backend);
      return {};
    },
  },
};

function reactionOf(
  args: Arguments,
  backend: Backend,
): { message: StoredMessage; name: string; bot: string } {
  const channel = joinedChannelOf(args, backend);
  const message = backend.workspace.message(channel.id, args.required('timestamp', 'no_item_specified'));
  if (!message) throw new SlackError('message_not_found');
  const name = args.required('name', 'invalid_name');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackError('invalid_name');
  return { message, name, bot: backend.workspace.app.bot_user_id };
}

function tell(
  type: 'reaction_added' | 'reaction_removed',
  message: StoredMessage,
  reaction: string,
  { workspace, events }: Backend,
): void {
  workspace.putMessage(message);
  events.happened(
    {
      type,
      user: workspace.app.bot_user_id,
      reaction,
      item: { type: 'message', channel: message.channel, ts: message.ts },
      item_user: message.user,
    },
    message.channel,
  );
}
