import { displayName } from '../workspace/directory.tsx';
import type { User } from '../workspace/page-api.ts';

/** A person's initial on their colour; the app's learning curve for the app. Decoration: the name stands beside it. */
export function Avatar({ user, size = 36 }: { user: User | undefined; size?: number }) {
  const style = { width: size, height: size, fontSize: size * 0.44 };
  if (user?.is_bot) {
    return (
      <svg className="avatar avatar-app" style={style} viewBox="0 0 32 32" aria-hidden="true">
        <path d="M7 23c4 0 5-14 9-14s5 9 9 9" fill="none" strokeWidth="3" strokeLinecap="round" />
      </svg>
    );
  }
  return (
    <span
      className="avatar"
      style={{ ...style, background: user ? `#${user.color}` : undefined }}
      aria-hidden="true"
    >
      {(user ? displayName(user) : '?').slice(0, 1)}
    </span>
  );
}
