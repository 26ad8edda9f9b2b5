import { Fragment, type ReactNode } from 'react';
import type { ThreadSummary } from '../workspace/conversation.ts';
import type { Message } from '../workspace/page-api.ts';
import { MessageRow } from './message.tsx';
import { dayName } from './timestamp.tsx';

/** Messages of one author closer together than this are drawn as one. */
const SAME_BREATH_SECONDS = 300;

function continues(message: Message, before: Message | undefined): boolean {
  return (
    before !== undefined &&
    before.user === message.user &&
    'user_seeing' in before === 'user_seeing' in message &&
    Number(message.ts) - Number(before.ts) < SAME_BREATH_SECONDS
  );
}

interface MessageListProps {
  readonly label: string;
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** What stands above the first message. */
  readonly intro?: ReactNode;
  /** What stands below the last one, such as "is thinking…". */
  readonly outro?: ReactNode;
  readonly summaryOf?: (message: Message) => ThreadSummary | undefined;
  readonly onOpenThread?: (ts: string) => void;
}

/** A scrolling conversation that begins at its end and stays there while messages arrive: the box is laid out
 *  bottom-up (see `.log`), so the browser keeps the end in view when pictures load or messages grow. */
export function MessageList(props: MessageListProps) {
  const { label, messages, intro, outro, summaryOf, onOpenThread } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div className="log" role="log" aria-label={label} tabIndex={0}>
      <div className="log-content">
        {intro}
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const isNewDay = !before || dayName(before.ts) !== dayName(message.ts);
          return (
            <Fragment key={message.ts}>
              {isNewDay && <div className="day">{dayName(message.ts)}</div>}
              <MessageRow
                message={message}
                continues={!isNewDay && continues(message, before)}
                thread={summaryOf?.(message)}
                onOpenThread={onOpenThread}
              />
            </Fragment>
          );
        })}
        {outro}
      </div>
    </div>
  );
}
