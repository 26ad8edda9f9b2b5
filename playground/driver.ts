import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Directory } from './driver/directory.ts';
import { type Patience, Watcher } from './driver/watcher.ts';
import type { Faults } from './server/faults.ts';
import type { InputValues } from './server/inputs.ts';
import type { Interactions, Submission } from './server/interactions.ts';
import { presentEphemeral, presentFile, presentMessage } from './server/present.ts';
import { compose, richText } from './server/rich-text.ts';
import { RefusedAct } from './server/slack-error.ts';
import type { Acknowledgement, AckTime, DisconnectReason } from './server/socket-mode.ts';
import type { Change, Fields, View, WireEphemeral, WireFile, WireMessage } from './server/types.ts';
import type { ApiCall, WebApi } from './server/web-api/index.ts';
import type { Backend } from './server/web-api/method.ts';

/** A file to share: from disk, or bytes with a name. `size` is what Slack will claim, for files too large to make. */
export interface FileToShare {
  path?: string;
  bytes?: Uint8Array | string;
  name?: string;
  size?: number;
}

/** What somebody says. People and channels go by id or by name (`ana`, `#general`). */
export interface Saying {
  user: string;
  channel: string;
  text: string;
  files?: readonly (FileToShare | WireFile)[];
  /** The ts of the thread's first message. */
  thread?: string;
}

/** Which element somebody presses: in `message` (or `channel` and `ts`), or in the view `viewId`. */
export interface Press {
  user: string;
  message?: Pick<WireMessage, 'channel' | 'ts'>;
  channel?: string;
  ts?: string;
  viewId?: string;
  actionId: string;
  blockId?: string;
  /** What was chosen, for anything but a button. */
  value?: unknown;
  /** What the inputs of the same message or view hold, by block id. */
  values?: InputValues;
}

/** How the app took a press or a command; `ackMs` is missing when it did not answer in time. */
export interface PressResult {
  acked: boolean;
  ackMs?: number;
}

/** Does in the workspace what people do in Slack, and waits for what the app answers. */
export class Driver {
  /** Makes Web API calls fail; see `Faults.failNext`. */
  readonly faults: Faults;
  private readonly backend: Backend;
  private readonly interactions: Interactions;
  private readonly api: WebApi;
  private readonly directory: Directory;
  private readonly watcher: Watcher;

  constructor(backend: Backend, interactions: Interactions, api: WebApi, faults: Faults) {
    this.backend = backend;
    this.interactions = interactions;
    this.api = api;
    this.faults = faults;
    this.directory = new Directory(backend.workspace);
    this.watcher = new Watcher(backend.workspace);
  }

  /** Every acknowledgement so far, with its latency. */
  get ackTimes(): readonly AckTime[] {
    return this.backend.sockets.ackTimes;
  }

  /** Every Web API call so far, with its arguments. */
  get apiCalls(): readonly ApiCall[] {
    return this.api.calls;
  }

  /** How many sockets of the app are open. */
  get connections(): number {
    return this.backend.sockets.connections;
  }

  /** Says something that names the app; `@app` is put in front when the text does not name it. */
  mention(saying: Saying): Promise<WireMessage> {
    const { bot_user_id: bot, name } = this.backend.workspace.app;
    const isNamed =
      saying.text.includes(`<@${bot}>`) || saying.text.toLowerCase().includes(`@${name.toLowerCase()}`);
    return this.say(isNamed ? saying : { ...saying, text: `<@${bot}> ${saying.text}` });
  }

  /** Says something in a thread, or under a message that becomes one. */
  reply(saying: Saying & { thread: string }): Promise<WireMessage> {
    return this.say(saying);
  }

  /** Says something to the app alone. */
  directMessage({ user, ...saying }: Omit<Saying, 'channel'>): Promise<WireMessage> {
    const person = this.directory.user(user);
    return this.say({ ...saying, user, channel: this.backend.workspace.directMessage(person.id).id });
  }

