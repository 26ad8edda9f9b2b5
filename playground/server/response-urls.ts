import { checkBlocks, sentences, withIds } from './blocks/check.ts';
import { isFields, type Scope } from './blocks/rules.ts';
import { secret } from './ids.ts';
import type { Messaging } from './messaging.ts';
import { refusal, SlackError } from './slack-error.ts';
import type { Block, Fields, StoredEphemeral, StoredMessage } from './types.ts';
import type { Workspace } from './workspace.ts';

const MOST_USES = 5;
const LIFE_MS = 30 * 60 * 1000;

/** What an answer through a `response_url` may touch: who acted, where, and on which message. */
export interface ResponseTarget {
  user: string;
  channel: string;
  threadTs?: string;
  message?: StoredMessage | StoredEphemeral;
}

/** The `response_url`s of interactions and commands: five answers within thirty minutes. */
export class ResponseUrls {
  private readonly issued = new Map<string, ResponseTarget & { uses: number; expires: number }>();
  private readonly workspace: Workspace;
  private readonly messaging: Messaging;
  private readonly pictureIsReady: Scope['pictureIsReady'];

  constructor(workspace: Workspace, messaging: Messaging, pictureIsReady: Scope['pictureIsReady']) {
    this.workspace = workspace;
    this.messaging = messaging;
    this.pictureIsReady = pictureIsReady;
  }

  issue(target: ResponseTarget): string {
    for (const [key, { expires }] of this.issued) if (expires < Date.now()) this.issued.delete(key);
    const key = secret();
    this.issued.set(key, { ...target, uses: 0, expires: Date.now() + LIFE_MS });
    return `${this.workspace.origin}/actions/${this.workspace.team.id}/${key}`;
  }

  /**
   * Carries out one answer.
   * @throws SlackError `expired_url`, `used_url`, `no_text`, `invalid_blocks`.
   */
  respond(key: string, answer: Fields): void {
    const target = this.issued.get(key);
    if (!target || Date.now() > target.expires) throw new SlackError('expired_url');
    if (target.uses >= MOST_USES) throw new SlackError('used_url');
    const remove = answer.delete_original === true;
    const content = remove ? undefined : this.content(answer);
    target.uses += 1;
    const original = target.message;
    if (remove && original) this.removeOriginal(original);
    else if (content && answer.replace_original === true && original) this.replaceOriginal(original, content);
    else if (content) this.say(target, answer, content);
  }

  /** What a command's or an action's answer says, checked. */
  private content(answer: Fields): Pick<StoredMessage, 'text' | 'blocks'> {
    const text = typeof answer.text === 'string' ? answer.text : '';
    if (!text && !Array.isArray(answer.blocks)) throw new SlackError('no_text');
    if (answer.blocks === undefined) return { text };
    const problems = checkBlocks(answer.blocks, 'message', this.pictureIsReady);
    if (problems.length > 0) throw refusal('invalid_blocks', sentences(problems));
    return { text, blocks: withIds((answer.blocks as unknown[]).filter(isFields) as Block[]) };
  }

  private removeOriginal(original: StoredMessage | StoredEphemeral): void {
    if ('user_seeing' in original) this.workspace.removeEphemeral(original);
    else this.messaging.remove(original);
  }

  private replaceOriginal(
    original: StoredMessage | StoredEphemeral,
    { text, blocks }: Pick<StoredMessage, 'text' | 'blocks'>,
  ): void {
    const change = (message: StoredMessage) => {
      message.text = text;
      if (blocks) message.blocks = blocks;
      else delete message.blocks;
    };
    if ('user_seeing' in original) {
      change(original);
      this.workspace.putEphemeral(original);
    } else this.messaging.update(original, change);
  }

  private say(target: ResponseTarget, answer: Fields, content: Pick<StoredMessage, 'text' | 'blocks'>): void {
    const { app, ids } = this.workspace;
    const threadTs = typeof answer.thread_ts === 'string' ? answer.thread_ts : target.threadTs;
    const draft = {
      channel: target.channel,
      user: app.bot_user_id,
      bot_id: app.bot_id,
      ...(threadTs && { thread_ts: threadTs }),
      ...content,
    };
    if (answer.response_type === 'in_channel') this.messaging.post(draft);
    else {
      this.workspace.putEphemeral({
        ...draft,
        ts: ids.timestamp(),
        file_ids: [],
        reactions: [],
        user_seeing: target.user,
      });
    }
  }
}
