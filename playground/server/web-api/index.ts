import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Faults, TransportFault } from '../faults.ts';
import type { RateLimits } from '../rate-limits.ts';
import { readFields, sendJson } from '../request.ts';
import { SlackError } from '../slack-error.ts';
import type { Fields } from '../types.ts';
import { assistantMethods } from './assistant.ts';
import { authMethods } from './auth.ts';
import { blockMethods } from './blocks.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import { Arguments, type Backend, type Method, type Methods } from './method.ts';
import { peopleMethods } from './people.ts';
import { reactionMethods } from './reactions.ts';
import { streamMethods } from './streams.ts';
import { viewMethods } from './views.ts';

const METHODS: Methods = {
  ...authMethods,
  ...chatMethods,
  ...streamMethods,
  ...conversationMethods,
  ...peopleMethods,
  ...fileMethods,
  ...viewMethods,
  ...reactionMethods,
  ...assistantMethods,
  ...blockMethods,
};

const MOST_RECORDED_CALLS = 5_000;

/** One line of the call log. */
export interface ApiCall {
  method: string;
  args: Fields;
  ok: boolean;
  error?: string;
}

/** Slack's Web API over HTTP: authenticates, counts, runs one method, answers `{ok, …}`. */
export class WebApi {
  /** The latest calls, oldest first. */
  readonly calls: ApiCall[] = [];
  private readonly backend: Backend;
  private readonly faults: Faults;
  private readonly limits: RateLimits;
  private readonly scopes: readonly string[] | undefined;

  /** @param scopes the bot token's scopes; undefined grants everything. */
  constructor(backend: Backend, faults: Faults, limits: RateLimits, scopes?: readonly string[]) {
    this.backend = backend;
    this.faults = faults;
    this.limits = limits;
    this.scopes = scopes;
  }

  /** Answers one request to `/api/<name>`. */
  async handle(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = await readFields(request).catch(() => undefined);
    const { token, ...args } = fields ?? {};
    const headers = this.scopes ? { 'x-oauth-scopes': this.scopes.join(',') } : undefined;
    try {
      if (!fields) throw new SlackError('invalid_form_data');
      const body = { ok: true, ...(await this.run(name, bearer(request) || String(token ?? ''), args)) };
      this.record({ method: name, args, ok: true });
      sendJson(response, 200, body, headers);
    } catch (error) {
      this.refuse(name, args, error, response, headers);
    }
  }

  private async run(name: string, token: string, args: Fields): Promise<Fields> {
    const method: Method | undefined = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (!method) throw new SlackError('unknown_method', { req_method: name });
    this.authenticate(method, token);
    await this.faults.strike(name);
    this.limits.spend(name, method.tier, String(args.channel ?? args.channel_id ?? ''));
    return method.run(new Arguments(args), this.backend);
  }

  private authenticate(method: Method, token: string): void {
    const { bot_token, app_token } = this.backend.workspace.app;
    if (!token) throw new SlackError('not_authed');
    if (token !== bot_token && token !== app_token) throw new SlackError('invalid_auth');
    if (token !== (method.token === 'app' ? app_token : bot_token))
      throw new SlackError('not_allowed_token_type');
    const needed = method.scopes;
    const provided = this.scopes;
    if (needed && provided && method.token !== 'app' && !needed.some((scope) => provided.includes(scope))) {
      throw new SlackError('missing_scope', { needed: needed.join(','), provided: provided.join(',') });
    }
  }

  private refuse(
    method: string,
    args: Fields,
    error: unknown,
    response: ServerResponse,
    headers?: Record<string, string>,
  ): void {
    if (error instanceof SlackError) {
      this.record({ method, args, ok: false, error: error.code });
      sendJson(response, 200, { ok: false, error: error.code, ...error.details }, headers);
    } else if (error instanceof TransportFault) {
      this.record({ method, args, ok: false, error: 'transport' });
      actOut(error, response);
    } else {
      // A defect of this server itself: Slack's name for one, with the reason for whoever reads the answer.
      this.record({ method, args, ok: false, error: 'internal_error' });
      sendJson(response, 200, { ok: false, error: 'internal_error', reason: String(error) });
    }
  }

  private record(call: ApiCall): void {
    this.calls.push(call);
    if (this.calls.length > MOST_RECORDED_CALLS) this.calls.shift();
  }
}

function bearer(request: IncomingMessage): string {
  return request.headers.authorization?.match(/^Bearer (.+)$/)?.[1] ?? '';
}

function actOut({ fault }: TransportFault, response: ServerResponse): void {
  if ('hangUp' in fault) response.destroy();
  else if (fault.status === 429) {
    sendJson(
      response,
      429,
      { ok: false, error: 'ratelimited' },
      { 'retry-after': String(fault.retryAfter ?? 1) },
    );
  } else sendJson(response, fault.status, { ok: false, error: 'service_unavailable' });
}