  /**
   * Posts as a person, with files if there are any.
   * @throws RefusedAct when the person is not in the channel or the thread does not exist.
   */
  async say({ user, channel, text, files = [], thread }: Saying): Promise<WireMessage> {
    const { workspace, messaging } = this.backend;
    const person = this.directory.user(user);
    const place = this.directory.channel(channel);
    if (!place.members.includes(person.id)) {
      throw new RefusedAct('not_in_channel', `${person.real_name} is not in #${place.name}.`);
    }
    const root = thread === undefined ? undefined : workspace.message(place.id, thread);
    if (thread !== undefined && !root)
      throw new RefusedAct('thread_not_found', `There is no thread ${thread} in #${place.name}.`);
    const fileIds: string[] = [];
    for (const file of files)
      fileIds.push(isShared(file) ? file.id : (await this.upload({ user, ...file })).id);
    const composed = compose(text, workspace.users.values());
    if (!composed && fileIds.length === 0) throw new RefusedAct('no_text', 'There is nothing to send.');
    const message = messaging.post({
      channel: place.id,
      user: person.id,
      text: composed,
      ...(composed && { blocks: [richText(composed)] }),
      ...(root && { thread_ts: root.thread_ts ?? root.ts }),
      ...(fileIds.length > 0 && { subtype: 'file_share', file_ids: fileIds }),
    });
    return presentMessage(workspace, message);
  }

  /** Uploads a file without sharing it; name it in `files` of a message, or by id in a modal's file input. */
  async upload({ user, path, bytes, name, size }: FileToShare & { user: string }): Promise<WireFile> {
    const { workspace, files } = this.backend;
    const content = bytes ?? (path === undefined ? '' : await readFile(path));
    const file = files.begin({
      user: this.directory.user(user).id,
      name: name ?? (path === undefined ? 'untitled' : basename(path)),
      size: 0,
    });
    await files.receive(file, typeof content === 'string' ? Buffer.from(content) : content);
    if (size !== undefined) file.size = size;
    await files.process(file);
    return presentFile(workspace, file);
  }

  /** Presses a button or chooses something; resolves when the app has acknowledged. */
  async click({ user, message, channel, ts, viewId, ...press }: Press): Promise<PressResult> {
    const person = this.directory.user(user);
    if (viewId !== undefined) return result(await this.interactions.click(person, { ...press, viewId }));
    const place = this.directory.channel(message?.channel ?? channel ?? '');
    this.directory.requireSight(person, place);
    const target = { channel: place.id, ts: message?.ts ?? ts ?? '' };
    return result(await this.interactions.click(person, { ...press, ...target }));
  }

  /** The options that the app offers for what was typed into an external select. */
  options(press: Omit<Press, 'value' | 'values'>, query: string): Promise<Fields[]> {
    const { user, message, channel, ts, viewId, ...target } = press;
    const place =
      viewId === undefined
        ? {
            channel: this.directory.channel(message?.channel ?? channel ?? '').id,
            ts: message?.ts ?? ts ?? '',
          }
        : { viewId };
    return this.interactions.options(this.directory.user(user), { ...target, ...place }, query);
  }

  /** Submits the person's top modal; `errors` come from the form itself or from the app. */
  submitModal({
    user,
    viewId,
    values,
  }: {
    user: string;
    viewId: string;
    values: InputValues;
  }): Promise<Submission> {
    return this.interactions.submit(this.directory.user(user), viewId, values);
  }

  /** Closes the person's top modal, or all of them with `clear`. */
  closeModal({ user, viewId, clear = false }: { user: string; viewId: string; clear?: boolean }): void {
    this.interactions.close(this.directory.user(user), viewId, clear);
  }

  /** The modal that a person sees. */
  modalOf(user: string): View | undefined {
    return this.backend.views.stack(this.directory.user(user).id).at(-1);
  }

