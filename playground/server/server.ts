import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Driver } from '../driver.ts';
import { EventFeed } from './events.ts';
import { Faults } from './faults.ts';
import { FileRoutes } from './file-routes.ts';
import { Files } from './files.ts';
import { Interactions } from './interactions.ts';
import { Messaging } from './messaging.ts';
import { PageApi } from './page-api.ts';
import { RateLimits } from './rate-limits.ts';
import { sendJson } from './request.ts';
import { ResponseUrls } from './response-urls.ts';
import { addressOf, isOwnPage, route } from './routes.ts';
import { type ChannelSeed, seedWorkspace, type UserSeed } from './seed.ts';
import { loadSnapshot, SnapshotWriter } from './snapshot.ts';
import { SocketMode, type SocketModeOptions } from './socket-mode.ts';
import { Triggers } from './triggers.ts';
import { Views } from './views.ts';
import { WebApi } from './web-api/index.ts';
import { Workspace } from './workspace.ts';

const STREAM_LIFE_MS = 5 * 60 * 1000;
const FILE_PROCESSING_MS = 250;

export interface WorkspaceOptions extends SocketModeOptions {
  /** 0 takes any free port. */
  port?: number;
  host?: string;
  /** Keeps the workspace in this file, and its uploads in a folder beside it; without one everything goes on close. */
  stateFile?: string;
  /** People and channels to add to the usual ones, or to replace by id, in a new workspace. */
  users?: UserSeed[];
  channels?: ChannelSeed[];
  /** The manifest's `bot_events`; default: every event that this workspace can send. */
  events?: readonly string[];
  /** The bot token's scopes; default: all. */
  scopes?: readonly string[];
  /** How long after its completion an upload gets its type and thumbnails. */
  fileProcessingMs?: number;
  /** How long a stream stays open, 5 minutes in Slack. */
  streamLifeMs?: number;
  /** Answers 429 as Slack's tiers would. */
  rateLimits?: boolean;
}

export interface RunningWorkspace {
  /** Where the page is. */
  url: string;
  /** For Bolt's `clientOptions.slackApiUrl`. */
  apiUrl: string;
  botToken: string;
  appToken: string;
  driver: Driver;
  close(): Promise<void>;
}

/**
 * Starts a workspace that an unmodified Bolt app in Socket Mode connects to.
 *
 * @throws Error when the port is taken or the state file cannot be read.
 */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<RunningWorkspace> {
  const { port = 0, host = '127.0.0.1', stateFile } = options;
  const workspace = new Workspace(
    (stateFile && loadSnapshot(stateFile)) || seedWorkspace(options.users, options.channels),
  );
  const folder = stateFile ? `${stateFile}.files` : mkdtempSync(join(tmpdir(), 'workspace-files-'));
  const files = new Files(workspace, folder, options.fileProcessingMs ?? FILE_PROCESSING_MS);
  const pictureIsReady = files.pictureIsReady.bind(files);
  const sockets = new SocketMode(
    workspace.app.id,
    (count) => workspace.announce({ type: 'connections', count }),
    options,
  );
  const events = new EventFeed(workspace, sockets, options.events);
  const messaging = new Messaging(workspace, events);
  const triggers = new Triggers();
  const views = new Views(workspace, pictureIsReady);
  const responseUrls = new ResponseUrls(workspace, messaging, pictureIsReady);
  const interactions = new Interactions(workspace, sockets, triggers, views, responseUrls);
  const streamLifeMs = options.streamLifeMs ?? STREAM_LIFE_MS;
  const backend = { workspace, messaging, events, files, views, triggers, sockets, streamLifeMs };
  const faults = new Faults();
  const api = new WebApi(backend, faults, new RateLimits(options.rateLimits ?? false), options.scopes);
  const driver = new Driver(backend, interactions, api, faults);
  const fileRoutes = new FileRoutes(workspace, files);
  const page = new PageApi(workspace, driver, files, fileRoutes);
  const snapshots = stateFile ? new SnapshotWriter(workspace, stateFile) : undefined;

  const server = createServer((request, response) => {
    route({ host, api, fileRoutes, page, responseUrls }, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { ok: false, error: 'internal_error', message: String(error) });
    });
  });
  server.on('upgrade', (request, stream, head) => {
    const { pathname } = addressOf(request);
    if (pathname === '/link/') sockets.upgrade(request, stream, head);
    else if (pathname === '/page/live' && isOwnPage(request, host)) page.upgrade(request, stream, head);
    else stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });
  await listen(server, port, host);
  const { port: actualPort } = server.address() as AddressInfo;
  workspace.origin = `http://${host}:${actualPort}`;
  for (const file of [...workspace.files.values()]) if (file.state === 'completed') await files.process(file);
  await snapshots?.save();

  return {
    url: workspace.origin,
    apiUrl: `${workspace.origin}/api/`,
    botToken: workspace.app.bot_token,
    appToken: workspace.app.app_token,
    driver,
    close: async () => {
      sockets.close();
      page.close();
      files.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await snapshots?.save();
      if (!stateFile) await rm(folder, { recursive: true, force: true });
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
