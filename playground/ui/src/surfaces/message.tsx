import { Blocks } from '../blocks/blocks.tsx';
import { SurfaceProvider, useInputs } from '../elements/surface.tsx';
import { emojiGlyph } from '../text/emoji.ts';
import { Mrkdwn } from '../text/text.tsx';
import type { ThreadSummary } from '../workspace/conversation.ts';
import { displayName, useDirectory } from '../workspace/directory.tsx';
import type { Ephemeral, Message } from '../workspace/page-api.ts';
import { Avatar } from './avatar.tsx';
import { Files } from './files.tsx';
import { clockTime, Timestamp } from './timestamp.tsx';

interface MessageProps {
  readonly message: Message | Ephemeral;
  /** The message continues the one above it: same author, a few minutes apart. */
  readonly continues: boolean;
  readonly thread?: ThreadSummary | undefined;
  readonly onOpenThread?: ((ts: string) => void) | undefined;
}

function MessageBody({ message }: { message: Message }) {
  const inputs = useInputs();
  const { blocks = [], channel, ts } = message;
  return (
    <SurfaceProvider target={{ channel, ts }} blocks={blocks} inputs={inputs}>
      {blocks.length > 0 ? <Blocks blocks={blocks} /> : <Mrkdwn text={message.text} />}
      {message.files && message.files.length > 0 && <Files files={message.files} />}
    </SurfaceProvider>
  );
}

function ThreadLink({ thread, onOpen }: { thread: ThreadSummary; onOpen: () => void }) {
  return (
    <button type="button" className="thread-link" onClick={onOpen}>
      {thread.replies > 0 && (
        <>
          <strong>
            {thread.replies} {thread.replies === 1 ? 'reply' : 'replies'}
          </strong>
          {thread.unread > 0 && <span className="badge">{thread.unread} new</span>}
          <small>last at {clockTime(thread.latestTs)}</small>
        </>
      )}
      {thread.status && <em className="thread-link-status">{thread.status}</em>}
    </button>
  );
}

/** One message with its author, body, files, reactions and the way to its thread. */
export function MessageRow(props: MessageProps) {
  const { message, continues, thread, onOpenThread } = props;
  const { users } = useDirectory();
  const author = users.find((user) => user.id === message.user);
  const name = author ? displayName(author) : 'Somebody';
  const isEphemeral = 'user_seeing' in message;
  const isOpenable = onOpenThread !== undefined && !isEphemeral;
  const hasThread = thread !== undefined && (thread.replies > 0 || thread.status !== '');
  return (
    <article
      className={isEphemeral ? 'message message-ephemeral' : 'message'}
      data-ts={message.ts}
      aria-label={`${name} at ${clockTime(message.ts)}`}
    >
      <div className="message-gutter">
        {continues ? <Timestamp ts={message.ts} /> : <Avatar user={author} />}
      </div>
      <div className="message-main">
        {isEphemeral && <div className="message-note">Only visible to you</div>}
        {!continues && (
          <div className="message-head">
            <strong>{name}</strong>
            {author?.is_bot && <span className="app-badge">App</span>}
            <Timestamp ts={message.ts} />
            {message.edited && <small>(edited)</small>}
          </div>
        )}
        <MessageBody message={message} />
        {message.streaming_state === 'in_progress' && <span className="cursor" aria-hidden="true" />}
        {message.reactions && message.reactions.length > 0 && (
          <div className="reactions">
            {message.reactions.map(({ name: code, count }) => (
              <span key={code} className="reaction" title={`:${code}:`}>
                {emojiGlyph(code) ?? `:${code}:`} {count}
              </span>
            ))}
          </div>
        )}
        {isOpenable && hasThread && <ThreadLink thread={thread} onOpen={() => onOpenThread(message.ts)} />}
      </div>
      {isOpenable && !hasThread && (
        <button type="button" className="message-reply" onClick={() => onOpenThread(message.ts)}>
          Reply
        </button>
      )}
    </article>
  );
}
