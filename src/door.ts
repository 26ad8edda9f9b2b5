/** What the long-running doors share: a clear sentence when they cannot open, and a graceful end. */
import type { Logger } from '@slack/bolt';
import { ModelwrightError } from './errors/errors.ts';

/** After a signal, unfinished work is given back; a second signal ends at once. */
const PATIENCE_MS = 15_000;

export async function runDoor(log: Logger, open: () => Promise<{ close(): Promise<void> }>): Promise<void> {
  const opened = await open().catch((error: unknown) => {
    log.error(error instanceof ModelwrightError ? error.message : error);
    process.exit(1);
  });
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    log.info(`${signal}: giving unfinished work back`);
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    opened.close().then(
      () => process.exit(0),
      (error) => {
        log.error('could not end cleanly', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (process.env.npm_lifecycle_event) endWithParent(() => end('SIGTERM'));
}

const PARENT_CHECK_MS = 500;

/** npm hands a signal to the shell between it and us, and shells do not pass it on: they just end. */
function endWithParent(end: () => void): void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    end();
  }, PARENT_CHECK_MS);
  check.unref();
}