  /** The modal that a person sees, as soon as there is one (with that callback id, when one is given). */
  waitForModal(
    user: string,
    { callbackId, ...patience }: Patience & { callbackId?: string } = {},
  ): Promise<View> {
    const { id } = this.directory.user(user);
    const fits = (view: View) => callbackId === undefined || view.callback_id === callbackId;
    return this.watcher.watch(
      [this.modalOf(id)].filter((view) => view !== undefined),
      (change) => (change.type === 'modals' && change.user === id ? change.stack.at(-1) : undefined),
      fits,
      `a modal ${callbackId ?? ''} for ${user}`,
      patience,
    );
  }

  /** Looks at the app's home or its direct message. */
  openHome(user: string, tab: 'home' | 'messages' = 'home'): void {
    const { workspace, events } = this.backend;
    const { id } = this.directory.user(user);
    const channel = workspace.directMessage(id).id;
    const view = workspace.homes.get(id);
    events.happened({
      type: 'app_home_opened',
      user: id,
      channel,
      tab,
      ...(tab === 'home' && view && { view }),
    });
  }

  /** What a person or the app is called, by user id. */
  userName(id: string): string {
    return this.directory.user(id).real_name;
  }

  /** A person's App Home, as the app last published it. */
  homeOf(user: string): View | undefined {
    return this.backend.workspace.homes.get(this.directory.user(user).id);
  }

  /** A person's App Home, as soon as `predicate` holds for it. */
  waitForHome(
    user: string,
    predicate: (view: View) => boolean = () => true,
    patience: Patience = {},
  ): Promise<View> {
    const { id } = this.directory.user(user);
    const known = this.backend.workspace.homes.get(id);
    return this.watcher.watch(
      known ? [known] : [],
      (change) => (change.type === 'home' && change.user === id ? change.view : undefined),
      predicate,
      `a home for ${user}`,
      patience,
    );
  }

  /** Presses Slack's own stop button of a thread whose session is `processing`. */
  stop({ user, channel, thread }: { user: string; channel: string; thread: string }): void {
    const { workspace, events } = this.backend;
    const place = this.directory.channel(channel);
    const person = this.directory.user(user);
    this.directory.requireSight(person, place);
    const streaming = [...workspace.replies(place.id, thread)].filter(
      (m) => m.stream?.state === 'in_progress',
    );
    for (const message of streaming) {
      if (message.stream) message.stream.state = 'stopped_by_user';
      workspace.putMessage(message);
    }
    events.happened(
      {
        type: 'agent_session_stopped',
        channel: place.id,
        user: person.id,
        thread_ts: thread,
        streaming_message_ts: streaming.map((message) => message.ts),
      },
      place.id,
    );
  }

  /** Sends a slash command. */
  async command({
    user,
    channel,
    command,
    text = '',
  }: Omit<Saying, 'text'> & { command: string; text?: string }): Promise<PressResult> {
    const place = this.directory.channel(channel);
    return result(await this.interactions.command(this.directory.user(user), place.id, command, text));
  }

  /** Brings the app into a channel. */
  invite({ user, channel }: { user: string; channel: string }): void {
    const { workspace, events } = this.backend;
    const place = this.directory.channel(channel);
    const bot = workspace.app.bot_user_id;
    if (place.members.includes(bot)) return;
    place.members.push(bot);
    workspace.putChannel(place);
    events.happened(
      {
        type: 'member_joined_channel',
        user: bot,
        channel: place.id,
        channel_type: 'C',
        inviter: this.directory.user(user).id,
      },
      place.id,
    );
  }

  /** A channel's messages, or one thread's with its first message, oldest first. */
  messages({ channel, thread }: { channel: string; thread?: string }): WireMessage[] {
    const { workspace } = this.backend;
    return workspace
      .messages(this.directory.channel(channel).id)
      .filter((message) => thread === undefined || message.ts === thread || message.thread_ts === thread)
      .map((message) => presentMessage(workspace, message));
  }

