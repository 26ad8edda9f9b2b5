import { App, type AppOptions, type Logger, LogLevel } from '@slack/bolt';
import { afterEach } from 'vitest';
import {
  type RunningWorkspace,
  startWorkspace,
  type WorkspaceOptions,
} from '../../playground/server/server.ts';

/** Keeps the SDK's complaints about the failures that tests provoke out of the report. */
export const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A workspace that closes with the test. */
export async function workspaceForTest(options: WorkspaceOptions = {}): Promise<RunningWorkspace> {
  const workspace = await startWorkspace({ fileProcessingMs: 20, ...options });
  cleanups.push(() => workspace.close());
  return workspace;
}

/** Bolt's App as it comes, in Socket Mode, pointed at the workspace; `listen` registers listeners before it starts. */
export async function boltAppForTest(
  workspace: RunningWorkspace,
  listen: (app: App) => void = () => {},
  options: AppOptions = {},
): Promise<App> {
  const app = new App({
    token: workspace.botToken,
    appToken: workspace.appToken,
    socketMode: true,
    convoStore: false,
    logger: SILENT,
    clientOptions: {
      slackApiUrl: workspace.apiUrl,
      retryConfig: { retries: 1, minTimeout: 10, maxTimeout: 20 },
    },
    ...options,
  });
  listen(app);
  await app.start();
  cleanups.push(() => app.stop());
  return app;
}

/** A workspace and an app that is connected to it. */
export async function connected(
  listen: (app: App) => void = () => {},
  options: WorkspaceOptions = {},
): Promise<{ workspace: RunningWorkspace; driver: RunningWorkspace['driver']; app: App }> {
  const workspace = await workspaceForTest(options);
  const app = await boltAppForTest(workspace, listen);
  return { workspace, driver: workspace.driver, app };
}

export function button(actionId: string, value = 'v'): Record<string, unknown> {
  return { type: 'button', action_id: actionId, value, text: { type: 'plain_text', text: actionId } };
}

/** The header of a PNG of this size: all that the workspace reads of it. */
export function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}
