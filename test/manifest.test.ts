import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '@slack/bolt';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { HandlerDeps } from '../handlers/deps.ts';
import { listen } from '../handlers/index.ts';

interface Manifest {
  display_information: { name: string; description: string; long_description: string };
  features: {
    agent_view: { agent_description: string; suggested_prompts: { title: string; message: string }[] };
    app_home: Record<string, boolean>;
    bot_user: { display_name: string };
    slash_commands?: { command: string }[];
    shortcuts?: unknown;
  };
  oauth_config: { scopes: Record<string, string[]> };
  settings: {
    event_subscriptions: { bot_events: string[]; user_events?: string[] };
    interactivity: { is_enabled: boolean };
    socket_mode_enabled: boolean;
    token_rotation_enabled: boolean;
  };
}

const manifest = parse(readFileSync('manifest.yml', 'utf8')) as Manifest;
const SCHEMA = '../shared/reference/manifest.schema.2.0.0.json';

/** The scopes that Slack wants for a Web API method; an empty list means that any token will do. */
const SCOPES_OF_METHODS: Readonly<Record<string, readonly string[]>> = {
  'assistant.threads.setStatus': ['chat:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'assistant.threads.setTitle': ['assistant:write'],
  'auth.test': [],
  'chat.appendStream': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read'],
  'conversations.members': ['channels:read', 'groups:read', 'im:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.info': ['files:read'],
  filesUploadV2: ['files:write'],
  'reactions.add': ['reactions:write'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};

/** The scopes without which Slack does not send an event. */
const SCOPES_OF_EVENTS: Readonly<Record<string, readonly string[]>> = {
  agent_session_stopped: ['assistant:write'],
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
};

/** What `handlers/index.ts` registers, by kind. */
function listenedTo(): Record<'event' | 'action' | 'view' | 'command' | 'shortcut', string[]> {
  const heard: ReturnType<typeof listenedTo> = { event: [], action: [], view: [], command: [], shortcut: [] };
  const recorder = new Proxy(heard, {
    get: (_, kind) => (name: unknown) =>
      kind in heard && heard[kind as keyof typeof heard].push(String(name)),
  });
  listen(recorder as unknown as App, {} as HandlerDeps);
  return heard;
}

/** The Web API methods that the app calls, found in its source. */
function calledMethods(): string[] {
  const call = /\b(?:client|interactive|background)\.(\w+(?:\.\w+)+|filesUploadV2)\(/g;
  const sources = ['src', 'handlers'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, file), 'utf8')),
  );
  return [
    ...new Set(sources.flatMap((text) => [...text.matchAll(call)].map((match) => match[1] ?? ''))),
  ].sort();
}

describe('manifest.yml', () => {
  const { scopes } = manifest.oauth_config;
  const subscribed = manifest.settings.event_subscriptions.bot_events;
  const heard = listenedTo();

  it.skipIf(!existsSync(SCHEMA))(
    "is valid in Slack's manifest schema (skipped where the schema is not at hand)",
    () => {
      const schema = JSON.parse(readFileSync(SCHEMA, 'utf8'));
      const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
      validate(manifest);
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it('subscribes to every event that is handled, and to no other', () => {
    const families = new Set(subscribed.map((event) => event.split('.')[0]));
    expect([...families].sort()).toEqual([...heard.event].sort());
    expect(subscribed).toEqual([...subscribed].sort());
  });

  it('hears thread replies without a mention wherever people talk', () => {
    expect(subscribed).toEqual(expect.arrayContaining(['message.channels', 'message.groups', 'message.im']));
  });

  it('enables interactivity for the buttons and modals, and declares no command or shortcut that nobody handles', () => {
    expect(heard.action.length + heard.view.length).toBeGreaterThan(0);
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
    expect(manifest.features.slash_commands?.map(({ command }) => command)).toEqual(heard.command);
    expect(heard.shortcut).toEqual([]);
    expect(manifest.features.shortcuts).toBeUndefined();
  });

  it('asks for exactly the scopes that its events and calls need', () => {
    const methods = calledMethods();
    expect(methods).toEqual(expect.arrayContaining(['chat.postMessage', 'views.open', 'filesUploadV2']));
    expect(methods.filter((method) => !(method in SCOPES_OF_METHODS))).toEqual([]);
    expect(subscribed.filter((event) => !(event in SCOPES_OF_EVENTS))).toEqual([]);
    const needed = new Set([
      ...methods.flatMap((method) => SCOPES_OF_METHODS[method] ?? []),
      ...subscribed.flatMap((event) => SCOPES_OF_EVENTS[event] ?? []),
      ...(manifest.features.slash_commands ? ['commands'] : []),
    ]);
    expect(scopes.bot).toEqual([...needed].sort());
  });

  it('asks for nothing in the name of a person', () => {
    expect(Object.keys(scopes)).toEqual(['bot']);
    expect(manifest.settings.event_subscriptions.user_events).toBeUndefined();
  });

  it('runs in Socket Mode with lasting tokens, which need no public address and no token store', () => {
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(manifest.settings.token_rotation_enabled).toBe(false);
    expect(JSON.stringify(manifest)).not.toContain('_url');
  });

  it("keeps within Slack's lengths", () => {
    const { name, description, long_description } = manifest.display_information;
    const { agent_view, bot_user } = manifest.features;
    expect(name.length).toBeLessThanOrEqual(35);
    expect(description.length).toBeLessThanOrEqual(140);
    expect(long_description.length).toBeGreaterThanOrEqual(175);
    expect(long_description.length).toBeLessThanOrEqual(4000);
    expect(bot_user.display_name.length).toBeLessThanOrEqual(80);
    expect(agent_view.agent_description.length).toBeLessThanOrEqual(300);
    expect(agent_view.suggested_prompts.length).toBeLessThanOrEqual(4);
    expect(subscribed.length).toBeLessThanOrEqual(100);
  });

  it('lets people write in the messages tab and see their runs in the home tab', () => {
    expect(manifest.features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
  });
});
