import { type ReactNode, useEffect, useRef } from 'react';
import type { ThreadSummary } from '../workspace/conversation.ts';
import { displayName, useDirectory } from '../workspace/directory.tsx';
import { acts, type Channel, type Message, type PageState, type User } from '../workspace/page-api.ts';
import { Composer, type ComposerHandle } from './composer.tsx';
import { DropZone } from './drop-zone.tsx';
import { FirstSteps } from './first-steps.tsx';
import { MessageList } from './message-list.tsx';
import { PromptChips } from './prompt-chips.tsx';

interface ChannelViewProps {
  readonly state: PageState;
  readonly channel: Channel;
  readonly bot: User;
  /** Top-level messages, oldest first. */
  readonly messages: readonly Message[];
  readonly summaryOf: (message: Message) => ThreadSummary | undefined;
  readonly onOpenThread: (ts: string) => void;
  readonly header: ReactNode;
}

export function ChannelView(props: ChannelViewProps) {
  const { state, channel, bot, messages, summaryOf, onOpenThread, header } = props;
  const { actor, complain } = useDirectory();
  const composer = useRef<ComposerHandle>(null);
  const name = channel.is_im ? displayName(bot) : `#${channel.name}`;
  const prompts = state.prompts.find((other) => other.channel === channel.id && !other.thread_ts);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once per visit, whatever `complain` is
  useEffect(() => {
    if (!channel.is_im) return;
    acts.openHome({ user: actor.id, tab: 'messages' }).catch((error: Error) => complain(error.message));
  }, [channel.id, channel.is_im, actor.id]);

  const send = async (text: string, fileIds: readonly string[]) => {
    const command = state.app.commands.find((other) => text === other || text.startsWith(`${other} `));
    if (command) {
      const rest = text.slice(command.length).trim();
      const { acked } = await acts.command({ user: actor.id, channel: channel.id, command, text: rest });
      if (!acked) complain(`${state.app.name} did not answer ${command} in three seconds.`);
      return;
    }
    const files = fileIds.length > 0 ? { file_ids: fileIds } : {};
    const { ts } = await acts.message({ user: actor.id, channel: channel.id, text, ...files });
    // The app answers in the thread, so that is where a person who asked it wants to look.
    const isForApp = channel.is_im || text.toLowerCase().includes(`@${bot.name}`);
    if (isForApp) onOpenThread(ts);
  };

  return (
    <DropZone className="pane" label={name} onDrop={(files) => composer.current?.attach(files)}>
      {header}
      <MessageList
        label={`Messages in ${name}`}
        messages={messages}
        summaryOf={summaryOf}
        onOpenThread={onOpenThread}
        intro={
          messages.length === 0 &&
          channel.members.includes(bot.id) && (
            <FirstSteps
              bot={bot}
              isDirect={channel.is_im}
              onTry={(text, files) => {
                composer.current?.write(text);
                composer.current?.attach(files);
              }}
            />
          )
        }
      />
      {prompts && messages.length === 0 && (
        <PromptChips prompts={prompts} onChoose={(text) => composer.current?.write(text)} />
      )}
      <Composer
        ref={composer}
        label={`Message ${name} as ${displayName(actor)}`}
        bot={bot}
        commands={state.app.commands}
        send={send}
      />
    </DropZone>
  );
}
