import { useEffect, useState } from 'react';
import { applyChange } from './changes.ts';
import type { Change, PageState } from './page-api.ts';

type Frame = Change | { readonly type: 'state'; readonly state: PageState };

export interface LiveState {
  /** undefined until the first answer of the server. */
  readonly state: PageState | undefined;
  readonly isConnected: boolean;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

/** The workspace as it is now. Every connection begins with the whole state, so that nothing is missed after a
 *  lost connection; retries wait twice as long each time, up to five seconds. */
export function useLiveState(): LiveState {
  const [live, setLive] = useState<LiveState>({ state: undefined, isConnected: false });

  useEffect(() => {
    let socket: WebSocket | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let retryMs = FIRST_RETRY_MS;
    let isOver = false;

    const connect = () => {
      const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
      socket = new WebSocket(`${scheme}://${location.host}/page/live`);
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const frame = JSON.parse(data) as Frame;
        retryMs = FIRST_RETRY_MS;
        setLive(({ state }) => {
          if (frame.type === 'state') return { state: frame.state, isConnected: true };
          return { state: state && applyChange(state, frame), isConnected: true };
        });
      };
      socket.onclose = () => {
        if (isOver) return;
        setLive(({ state }) => ({ state, isConnected: false }));
        timer = setTimeout(connect, retryMs);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      };
    };

    connect();
    return () => {
      isOver = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, []);

  return live;
}
