import { useCallback, useMemo, useState } from 'react';
import { isReply } from './conversation.ts';
import type { Message } from './page-api.ts';

type Marks = Readonly<Record<string, string>>;

const STORAGE_KEY = 'modelwright.read';

function load(): Marks {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Marks;
  } catch {
    return {};
  }
}

const markKey = (actorId: string, message: Message): string =>
  `${actorId}/${message.channel}/${isReply(message) ? message.thread_ts : ''}`;

interface ReadMarks {
  isUnread(message: Message): boolean;
  /** Everything that is shown now has been seen. */
  markRead(shown: readonly Message[]): void;
}

/** What each person has seen, kept by the browser: one mark per channel and one per thread, the newest ts seen.
 *  What was there before the page was first opened counts as seen. */
export function useReadMarks(actorId: string): ReadMarks {
  const [marks, setMarks] = useState<Marks>(load);
  const [openedTs] = useState(() => String(Date.now() / 1000));

  const markRead = useCallback(
    (shown: readonly Message[]) => {
      setMarks((current) => {
        const next: Record<string, string> = { ...current };
        let isChanged = false;
        for (const message of shown) {
          const key = markKey(actorId, message);
          if (message.ts <= (next[key] ?? '')) continue;
          next[key] = message.ts;
          isChanged = true;
        }
        if (!isChanged) return current;
        localStorage.setItem(STORAGE_KEY, JSON.stringify(next));
        return next;
      });
    },
    [actorId],
  );

  return useMemo(
    () => ({
      isUnread: (message) =>
        message.user !== actorId && message.ts > (marks[markKey(actorId, message)] ?? openedTs),
      markRead,
    }),
    [actorId, marks, markRead, openedTs],
  );
}