  /** What only this person was shown, oldest first. */
  ephemerals(user: string): WireEphemeral[] {
    const { workspace } = this.backend;
    const { id } = this.directory.user(user);
    return workspace.ephemerals
      .filter((message) => message.user_seeing === id)
      .map((message) => presentEphemeral(workspace, message));
  }

  /** What Slack says about an uploaded file. */
  file(id: string): WireFile {
    const file = this.backend.workspace.files.get(id);
    if (!file) throw new RefusedAct('file_not_found', `There is no uploaded file ${id}.`);
    return presentFile(this.backend.workspace, file);
  }

  /** An uploaded file's bytes. */
  fileBytes(id: string): Promise<Buffer> {
    return readFile(this.backend.files.path(this.backend.files.get(id).id));
  }

  /** The first message, old or new, for which `predicate` holds. */
  waitForMessage(
    predicate: (message: WireMessage) => boolean,
    { channel, thread, ...patience }: Patience & { channel?: string; thread?: string } = {},
  ): Promise<WireMessage> {
    const { workspace } = this.backend;
    const places =
      channel === undefined ? [...workspace.channels.keys()] : [this.directory.channel(channel).id];
    const isHere = (message: WireMessage) =>
      (channel === undefined || places.includes(message.channel)) &&
      (thread === undefined || message.thread_ts === thread || message.ts === thread);
    return this.watcher.watch(
      places.flatMap((id) => this.messages({ channel: id })),
      (change) => (change.type === 'message' ? change.message : undefined),
      (message) => isHere(message) && predicate(message),
      'a message',
      patience,
    );
  }

  /** A known message, as soon as `predicate` holds for it; without one, after its next change. */
  waitForUpdate(
    { channel, ts }: Pick<WireMessage, 'channel' | 'ts'>,
    predicate?: (message: WireMessage) => boolean,
    patience: Patience = {},
  ): Promise<WireMessage> {
    const place = this.directory.channel(channel).id;
    const known = predicate ? this.messages({ channel: place }) : [];
    return this.watcher.watch(
      known,
      (change) => (change.type === 'message' ? change.message : undefined),
      (message) => message.channel === place && message.ts === ts && (predicate?.(message) ?? true),
      `a change of message ${ts}`,
      patience,
    );
  }

  /** The first ephemeral message to this person, old or new, for which `predicate` holds. */
  waitForEphemeral(
    user: string,
    predicate: (message: WireEphemeral) => boolean = () => true,
    patience: Patience = {},
  ): Promise<WireEphemeral> {
    const { id } = this.directory.user(user);
    return this.watcher.watch(
      this.ephemerals(id),
      (change) =>
        change.type === 'ephemeral' && change.message.user_seeing === id ? change.message : undefined,
      predicate,
      `an ephemeral message for ${user}`,
      patience,
    );
  }

  /** Resolves when the app has at least this many sockets open. */
  async waitForApp({ sockets = 1, ...patience }: Patience & { sockets?: number } = {}): Promise<void> {
    await this.watcher.watch(
      [this.connections],
      (change) => (change.type === 'connections' ? change.count : undefined),
      (count) => count >= sockets,
      `${sockets} connection(s) of the app`,
      patience,
    );
  }

  /** Calls `listener` after every change; returns the function that ends it. */
  on(_event: 'change', listener: (change: Change) => void): () => void {
    return this.backend.workspace.onChange(listener);
  }

  /** Asks the app to reconnect, as Slack does now and then. */
  requestReconnect(reason: DisconnectReason = 'refresh_requested'): void {
    this.backend.sockets.disconnectAll(reason);
  }

  /** Cuts the app's connections without a word. */
  dropSockets(): void {
    this.backend.sockets.dropAll();
  }
}

function isShared(file: FileToShare | WireFile): file is WireFile {
  return 'id' in file;
}

function result(answer: Acknowledgement): PressResult {
  return answer.acked ? { acked: true, ackMs: answer.ackMs } : { acked: false };
}
