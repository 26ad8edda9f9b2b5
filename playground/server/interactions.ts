import { actionElements, type PlacedElement } from './blocks/elements-of.ts';
import { isFields } from './blocks/rules.ts';
import { elementState, formErrors, hasState, type InputValues, pick, stateValues } from './inputs.ts';
import { presentMessage } from './present.ts';
import type { ResponseUrls } from './response-urls.ts';
import { RefusedAct, SlackError } from './slack-error.ts';
import type { Acknowledgement, SocketMode } from './socket-mode.ts';
import type { Triggers } from './triggers.ts';
import type { Fields, StoredMessage, User, View } from './types.ts';
import { type Views, withState } from './views.ts';
import type { Workspace } from './workspace.ts';

/** Where an element stands: in a message or in a view. */
export type Place = { channel: string; ts: string } | { viewId: string };

/** Which element somebody acts on; the block is needed only where two elements share an action id. */
export type Target = Place & { actionId: string; blockId?: string };

/** A press or a choice, with what the inputs around it hold. */
export type Click = Target & { value?: unknown; values?: InputValues };

/** How a modal's submission ended; `errors` names block ids. */
export interface Submission {
  outcome: 'closed' | 'updated' | 'pushed' | 'errors' | 'timeout';
  errors?: Record<string, string>;
  /** Milliseconds until the app's answer; missing when the form itself refused. */
  ackMs?: number;
}

/** Turns what people do with buttons, inputs, modals and commands into the payloads that Slack sends. */
export class Interactions {
  private readonly workspace: Workspace;
  private readonly sockets: SocketMode;
  private readonly triggers: Triggers;
  private readonly views: Views;
  private readonly responseUrls: ResponseUrls;

  constructor(
    workspace: Workspace,
    sockets: SocketMode,
    triggers: Triggers,
    views: Views,
    responseUrls: ResponseUrls,
  ) {
    this.workspace = workspace;
    this.sockets = sockets;
    this.triggers = triggers;
    this.views = views;
    this.responseUrls = responseUrls;
  }

  /** Sends `block_actions` for one element of a message or a view. */
  click(user: User, click: Click): Promise<Acknowledgement> {
    const surface = this.surface(user, click);
    const placed = findElement(surface.blocks, click);
    const action = this.action(placed, click.value);
    const view = surface.view;
    const entered =
      placed.input && click.value !== undefined
        ? { [placed.blockId]: click.value, ...click.values }
        : click.values;
    const values = stateValues(this.workspace, surface.blocks, entered);
    const payload = {
      ...this.common(user, 'block_actions'),
      ...surface.payload,
      trigger_id: this.triggers.issue({ user: user.id, ...(view && { viewId: view.id }) }),
      ...(view ? { view: withState(view, values) } : { state: { values } }),
      actions: [action],
    };
    return this.sockets.request('interactive', click.actionId, payload);
  }

  /** Asks the app for the options of an external select, as typing into it does. */
  async options(user: User, target: Target, query: string): Promise<Fields[]> {
    const surface = this.surface(user, target);
    const { blockId, element } = findElement(surface.blocks, target);
    const { response_url, ...payload } = surface.payload;
    const answer = await this.sockets.request('interactive', target.actionId, {
      ...this.common(user, 'block_suggestion'),
      ...payload,
      ...(surface.view && { view: surface.view }),
      action_id: element.action_id,
      block_id: blockId,
      value: query,
    });
    const options = answer.acked ? (answer.payload.options ?? answer.payload.option_groups) : [];
    return Array.isArray(options) ? options.filter(isFields) : [];
  }

  /** Submits a person's top modal with what they filled in, and does what the app answers. */
  async submit(user: User, viewId: string, entered: InputValues): Promise<Submission> {
    const view = this.topModal(user, viewId);
    if (view.submit_disabled) throw new RefusedAct('submit_disabled', 'This form cannot be submitted yet.');
    const values = stateValues(this.workspace, view.blocks, entered);
    const errors = formErrors(view.blocks, values);
    if (Object.keys(errors).length > 0) return { outcome: 'errors', errors };
    const answer = await this.sockets.request('interactive', view.callback_id, {
      ...this.common(user, 'view_submission'),
      trigger_id: this.triggers.issue({ user: user.id, viewId }),
      view: withState(view, values),
      response_urls: [],
    });
    if (!answer.acked) return { outcome: 'timeout' };
    return { ...this.obey(user, view, answer.payload), ackMs: answer.ackMs };
  }

  /** Closes a person's top modal, or with `clear` all of them; the app hears of those that asked for it. */
  close(user: User, viewId: string, clear = false): void {
    const view = this.topModal(user, viewId);
    const closed = this.views.close(user.id, clear || view.clear_on_close ? undefined : viewId);
    for (const gone of closed.filter((v) => v.notify_on_close)) {
      void this.sockets.request('interactive', gone.callback_id, {
        ...this.common(user, 'view_closed'),
        view: gone,
        is_cleared: clear,
      });
    }
  }

  /** Sends a slash command; an answer in the acknowledgement is shown as the command's response. */
  async command(user: User, channelId: string, command: string, text: string): Promise<Acknowledgement> {
    const { team, app, channels } = this.workspace;
    if (!app.commands.includes(command)) {
      throw new RefusedAct('no_such_command', `${command} is not a command of this workspace.`);
    }
    const channel = channels.get(channelId);
    const responseUrl = this.responseUrls.issue({ user: user.id, channel: channelId });
    const answer = await this.sockets.request('slash_commands', command, {
      token: 'local-verification-token',
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channelId,
      channel_name: channel?.is_im ? 'directmessage' : (channel?.name ?? ''),
      user_id: user.id,
      user_name: user.name,
      command,
      text,
      api_app_id: app.id,
      is_enterprise_install: 'false',
      response_url: responseUrl,
      trigger_id: this.triggers.issue({ user: user.id }),
    });
    if (answer.acked && (answer.payload.text || answer.payload.blocks)) {
      this.responseUrls.respond(responseUrl.slice(responseUrl.lastIndexOf('/') + 1), answer.payload);
    }
    return answer;
  }

