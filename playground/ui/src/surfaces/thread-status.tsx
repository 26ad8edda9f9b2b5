import { useEffect, useState } from 'react';
import type { ThreadStatus } from '../workspace/page-api.ts';

const ROTATION_MS = 3_000;

/** "Modelwright is thinking…", with the app's loading messages in turn when it gave some. */
export function ThreadStatusLine({ name, status }: { name: string; status: ThreadStatus }) {
  const [turn, setTurn] = useState(0);
  const loadingMessages = status.loading_messages ?? [];
  const isRotating = loadingMessages.length > 1;

  useEffect(() => {
    if (!isRotating) return;
    const timer = setInterval(() => setTurn((current) => current + 1), ROTATION_MS);
    return () => clearInterval(timer);
  }, [isRotating]);

  return (
    <div className="status" role="status">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {loadingMessages[turn % loadingMessages.length] ?? `${name} ${status.status}`}
    </div>
  );
}
