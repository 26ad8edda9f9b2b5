/** The specialist whose words come from Claude. What it may do is what the tools do; where the model fails, or may cost
 *  no more, the rules answer, and the reply says so. */
import type { Clock, UsageBook } from '../../thread/ports.ts';
import { type Reply, text } from '../../thread/reply.ts';
import type { Specialist, SpecialistTools, Turn } from '../../thread/specialist.ts';
import type { Voice } from '../../thread/voice.ts';
import { ruleBasedSpecialist } from '../rule-based/dialogue.ts';
import { nextStep } from '../rule-based/status.ts';
import { understand } from '../rule-based/understand.ts';
import { Sources } from './grounding.ts';
import { type Answered, converse } from './loop.ts';
import { remember } from './memory.ts';
import type { MessagesApi } from './messages-api.ts';
import { openPurse } from './purse.ts';
import { asMrkdwn } from './safe-markdown.ts';
import type { ClaudeSettings } from './settings.ts';

export interface ClaudeDeps {
  readonly api: MessagesApi;
  readonly settings: ClaudeSettings;
  readonly usage: UsageBook;
  readonly clock: Clock;
  readonly log: { warn(...parts: unknown[]): void };
}

const OUT_OF_REACH = 'My language model cannot be reached just now, so my rules answer:';
const STOPPED = 'Stopped.';
const TOO_LONG = 'That took me too long, so I stopped.';

export function claudeSpecialist(deps: ClaudeDeps): Specialist {
  /** One answer at a time in a thread: the next one knows what the one before has said. */
  const lines = new Map<string, Promise<unknown>>();
  const answering = new Map<string, AbortController>();

  function hush(threadId: string): boolean {
    const current = answering.get(threadId);
    current?.abort();
    return current !== undefined;
  }

  return {
    hush,
    async answer(turn, tools, voice) {
      // Whoever says stop waits for no model.
      if (understand(turn.text).intent === 'stop') {
        const wasAnswering = hush(turn.place.id);
        return wasAnswering && !isRunning(turn) ? [] : ruleBasedSpecialist.answer(turn, tools, voice);
      }
      const { id } = turn.place;
      const before = lines.get(id) ?? Promise.resolve();
      const mine = before.then(() => inTurn(tools, voice));
      const line = mine.catch(() => {}); // whoever waits hears nothing of the failure of another
      lines.set(id, line);
      try {
        return await mine;
      } finally {
        if (lines.get(id) === line) lines.delete(id);
      }
    },
  };

  async function inTurn(tools: SpecialistTools, voice: Voice): Promise<Reply[]> {
    const turn = await tools.look();
    const purse = openPurse(deps.usage, deps.clock, deps.settings);
    const empty = await purse.empty(turn);
    if (empty) return byRules(turn, tools, voice, `${empty} My rules answer:`);
    const stop = new AbortController();
    answering.set(turn.place.id, stop);
    const isLate = AbortSignal.timeout(deps.settings.limits.turnMs);
    try {
      await voice.status('thinking');
      const { messages, sources } = remember(await tools.record(), turn);
      const known = new Sources();
      for (const source of sources) known.add(source);
      const { api, settings } = deps;
      const answered = await converse(
        {
          api,
          settings,
          voice,
          context: { turn, tools, rows: settings.rows, sources: known },
          signal: AbortSignal.any([stop.signal, voice.stopped, isLate]),
          spent: async (message) => {
            await purse.spend(turn, message);
            return purse.empty(turn);
          },
        },
        messages,
      );
      return await replies(turn, tools, voice, answered, isLate.aborted);
    } finally {
      answering.delete(turn.place.id);
    }
  }

  async function replies(
    turn: Turn,
    tools: SpecialistTools,
    voice: Voice,
    { said, cards, end, hasActed }: Answered,
    isLate: boolean,
  ): Promise<Reply[]> {
    const closing = async (sentence: string | null) => {
      const added = sentence === null ? '' : said.trim() === '' ? sentence : `\n\n${sentence}`;
      if (added !== '') await voice.say(added);
      return [...spoken(said + added, await voice.end()), ...cards];
    };
    if (end === 'done') return closing(null);
    if (end === 'stopped') return closing(isLate ? TOO_LONG : STOPPED);
    if (end !== 'failed') return closing(end.sentence);
    deps.log.warn('the language model did not answer');
    if (said.trim() === '' && !hasActed) return byRules(turn, tools, voice, OUT_OF_REACH);
    return closing(`My language model cannot be reached any more. ${nextStep(await tools.look())}`);
  }

  async function byRules(
    turn: Turn,
    tools: SpecialistTools,
    voice: Voice,
    because: string,
  ): Promise<Reply[]> {
    await voice.end();
    return [text(because), ...(await ruleBasedSpecialist.answer(turn, tools, voice))];
  }
}

/** @param unsaid what of it does not stand in the thread yet, its end. */
function spoken(said: string, unsaid: string): Reply[] {
  const shown = unsaid === '' ? said : said.slice(0, said.length - unsaid.length);
  const parts: Reply[] = [];
  if (shown.trim() !== '') parts.push({ kind: 'text', text: asMrkdwn(shown.trim()), isSaid: true });
  if (unsaid.trim() !== '') parts.push(text(asMrkdwn(unsaid.trim())));
  return parts;
}

function isRunning({ run }: Turn): boolean {
  return run !== null && run.endedAt === null;
}
