import type { KnownBlock, PlainTextElement } from '@slack/types';

/** What the server tells the page, as far as the page draws it; `playground/server/PAGE_API.md` is the contract. */
export interface PageState {
  readonly team: { readonly id: string; readonly name: string };
  readonly app: App;
  readonly users: readonly User[];
  readonly channels: readonly Channel[];
  readonly messages: readonly Message[];
  readonly ephemerals: readonly Ephemeral[];
  readonly modals: readonly Modals[];
  readonly homes: readonly { readonly user: string; readonly view: View }[];
  readonly sessions: readonly Session[];
  readonly statuses: readonly ThreadStatus[];
  readonly prompts: readonly Prompts[];
}

interface App {
  readonly name: string;
  readonly bot_user_id: string;
  readonly connections: number;
  readonly commands: readonly string[];
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
  readonly color: string;
  readonly is_bot: boolean;
  readonly is_admin: boolean;
  readonly is_restricted: boolean;
  readonly is_stranger: boolean;
  readonly profile: { readonly display_name: string; readonly title: string };
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly is_im: boolean;
  readonly is_private: boolean;
  readonly is_ext_shared: boolean;
  readonly user?: string;
  readonly members: readonly string[];
  readonly topic: { readonly value: string };
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
  readonly files?: readonly SharedFile[];
  readonly edited?: { readonly ts: string };
  readonly reactions?: readonly { readonly name: string; readonly count: number }[];
  readonly streaming_state?: 'in_progress' | 'completed';
}

export interface Ephemeral extends Message {
  readonly user_seeing: string;
}

export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly filetype: string;
  readonly size: number;
  readonly alt_txt?: string;
  readonly original_w?: number;
  readonly original_h?: number;
}

export interface View {
  readonly id: string;
  readonly hash: string;
  readonly title?: PlainTextElement;
  readonly submit?: PlainTextElement | null;
  readonly close?: PlainTextElement | null;
  readonly blocks: readonly KnownBlock[];
}

interface Modals {
  readonly user: string;
  readonly stack: readonly View[];
}

interface Session {
  readonly channel: string;
  readonly thread_ts: string;
  readonly status: 'active' | 'processing' | 'suspended' | 'closed';
  readonly title?: string;
}

export interface ThreadStatus {
  readonly channel: string;
  readonly thread_ts: string;
  readonly status: string;
  readonly loading_messages?: readonly string[];
}

export interface Prompts {
  readonly channel: string;
  readonly thread_ts?: string;
  readonly title?: string;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

export type Change =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'message_deleted'; readonly channel: string; readonly ts: string }
  | { readonly type: 'ephemeral'; readonly message: Ephemeral }
  | {
      readonly type: 'ephemeral_deleted';
      readonly user: string;
      readonly channel: string;
      readonly ts: string;
    }
  | { readonly type: 'file'; readonly file: SharedFile }
  | { readonly type: 'file_deleted'; readonly id: string }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'modals'; readonly user: string; readonly stack: readonly View[] }
  | { readonly type: 'home'; readonly user: string; readonly view: View }
  | { readonly type: 'session'; readonly session: Session }
  | { readonly type: 'status'; readonly status: ThreadStatus }
  | { readonly type: 'prompts'; readonly prompts: Prompts }
  | { readonly type: 'connections'; readonly count: number };

/** What one input holds: an option's value, a text, a date; several of them for multi-selects, checkboxes and files;
 *  seconds for a date with time; null when nothing is chosen. */
export type InputValue = string | readonly string[] | number | null;

/** block_id -> action_id -> value. */
type SubmittedValues = Readonly<Record<string, Readonly<Record<string, InputValue>>>>;

/** Where an element that was used stands: in a message or in a view. */
export type ActionTarget = { readonly channel: string; readonly ts: string } | { readonly view_id: string };

export interface SubmitAnswer {
  readonly outcome: 'closed' | 'updated' | 'pushed' | 'errors' | 'timeout';
  readonly errors?: Readonly<Record<string, string>>;
}

/** The server refused an act; `message` is its sentence for the person. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

async function answerOf<T>(response: Response): Promise<T> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  const sentence = body !== null && typeof body === 'object' && 'message' in body ? String(body.message) : '';
  throw new RefusedError(sentence || `The local workspace answered with status ${response.status}.`);
}

async function post<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`/page/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answerOf<T>(response);
}

/** Everything that a person can do. Each call rejects with a sentence for the person when it is refused. */
export const acts = {
  message: (body: {
    user: string;
    channel: string;
    text: string;
    thread_ts?: string;
    file_ids?: readonly string[];
  }) => post<{ ts: string }>('message', body),

  async upload(user: string, file: File): Promise<SharedFile> {
    const query = new URLSearchParams({ user, name: file.name });
    const response = await fetch(`/page/upload?${query}`, { method: 'POST', body: file });
    return (await answerOf<{ file: SharedFile }>(response)).file;
  },

  click: (
    body: ActionTarget & {
      user: string;
      action_id: string;
      block_id?: string;
      value?: InputValue;
      values?: SubmittedValues;
    },
  ) => post<{ acked: boolean }>('click', body),

  submitModal: (body: { user: string; view_id: string; values: SubmittedValues }) =>
    post<SubmitAnswer>('modal-submit', body),

  closeModal: (body: { user: string; view_id: string; clear?: boolean }) => post('modal-close', body),

  openHome: (body: { user: string; tab: 'home' | 'messages' }) => post('home', body),

  stop: (body: { user: string; channel: string; thread_ts: string }) => post('stop', body),

  command: (body: { user: string; channel: string; command: string; text: string }) =>
    post<{ acked: boolean }>('command', body),
};

/** Where the bytes of an uploaded file are. */
export function fileAddress(id: string): string {
  return `/page/file/${encodeURIComponent(id)}`;
}
