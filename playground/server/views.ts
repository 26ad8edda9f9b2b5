import { checkView, sentences, withIds } from './blocks/check.ts';
import { isFields, type Scope } from './blocks/rules.ts';
import { secret } from './ids.ts';
import { refusal, SlackError } from './slack-error.ts';
import type { Trigger } from './triggers.ts';
import type { Block, Fields, View } from './types.ts';
import type { Workspace } from './workspace.ts';

const DEEPEST_STACK = 3;
const MOST_VIEW_CHARACTERS = 250_000;

/** Modals, of which a person has a stack of up to three, and App Homes, of which everybody has one. */
export class Views {
  private readonly workspace: Workspace;
  private readonly pictureIsReady: Scope['pictureIsReady'];

  constructor(workspace: Workspace, pictureIsReady: Scope['pictureIsReady']) {
    this.workspace = workspace;
    this.pictureIsReady = pictureIsReady;
  }

  /** Shows a modal to the person of a trigger, in place of what they had open. */
  open(draft: unknown, redeem: () => Trigger): View {
    const view = this.build(draft, 'modal');
    const { user } = redeem();
    this.workspace.putModals(user, [view]);
    return view;
  }

  /**
   * Puts a modal on top of the one that the trigger came from.
   * @throws SlackError `push_limit_reached`, `not_found` when the trigger came from no open modal.
   */
  push(draft: unknown, redeem: () => Trigger): View {
    const view = this.build(draft, 'modal');
    const { user, viewId } = redeem();
    const stack = this.stack(user);
    if (!stack.some((open) => open.id === viewId)) throw new SlackError('not_found');
    return this.pushOnto(user, view);
  }

  /** Puts a modal on top of a person's stack, as an answer to a submission does. */
  pushFor(user: string, draft: unknown): View {
    return this.pushOnto(user, this.build(draft, 'modal'));
  }

  /**
   * Replaces an open modal's content.
   * @throws SlackError `not_found`, `hash_conflict` when the person sees a newer one.
   */
  update(target: { viewId?: string; externalId?: string; hash?: string }, draft: unknown): View {
    const found = this.find((v) =>
      target.viewId ? v.id === target.viewId : v.external_id !== '' && v.external_id === target.externalId,
    );
    if (!found) throw new SlackError('not_found');
    if (target.hash && target.hash !== found.view.hash) throw new SlackError('hash_conflict');
    const { id, root_view_id, previous_view_id } = found.view;
    const updated = { ...this.build(draft, 'modal', id), id, root_view_id, previous_view_id };
    const stack = this.stack(found.user).map((open) => (open.id === id ? updated : open));
    this.workspace.putModals(found.user, stack);
    return updated;
  }

  /** Replaces a person's App Home. */
  publish(user: string, draft: unknown, hash?: string): View {
    if (!this.workspace.users.has(user)) throw refusal('invalid_arguments', ['invalid `user_id`']);
    const view = this.build(draft, 'home');
    const current = this.workspace.homes.get(user);
    if (hash && current && current.hash !== hash) throw new SlackError('hash_conflict');
    const published = current ? { ...view, id: current.id, root_view_id: current.id } : view;
    this.workspace.putHome(user, published);
    return published;
  }

  /** Takes a modal, or the whole stack, away; returns what was closed, the top first. */
  close(user: string, viewId?: string): View[] {
    const stack = this.stack(user);
    const from = viewId === undefined ? 0 : stack.findIndex((view) => view.id === viewId);
    if (from < 0) return [];
    this.workspace.putModals(user, stack.slice(0, from));
    return stack.slice(from).reverse();
  }

  /** A person's open modals, the visible one last. */
  stack(user: string): View[] {
    return this.workspace.modals.get(user) ?? [];
  }

  private find(wanted: (view: View) => boolean): { user: string; view: View } | undefined {
    for (const [user, stack] of this.workspace.modals) {
      const view = stack.find(wanted);
      if (view) return { user, view };
    }
    return undefined;
  }

  private pushOnto(user: string, view: View): View {
    const stack = this.stack(user);
    if (stack.length >= DEEPEST_STACK) throw new SlackError('push_limit_reached');
    const root = stack[0]?.id ?? view.id;
    const pushed = { ...view, root_view_id: root, previous_view_id: stack.at(-1)?.id ?? null };
    this.workspace.putModals(user, [...stack, pushed]);
    return pushed;
  }

  private build(draft: unknown, type: View['type'], replaced?: string): View {
    const problems = checkView(draft, this.pictureIsReady);
    if (problems.length > 0) throw refusal('invalid_arguments', sentences(problems));
    if (!isFields(draft) || draft.type !== type) {
      throw refusal('invalid_arguments', [`must be a valid enum value [json-pointer:/view/type]`]);
    }
    if (JSON.stringify(draft).length > MOST_VIEW_CHARACTERS) throw new SlackError('view_too_large');
    const externalId = text(draft.external_id);
    if (externalId && this.find((view) => view.external_id === externalId && view.id !== replaced)) {
      throw new SlackError('duplicate_external_id');
    }
    const { team, app, ids } = this.workspace;
    const id = ids.next('V');
    return {
      id,
      team_id: team.id,
      app_id: app.id,
      app_installed_team_id: team.id,
      bot_id: app.bot_id,
      type,
      ...(isFields(draft.title) && { title: draft.title }),
      submit: isFields(draft.submit) ? draft.submit : null,
      close: isFields(draft.close) ? draft.close : null,
      blocks: withIds(draft.blocks as Block[]),
      private_metadata: text(draft.private_metadata),
      callback_id: text(draft.callback_id),
      external_id: externalId,
      state: { values: {} },
      hash: `${ids.timestamp()}.${secret(4)}`,
      clear_on_close: draft.clear_on_close === true,
      notify_on_close: draft.notify_on_close === true,
      submit_disabled: draft.submit_disabled === true,
      root_view_id: id,
      previous_view_id: null,
    };
  }
}

/** A view as an interaction carries it: with what the person filled in. */
export function withState(view: View, values: Fields): View {
  return { ...view, state: { values } };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