  private obey(user: User, view: View, answer: Fields): Submission {
    switch (answer.response_action) {
      case undefined:
        this.views.close(user.id, view.id);
        return { outcome: 'closed' };
      case 'clear':
        this.views.close(user.id);
        return { outcome: 'closed' };
      case 'errors':
        return { outcome: 'errors', errors: appErrors(view, answer.errors) };
      case 'update':
        this.views.update({ viewId: view.id }, answer.view);
        return { outcome: 'updated' };
      case 'push':
        this.views.pushFor(user.id, answer.view);
        return { outcome: 'pushed' };
      default:
        throw new SlackError('invalid_arguments', { got: answer.response_action });
    }
  }

  private topModal(user: User, viewId: string): View {
    const top = this.views.stack(user.id).at(-1);
    if (top?.id !== viewId)
      throw new RefusedAct('view_not_open', `${user.real_name} does not see the modal ${viewId}.`);
    return top;
  }

  private surface(
    user: User,
    place: Place,
  ): { blocks: StoredMessage['blocks'] & object; payload: Fields; view?: View } {
    if ('viewId' in place) {
      const home = this.workspace.homes.get(user.id);
      const view = home?.id === place.viewId ? home : this.topModal(user, place.viewId);
      return { blocks: view.blocks, view, payload: { container: { type: 'view', view_id: view.id } } };
    }
    const { channel: channelId, ts } = place;
    const ephemeral = this.workspace.ephemerals.find((m) => m.ts === ts && m.user_seeing === user.id);
    const message = ephemeral ?? this.workspace.message(channelId, ts);
    if (!message)
      throw new RefusedAct('message_not_found', `${user.real_name} does not see a message ${ts}.`);
    const channel = this.workspace.channels.get(channelId);
    const threadTs = message.thread_ts;
    return {
      blocks: message.blocks ?? [],
      payload: {
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channelId,
          is_ephemeral: ephemeral !== undefined,
          ...(threadTs && { thread_ts: threadTs }),
        },
        channel: { id: channelId, name: channel?.is_im ? 'directmessage' : channel?.name },
        ...(ephemeral ? {} : { message: presentMessage(this.workspace, message) }),
        response_url: this.responseUrls.issue({
          user: user.id,
          channel: channelId,
          message,
          ...(threadTs && { threadTs }),
        }),
      },
    };
  }

  private action({ blockId, element }: PlacedElement, value: unknown): Fields {
    const { type, action_id, text, style, placeholder, url } = element;
    const base = { type, action_id, block_id: blockId, action_ts: this.workspace.ids.timestamp() };
    if (hasState(element)) {
      return {
        ...base,
        ...elementState(this.workspace, element, value),
        ...(placeholder !== undefined && { placeholder }),
      };
    }
    if (type === 'overflow') return { ...base, selected_option: pick(element, value) };
    if (type === 'feedback_buttons') return { ...base, ...chosenFeedback(element, value) };
    return {
      ...base,
      text,
      ...(element.value !== undefined && { value: element.value }),
      ...(style !== undefined && { style }),
      ...(url !== undefined && { url }),
    };
  }

  private common(user: User, type: string): Fields {
    const { team, app } = this.workspace;
    return {
      type,
      team: { id: team.id, domain: team.domain },
      user: { id: user.id, username: user.name, name: user.name, team_id: user.team_id },
      api_app_id: app.id,
      token: 'local-verification-token',
      is_enterprise_install: false,
      enterprise: null,
    };
  }
}

function findElement(blocks: StoredMessage['blocks'] & object, { actionId, blockId }: Target): PlacedElement {
  const matches = actionElements(blocks).filter(
    (placed) =>
      placed.element.action_id === actionId && (blockId === undefined || placed.blockId === blockId),
  );
  if (matches.length === 0)
    throw new RefusedAct('action_not_found', `There is nothing to press called "${actionId}".`);
  if (matches.length > 1) {
    throw new RefusedAct('ambiguous_action', `Several blocks hold "${actionId}": say which with a block id.`);
  }
  return matches[0];
}

function chosenFeedback(element: Fields, value: unknown): Fields {
  const buttons = [element.positive_button, element.negative_button].filter(isFields);
  const button = buttons.find((b) => b.value === value);
  if (!button)
    throw new RefusedAct('no_such_option', `"${element.action_id}" has no button "${String(value)}".`);
  return { text: button.text, value: button.value };
}

/** Slack shows errors of input blocks only, and refuses an answer that names any other block. */
function appErrors(view: View, errors: unknown): Record<string, string> {
  const named = isFields(errors) ? errors : {};
  const inputs = new Set(view.blocks.filter((b) => b.type === 'input').map((b) => b.block_id));
  const stranger = Object.keys(named).find((blockId) => !inputs.has(blockId));
  if (stranger !== undefined) {
    throw new RefusedAct(
      'invalid_response_errors',
      `The app's errors name "${stranger}", which is no input block.`,
    );
  }
  return Object.fromEntries(Object.entries(named).map(([blockId, sentence]) => [blockId, String(sentence)]));
}
