import { useCallback, useSyncExternalStore } from 'react';

/** What is on the screen. It lives in the address after `#`, so that reload keeps it and "back" closes a thread. */
export interface Place {
  /** A channel's id, or 'home' for the app's home. */
  readonly room: string;
  /** The ts of the thread that is open beside the channel. */
  readonly thread?: string;
}

const PERMALINK = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/;

function addressOf({ room, thread }: Place): string {
  return thread ? `#/${room}/${thread}` : `#/${room}`;
}

/** Turns the permalink of a message (`chat.getPermalink`) into the place where it is: its thread. */
export function followPermalink(): void {
  const permalink = PERMALINK.exec(location.pathname);
  if (!permalink) return;
  const [, room, seconds, fraction] = permalink;
  const thread = new URLSearchParams(location.search).get('thread_ts') ?? `${seconds}.${fraction}`;
  history.replaceState(null, '', `/${addressOf({ room, thread })}`);
}

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  return () => removeEventListener('hashchange', onChange);
}

/** Reads and sets the place; undefined as long as the address names none. */
export function usePlace(): [Place | undefined, (place: Place) => void] {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const [, room, thread] = hash.split('/');
  const go = useCallback((place: Place) => {
    location.hash = addressOf(place);
  }, []);
  return [room ? { room, ...(thread ? { thread } : {}) } : undefined, go];
}
