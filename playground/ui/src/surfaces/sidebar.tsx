import { displayName } from '../workspace/directory.tsx';
import type { Channel, PageState, User } from '../workspace/page-api.ts';
import type { Place } from '../workspace/place.ts';
import { Avatar } from './avatar.tsx';

function role(user: User): string {
  if (user.is_stranger) return 'external';
  if (user.is_restricted) return 'guest';
  return user.is_admin ? 'admin' : 'member';
}

function People({ state, actor, onAct }: { state: PageState; actor: User; onAct: (id: string) => void }) {
  const people = state.users.filter((user) => !user.is_bot);
  return (
    <fieldset className="people">
      <legend>You act as</legend>
      {people.map((person) => (
        <label key={person.id} className="person">
          <input
            type="radio"
            name="actor"
            value={person.id}
            checked={person.id === actor.id}
            onChange={() => onAct(person.id)}
          />
          <Avatar user={person} size={28} />
          <span>
            {displayName(person)} <small>{role(person)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface SidebarProps {
  readonly state: PageState;
  readonly actor: User;
  readonly channels: readonly Channel[];
  readonly place: Place;
  readonly unreadIn: (channel: Channel) => number;
  readonly onAct: (userId: string) => void;
  readonly onGo: (place: Place) => void;
}

export function Sidebar({ state, actor, channels, place, unreadIn, onAct, onGo }: SidebarProps) {
  const bot = state.users.find((user) => user.id === state.app.bot_user_id);
  const direct = channels.find((channel) => channel.is_im && channel.user === actor.id);
  const item = (id: string, label: string, unread: number, icon: string) => (
    <li key={id}>
      <button
        type="button"
        className={unread > 0 ? 'nav-item nav-item-unread' : 'nav-item'}
        aria-current={place.room === id ? 'page' : undefined}
        onClick={() => onGo({ room: id })}
      >
        <span className="nav-icon" aria-hidden="true">
          {icon}
        </span>
        {label}
        {unread > 0 && (
          <span className="badge" title={`${unread} unread`}>
            {unread}
          </span>
        )}
      </button>
    </li>
  );
  return (
    <nav className="sidebar" aria-label="Workspace">
      <div className="sidebar-head">
        <Avatar user={bot} size={32} />
        <div>
          <h1>{state.team.name}</h1>
          <small>{state.app.connections > 0 ? 'local workspace' : 'the bot is not connected'}</small>
        </div>
      </div>
      <People state={state} actor={actor} onAct={onAct} />
      <h2>Channels</h2>
      <ul>
        {channels
          .filter((channel) => !channel.is_im)
          .map((channel) =>
            item(channel.id, channel.name, unreadIn(channel), channel.is_private ? '🔒' : '#'),
          )}
      </ul>
      <h2>App</h2>
      <ul>
        {direct && item(direct.id, state.app.name, unreadIn(direct), '@')}
        {item('home', `${state.app.name} Home`, 0, '⌂')}
      </ul>
    </nav>
  );
}
