import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Driver } from '../driver.ts';
import { isFields } from './blocks/rules.ts';
import type { FileRoutes } from './file-routes.ts';
import type { Files } from './files.ts';
import { pageState } from './page-state.ts';
import { presentFile } from './present.ts';
import { readBody, sendJson } from './request.ts';
import { RefusedAct, SlackError } from './slack-error.ts';
import type { Fields } from './types.ts';
import type { Workspace } from './workspace.ts';

const MOST_JSON_BYTES = 4 * 1024 * 1024;

/** The page's door: the whole state, every change as it happens, and the acts of the person who looks at it. */
export class PageApi {
  private readonly workspace: Workspace;
  private readonly driver: Driver;
  private readonly files: Files;
  private readonly fileRoutes: FileRoutes;
  private readonly live = new WebSocketServer({ noServer: true });
  private readonly acts: Record<string, (act: Fields) => Fields | Promise<Fields>>;

  constructor(workspace: Workspace, driver: Driver, files: Files, fileRoutes: FileRoutes) {
    this.workspace = workspace;
    this.driver = driver;
    this.files = files;
    this.fileRoutes = fileRoutes;
    this.acts = actsOf(driver);
    workspace.onChange((change) => {
      if (this.live.clients.size === 0) return;
      const frame = JSON.stringify(change);
      for (const client of this.live.clients) client.send(frame);
    });
  }

  /** Answers one request to `/page/<path>`. */
  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && path === 'state') {
      sendJson(response, 200, pageState(this.workspace, this.driver.connections));
    } else if (request.method === 'GET' && path.startsWith('file/')) {
      await this.fileRoutes.show(path.slice('file/'.length), response);
    } else if (request.method === 'POST' && path === 'upload') {
      await this.answer(response, () => this.upload(request));
    } else if (request.method === 'POST' && Object.hasOwn(this.acts, path)) {
      await this.answer(response, async () => this.acts[path](await readAct(request)));
    } else {
      sendJson(response, 404, {
        ok: false,
        error: 'not_found',
        message: `There is nothing at /page/${path}.`,
      });
    }
  }

  /** Opens a live connection: the state first, then every change. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.live.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate());
      socket.send(
        JSON.stringify({ type: 'state', state: pageState(this.workspace, this.driver.connections) }),
      );
    });
  }

  close(): void {
    for (const client of this.live.clients) client.terminate();
    this.live.close();
  }

  private async upload(request: IncomingMessage): Promise<Fields> {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const user = this.workspace.users.get(query.get('user') ?? '');
    if (!user) throw new RefusedAct('user_not_found', 'Say who uploads the file.');
    const file = this.files.begin({ user: user.id, name: query.get('name') || 'untitled', size: 0 });
    await this.files.receive(file, request);
    await this.files.process(file);
    return { file: presentFile(this.workspace, file) };
  }

  private async answer(response: ServerResponse, act: () => Promise<Fields>): Promise<void> {
    try {
      sendJson(response, 200, { ok: true, ...(await act()) });
    } catch (error) {
      if (error instanceof RefusedAct) {
        sendJson(response, 400, { ok: false, error: error.code, message: error.message });
      } else if (error instanceof SlackError) {
        const message = `The app's answer was refused: ${JSON.stringify(error.details)}`;
        sendJson(response, 400, { ok: false, error: error.code, message });
      } else throw error;
    }
  }
}

function actsOf(driver: Driver): Record<string, (act: Fields) => Fields | Promise<Fields>> {
  return {
    message: async (act) => {
      const ids = Array.isArray(act.file_ids) ? act.file_ids.map(String) : [];
      const { ts } = await driver.say({
        user: text(act, 'user'),
        channel: text(act, 'channel'),
        text: text(act, 'text'),
        files: ids.map((id) => driver.file(id)),
        ...(text(act, 'thread_ts') && { thread: text(act, 'thread_ts') }),
      });
      return { ts };
    },
    click: async (act) => {
      const values = isFields(act.values) ? { values: act.values } : {};
      return { ...(await driver.click({ ...pressOf(act), value: act.value, ...values })) };
    },
    options: async (act) => ({ options: await driver.options(pressOf(act), text(act, 'query')) }),
    'modal-submit': async (act) => {
      const values = isFields(act.values) ? act.values : {};
      return {
        ...(await driver.submitModal({ user: text(act, 'user'), viewId: text(act, 'view_id'), values })),
      };
    },
    'modal-close': (act) => {
      driver.closeModal({ user: text(act, 'user'), viewId: text(act, 'view_id'), clear: act.clear === true });
      return {};
    },
    home: (act) => {
      driver.openHome(text(act, 'user'), act.tab === 'messages' ? 'messages' : 'home');
      return {};
    },
    stop: (act) => {
      driver.stop({ user: text(act, 'user'), channel: text(act, 'channel'), thread: text(act, 'thread_ts') });
      return {};
    },
    command: async (act) => ({
      ...(await driver.command({
        user: text(act, 'user'),
        channel: text(act, 'channel'),
        command: text(act, 'command'),
        text: text(act, 'text'),
      })),
    }),
  };
}

function pressOf(act: Fields): { user: string; channel: string; ts: string; actionId: string } {
  const viewId = text(act, 'view_id');
  const blockId = text(act, 'block_id');
  return {
    user: text(act, 'user'),
    channel: text(act, 'channel'),
    ts: text(act, 'ts'),
    actionId: text(act, 'action_id'),
    ...(viewId && { viewId }),
    ...(blockId && { blockId }),
  };
}

function text(act: Fields, name: string): string {
  const value = act[name];
  return typeof value === 'string' ? value : '';
}

async function readAct(request: IncomingMessage): Promise<Fields> {
  try {
    const act: unknown = JSON.parse((await readBody(request, MOST_JSON_BYTES)).toString('utf8'));
    if (isFields(act)) return act;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
  }
  throw new RefusedAct('invalid_json', 'The request was not a JSON object of a reasonable size.');
}
