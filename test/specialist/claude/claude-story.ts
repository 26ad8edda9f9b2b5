/** Threads whose specialist is Claude: the real client over a real socket, a model that a test plays, and everything
 *  else as in `thread/conversation.ts`. */
import { type FakeClaude, type PlayedModel, startFakeClaude } from '../../../playground/claude/server.ts';
import type { Answer, Spoken } from '../../../playground/claude/stream-events.ts';
import { claudeSpecialist } from '../../../src/specialist/claude/dialogue.ts';
import { openMessagesApi } from '../../../src/specialist/claude/messages-api.ts';
import { type ClaudeSettings, priceOf, USUAL_LIMITS } from '../../../src/specialist/claude/settings.ts';
import type { Specialist } from '../../../src/thread/specialist.ts';
import type { Voice } from '../../../src/thread/voice.ts';
import { openTestStory, type TestStory } from '../../thread/conversation.ts';

export const API_KEY = 'sk-ant-test-abcdefghijklmnop';

export interface ClaudeStory extends TestStory {
  readonly claude: FakeClaude;
  /** With settings that differ from the usual ones. @param baseUrl of another server than `claude`. */
  specialist(change?: Partial<ClaudeSettings>, baseUrl?: string): Specialist;
}

export const IMPATIENT = { ...USUAL_LIMITS, backoffMs: 1, retries: 2 };

export async function openClaudeStory(): Promise<ClaudeStory> {
  const test = await openTestStory();
  const claude = await startFakeClaude(() => ({ text: 'Nothing is played.' }));
  const model = 'claude-opus-5-5';
  return {
    ...test,
    claude,
    specialist: (change = {}, baseUrl = claude.url) => {
      const settings: ClaudeSettings = {
        model,
        effort: 'medium',
        price: priceOf(model),
        rows: 'masked',
        budget: { thread: 5, person: 50, workspace: 500 },
        limits: IMPATIENT,
        ...change,
      };
      const { silenceMs } = settings.limits;
      return claudeSpecialist({
        api: openMessagesApi({ apiKey: API_KEY, baseUrl, silenceMs }),
        settings,
        usage: test.store.usage,
        clock: test.story.clock,
        log: { warn: () => {} },
      });
    },
    close: async () => {
      await claude.close();
      await test.close();
    },
  };
}

/** A model that gives these answers in turn; the last one again and again. */
export function plays(...answers: readonly Answer[]): PlayedModel {
  let next = 0;
  return () => answers[Math.min(next++, answers.length - 1)] as Answer;
}

export function calls(name: string, input: object = {}): Spoken {
  return { calls: [{ name, input }] };
}

export interface HeardVoice extends Voice {
  /** What was said and which steps were shown, in order. */
  readonly heard: string[];
  stop(): void;
}

/** A mouth that remembers, and on which everything said arrives. */
export function hearingVoice(): HeardVoice {
  const heard: string[] = [];
  const stopped = new AbortController();
  return {
    heard,
    stop: () => stopped.abort(),
    stopped: stopped.signal,
    status: async () => {},
    step: async (_, title, state) => {
      heard.push(`[${title}: ${state}]`);
    },
    say: async (markdown) => {
      heard.push(markdown);
    },
    end: async () => '',
  };
}
