/** What the model is told of the thread so far: its events as a conversation. Long threads are told in short: what was
 *  decided and what people said, with results by reference to the runs that hold them, made by code from the events, so
 *  nothing in it is invented and it costs nothing. */
import type Anthropic from '@anthropic-ai/sdk';
import type { ThreadEvent } from '../../thread/events.ts';
import type { Turn } from '../../thread/specialist.ts';
import { threadState } from '../../thread/state.ts';
import { asData, withoutSecrets } from './outside.ts';
import { situationOf } from './situation.ts';

type Param = Anthropic.MessageParam;

/** Beyond this many events the oldest are told in short. They are cut in strides, so that the beginning of the prompt
 *  stays the same for many turns and is read from the cache. */
const MOST_EVENTS = 60;
const STRIDE = 30;
const MOST_CHARACTERS = 40_000;
const MOST_OLD_MESSAGES = 40;
const OLD_MESSAGE_CHARACTERS = 200;

export interface Remembered {
  readonly messages: Param[];
  /** What in it may be a source of numbers. */
  readonly sources: readonly string[];
}

/** @param events all of the thread, the message that is being answered among them. */
export function remember(events: readonly ThreadEvent[], turn: Turn): Remembered {
  const earlier = withoutCurrent(events, turn);
  const cut = whereToCut(earlier);
  const entries = earlier.slice(cut).flatMap((event) => entryOf(event) ?? []);
  const summary = cut > 0 ? [{ role: 'user' as const, text: summaryOf(earlier.slice(0, cut)) }] : [];
  const messages = merged([...summary, ...entries]);
  const last = messages.at(-1);
  if (last) markAsCached(last);
  const situation = asData('situation', situationOf(turn), 12_000);
  const now = `${asData(`person ${turn.user}`, turn.text)}\n${situation}`;
  return {
    messages: [...messages, { role: 'user', content: [{ type: 'text', text: now }] }],
    sources: [
      turn.text,
      situation,
      // What we said before was checked then; what people said is theirs.
      ...earlier.flatMap((event) =>
        event.kind === 'message' || event.kind === 'replied' ? [event.text] : [],
      ),
      ...earlier.flatMap((event) =>
        event.kind === 'requirements-set' ? [JSON.stringify(event.requirements)] : [],
      ),
    ],
  };
}

function withoutCurrent(events: readonly ThreadEvent[], { user, text }: Turn): ThreadEvent[] {
  const at = events.findLastIndex(
    (event) => event.kind === 'message' && event.user === user && event.text === text,
  );
  return events.filter((_, i) => i !== at);
}

function whereToCut(events: readonly ThreadEvent[]): number {
  let cut = 0;
  const isTooLong = (from: number) =>
    events.length - from > MOST_EVENTS || charactersOf(events.slice(from)) > MOST_CHARACTERS;
  while (cut + STRIDE < events.length && isTooLong(cut)) cut += STRIDE;
  return cut;
}

function charactersOf(events: readonly ThreadEvent[]): number {
  return events.reduce((sum, event) => sum + (entryOf(event)?.text.length ?? 0), 0);
}

interface Entry {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

function entryOf(event: ThreadEvent): Entry | null {
  const happened = (text: string): Entry => ({ role: 'user', text: `[${text}]` });
  switch (event.kind) {
    case 'message':
      return { role: 'user', text: asData(`person ${event.user}`, event.text) };
    case 'replied':
      return { role: 'assistant', text: withoutSecrets(event.text) };
    case 'data-received':
      return happened(`data arrives: ${asData('file name', event.source.name, 200)}`);
    case 'data-refused':
      return happened(`data could not be read: ${asData('reason', event.sentence, 500)}`);
    case 'profiled':
      return happened(
        `the data was read, its profile card is in the thread: ${asData('file name', event.name, 200)}`,
      );
    case 'requirements-set':
      return happened(`noted: ${asData('requirements', JSON.stringify(event.requirements), 2000)}`);
    case 'column-decided':
      return happened(
        `${event.user} decided by button: ${event.decision} ${asData('column', event.column, 200)}`,
      );
    case 'proposal-requested':
      return happened('a plan is being made');
    case 'proposal-failed':
      return happened(`no plan could be made: ${asData('reason', event.sentence, 500)}`);
    case 'plan-proposed':
      return happened(`plan ${event.version} is in the thread as a card`);
    case 'plan-decided':
      return happened(
        `${event.user} has ${event.decision} the plan by button${event.reason ? `: ${asData('reason', event.reason, 500)}` : ''}`,
      );
    case 'model-read':
      return happened(`their existing model itself has come: ${asData('file name', event.name, 200)}`);
    case 'predictions-read':
      return happened(
        `a file of the existing model's predictions was read: ${asData('file name', event.name, 200)}`,
      );
    case 'claim-checked':
      return happened('what is said of the existing model was checked; the answer is in the thread');
    case 'claim-failed':
      return happened(
        `what is said of the existing model could not be checked: ${asData('reason', event.sentence, 500)}`,
      );
    case 'stop-requested':
      return happened(`${event.user} stopped the run`);
    case 'run-ended':
      return happened(`the run has ${event.state}; its report is in the thread`);
  }
}

/** The beginning of a long thread, made of nothing but its events. */
function summaryOf(events: readonly ThreadEvent[]): string {
  const { requirements } = threadState(events);
  const wanted = Object.entries(requirements).filter(([, value]) => value !== null && value !== '');
  const said = events
    .flatMap((event) => (event.kind === 'message' ? [event] : []))
    .slice(-MOST_OLD_MESSAGES)
    .map(({ user, text }) => asData(`person ${user}`, text, OLD_MESSAGE_CHARACTERS));
  const happened = events.flatMap((event) =>
    event.kind === 'message' || event.kind === 'replied' || event.kind === 'requirements-set'
      ? []
      : (entryOf(event)?.text ?? []),
  );
  return [
    '[The beginning of this thread, in short. For results use explain_result and compare_runs.]',
    `[Wanted by then: ${asData('requirements', JSON.stringify(Object.fromEntries(wanted)), 4000)}]`,
    ...happened.slice(-MOST_OLD_MESSAGES),
    '[What people said, shortened:]',
    ...said,
  ].join('\n');
}

/** Roles alternate, and the first one speaks to us. */
function merged(entries: readonly Entry[]): Param[] {
  const messages: { role: Entry['role']; content: Anthropic.TextBlockParam[] }[] = [];
  for (const { role, text } of entries) {
    if (text.trim() === '') continue;
    const block: Anthropic.TextBlockParam = { type: 'text', text };
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(block);
    else if (!last && role === 'assistant') {
      messages.push(
        { role: 'user', content: [{ type: 'text', text: '[The thread begins.]' }] },
        { role, content: [block] },
      );
    } else messages.push({ role, content: [block] });
  }
  return messages;
}

/** What comes before is the same in the next turn. */
function markAsCached({ content }: Param): void {
  const last = Array.isArray(content) ? content.at(-1) : undefined;
  if (last?.type === 'text') last.cache_control = { type: 'ephemeral' };
}
