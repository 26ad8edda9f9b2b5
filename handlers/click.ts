/** What the handlers of buttons share: who clicked, where, and how to answer only them. */
import type { BlockAction, ButtonAction } from '@slack/bolt';
import type { z } from 'zod';
import { parseValue } from '../src/slack/actions.ts';
import { escapeEntities, plainText } from '../src/thread/say.ts';
import type { HandlerDeps } from './deps.ts';

export type Click = BlockAction<ButtonAction>;

/** The button's value, or null for a click that cannot be ours. */
export function clicked<T>(schema: z.ZodType<T>, body: Click): T | null {
  return parseValue(schema, body.actions[0]?.value);
}

export function workspaceOf(body: { team: { id: string } | null; user: { team_id?: string } }): string {
  return body.team?.id ?? body.user.team_id ?? '';
}

/** A name for this click that no other click has; the same when Slack delivers it again. */
export function clickKey(body: Click): string {
  return `click-${body.actions[0]?.action_ts ?? ''}-${body.user.id}`;
}

/** Says something that only the person who clicked sees. */
export async function whisper(deps: HandlerDeps, body: Click, mrkdwn: string): Promise<void> {
  const channel = body.channel?.id;
  if (!channel) return;
  const message = body.message as { thread_ts?: string; ts?: string } | undefined;
  const thread = message?.thread_ts ?? message?.ts;
  await deps.interactive.chat.postEphemeral({
    channel,
    user: body.user.id,
    text: escapeEntities(plainText(mrkdwn)),
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: mrkdwn, verbatim: true } }],
    ...(thread ? { thread_ts: thread } : {}),
  });
}
