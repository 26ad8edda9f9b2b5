import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { ChannelView } from './surfaces/channel.tsx';
import { Complaint } from './surfaces/complaint.tsx';
import { Home } from './surfaces/home.tsx';
import { Modal } from './surfaces/modal.tsx';
import { PictureViewer } from './surfaces/picture-viewer.tsx';
import { Sidebar } from './surfaces/sidebar.tsx';
import { ThreadView } from './surfaces/thread.tsx';
import { channelsOf, summarizeThread, threadMessages, topLevelMessages } from './workspace/conversation.ts';
import { type Directory, DirectoryProvider, displayName, type Picture } from './workspace/directory.tsx';
import type { Channel, PageState } from './workspace/page-api.ts';
import { usePlace } from './workspace/place.ts';
import { useReadMarks } from './workspace/read-marks.ts';
import { useLiveState } from './workspace/use-live-state.ts';

const ACTOR_KEY = 'modelwright.actor';

/** The browser tab's person: two tabs can be two people. */
function useActor(state: PageState) {
  const people = state.users.filter((user) => !user.is_bot);
  const [actorId, setActorId] = useState(() => sessionStorage.getItem(ACTOR_KEY));
  const actAs = (id: string) => {
    sessionStorage.setItem(ACTOR_KEY, id);
    setActorId(id);
  };
  return { actor: people.find((user) => user.id === actorId) ?? people[0], actAs };
}

function Workspace({ state, isConnected }: { state: PageState; isConnected: boolean }) {
  const { actor, actAs } = useActor(state);
  const [complaint, complain] = useState('');
  const [requested, go] = usePlace();
  const [picture, setPicture] = useState<Picture>();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const { isUnread, markRead } = useReadMarks(actor.id);

  const channels = channelsOf(state, actor.id);
  const bot = state.users.find((user) => user.id === state.app.bot_user_id);
  const isHome = requested?.room === 'home';
  const firstRoom =
    channels.find((other) => bot && !other.is_im && other.members.includes(bot.id)) ?? channels[0];
  // Another person may not be in the channel that was open.
  const channel = channels.find((other) => other.id === requested?.room) ?? firstRoom;
  const threadTs = channel.id === requested?.room ? requested.thread : undefined;
  const place = { room: isHome ? 'home' : channel.id };

  const messages = topLevelMessages(state, actor.id, channel.id);
  const replies = threadTs ? threadMessages(state, actor.id, channel.id, threadTs) : [];
  const modals = state.modals.find((other) => other.user === actor.id)?.stack ?? [];

  useEffect(() => {
    if (document.hidden) return;
    markRead(isHome ? [] : [...messages, ...replies]);
  });

  const forget = useCallback(() => complain(''), []);
  const openChannel = useCallback((id: string) => go({ room: id }), [go]);
  const directory: Directory = useMemo(
    () => ({
      actor,
      users: state.users,
      channels: state.channels,
      openChannel,
      enlarge: setPicture,
      complain,
    }),
    [actor, state.users, state.channels, openChannel],
  );

  if (!bot) return <Notice>The workspace has no app to talk to.</Notice>;

  const unreadIn = ({ id }: Channel) =>
    state.messages.filter((message) => message.channel === id && isUnread(message)).length;
  const header = (title: string, note: string) => (
    <header className="pane-head">
      <button
        type="button"
        className="button button-icon only-narrow"
        aria-label="Channels and people"
        aria-expanded={isMenuOpen}
        onClick={() => setMenuOpen(!isMenuOpen)}
      >
        ☰
      </button>
      <div className="pane-title">
        <h2>{title}</h2>
        <small>{note}</small>
      </div>
    </header>
  );
  const members = state.users.filter((user) => channel.members.includes(user.id)).map(displayName);

  return (
    <DirectoryProvider value={directory}>
      <div
        className="workspace"
        data-menu={isMenuOpen ? 'open' : 'closed'}
        data-thread={!isHome && threadTs ? 'open' : 'closed'}
      >
        <Sidebar
          state={state}
          actor={actor}
          channels={channels}
          place={place}
          unreadIn={unreadIn}
          onAct={actAs}
          onGo={(next) => {
            setMenuOpen(false);
            go(next);
          }}
        />
        <main className="main" key={`${actor.id}/${place.room}`}>
          {isHome ? (
            <div className="pane">
              {header(`${state.app.name} Home`, `as ${displayName(actor)} sees it`)}
              <Home
                appName={state.app.name}
                view={state.homes.find((other) => other.user === actor.id)?.view}
              />
            </div>
          ) : (
            <ChannelView
              state={state}
              channel={channel}
              bot={bot}
              messages={messages}
              summaryOf={(message) => summarizeThread(state, message, isUnread)}
              onOpenThread={(ts) => go({ room: channel.id, thread: ts })}
              header={header(
                channel.is_im ? state.app.name : `# ${channel.name}`,
                channel.topic.value || members.join(', '),
              )}
            />
          )}
          {!isHome && threadTs && (
            <ThreadView
              key={threadTs}
              state={state}
              channel={channel}
              bot={bot}
              threadTs={threadTs}
              messages={replies}
              onClose={() => go({ room: channel.id })}
            />
          )}
        </main>
      </div>
      {modals.map((view) => (
        <Modal key={`${actor.id}/${view.id}`} view={view} />
      ))}
      {picture && <PictureViewer picture={picture} onClose={() => setPicture(undefined)} />}
      <Complaint sentence={complaint} onDone={forget} />
      {!isConnected && <div className="offline">Connection lost. Trying again…</div>}
    </DirectoryProvider>
  );
}

function Notice({ children }: { children: ReactNode }) {
  return <div className="notice">{children}</div>;
}

export function App() {
  const { state, isConnected } = useLiveState();
  if (!state) return <Notice>Opening the workspace…</Notice>;
  return <Workspace state={state} isConnected={isConnected} />;
}
