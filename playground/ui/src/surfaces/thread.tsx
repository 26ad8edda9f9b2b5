import { useRef } from 'react';
import { displayName, useDirectory } from '../workspace/directory.tsx';
import { acts, type Channel, type Message, type PageState, type User } from '../workspace/page-api.ts';
import { Composer, type ComposerHandle } from './composer.tsx';
import { DropZone } from './drop-zone.tsx';
import { MessageList } from './message-list.tsx';
import { PromptChips } from './prompt-chips.tsx';
import { ThreadStatusLine } from './thread-status.tsx';

interface ThreadViewProps {
  readonly state: PageState;
  readonly channel: Channel;
  readonly bot: User;
  readonly threadTs: string;
  /** The first message and its replies, oldest first. */
  readonly messages: readonly Message[];
  readonly onClose: () => void;
}

export function ThreadView({ state, channel, bot, threadTs, messages, onClose }: ThreadViewProps) {
  const { actor, complain } = useDirectory();
  const composer = useRef<ComposerHandle>(null);
  const isHere = (other: { channel: string; thread_ts?: string }) =>
    other.channel === channel.id && other.thread_ts === threadTs;
  const status = state.statuses.find((other) => isHere(other) && other.status !== '');
  const session = state.sessions.find(isHere);
  const prompts = state.prompts.find(isHere);
  const where = channel.is_im ? displayName(bot) : `#${channel.name}`;

  const send = async (text: string, fileIds: readonly string[]) => {
    const files = fileIds.length > 0 ? { file_ids: fileIds } : {};
    await acts.message({ user: actor.id, channel: channel.id, thread_ts: threadTs, text, ...files });
  };

  const stop = () =>
    acts
      .stop({ user: actor.id, channel: channel.id, thread_ts: threadTs })
      .catch((error: Error) => complain(error.message));

  return (
    <DropZone className="pane thread" label="Thread" onDrop={(files) => composer.current?.attach(files)}>
      <header className="pane-head">
        <button type="button" className="button button-icon only-narrow" aria-label="Back" onClick={onClose}>
          ←
        </button>
        <div className="pane-title">
          <h2>{session?.title ?? 'Thread'}</h2>
          <small>{where}</small>
        </div>
        {session?.status === 'processing' && (
          <button type="button" className="button button-danger" onClick={() => void stop()}>
            Stop
          </button>
        )}
        <button
          type="button"
          className="button button-icon only-wide"
          aria-label="Close thread"
          onClick={onClose}
        >
          ✕
        </button>
      </header>
      <MessageList
        label={`Thread in ${where}`}
        messages={messages}
        outro={status && <ThreadStatusLine name={displayName(bot)} status={status} />}
      />
      {prompts && <PromptChips prompts={prompts} onChoose={(text) => composer.current?.write(text)} />}
      <Composer ref={composer} label={`Reply as ${displayName(actor)}`} bot={bot} commands={[]} send={send} />
    </DropZone>
  );
}
