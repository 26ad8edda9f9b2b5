/** One answer: the model speaks, asks for tools, reads what they return, and speaks again, until it is done or a limit
 *  is reached. */
import { setTimeout as delay } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import type { Reply } from '../../thread/reply.ts';
import type { Voice } from '../../thread/voice.ts';
import { Draft } from './draft.ts';
import { type ClaudeMessage, type MessagesApi, ModelFailure } from './messages-api.ts';
import { PERSONA } from './persona.ts';
import type { ClaudeSettings } from './settings.ts';
import { type Tool, type ToolContext, toolDefinitions } from './tool.ts';
import { TOOLS } from './tools/index.ts';

export interface Loop {
  readonly api: MessagesApi;
  readonly settings: ClaudeSettings;
  readonly voice: Voice;
  readonly context: ToolContext;
  /** Aborts when a person stops the answer, or it takes too long. */
  readonly signal: AbortSignal;
  /** Is told what each answer of the model took. @returns why nothing more may be spent, or null. */
  spent(message: ClaudeMessage): Promise<string | null>;
}

export interface Answered {
  /** What was said, in safe Markdown. */
  readonly said: string;
  /** What the tools put into the thread. */
  readonly cards: readonly Reply[];
  /** Why it ended: `done`; `failed` where the model did not answer; otherwise what stood in the way, as a sentence of ours. */
  readonly end: 'done' | 'stopped' | 'failed' | { readonly sentence: string };
  /** Whether a tool has changed or shown anything. */
  readonly hasActed: boolean;
}

/** Tools that leave a mark: after one of them another voice must not begin again. */
const ACTING = new Set([
  'set_requirements',
  'propose_plan',
  'stop_run',
  'show',
  'show_profile',
  'ask_person',
]);

const DEFINITIONS = toolDefinitions(TOOLS);
const SYSTEM: Anthropic.TextBlockParam[] = [
  { type: 'text', text: PERSONA, cache_control: { type: 'ephemeral' } },
];

export async function converse(loop: Loop, messages: Anthropic.MessageParam[]): Promise<Answered> {
  const { settings, voice, context, signal } = loop;
  const draft = new Draft(voice, context.sources);
  const cards: Reply[] = [];
  let hasActed = false;
  let hasCorrected = false;
  const answered = (end: Answered['end']): Answered => ({ said: draft.said, cards, end, hasActed });
  try {
    for (let step = 1; step <= settings.limits.steps; step++) {
      const isLast = step === settings.limits.steps;
      const message = await ask(loop, draft, messages, isLast);
      const unsourced = await draft.close();
      const overBudget = await loop.spent(message);
      const calls = message.content.filter((block) => block.type === 'tool_use');
      if (calls.length > 0 && !isLast) {
        // What a model says before it looks has nothing to stand on.
        await draft.releaseHeld();
        if (overBudget) return answered({ sentence: overBudget });
        const results: Anthropic.ToolResultBlockParam[] = [];
        for (const call of calls) {
          signal.throwIfAborted();
          hasActed ||= ACTING.has(call.name);
          results.push(await use(loop, call, cards));
        }
        draft.breakParagraph();
        moveCacheMark(messages);
        messages.push(
          { role: 'assistant', content: message.content },
          {
            role: 'user',
            content: results.map((result, i) => (i === results.length - 1 ? marked(result) : result)),
          },
        );
        continue;
      }
      if (unsourced.length > 0 && !hasCorrected && !isLast && !overBudget) {
        hasCorrected = true;
        draft.isStrict = true;
        draft.forgetHeld();
        messages.push(
          { role: 'assistant', content: message.content },
          { role: 'user', content: [{ type: 'text', text: correction(draft.said, unsourced) }] },
        );
        continue;
      }
      await draft.releaseHeld();
      if (message.stop_reason === 'refusal') return answered('failed');
      if (message.stop_reason === 'max_tokens') await draft.add(' (I stop here; ask me to go on.)');
      if (draft.said.trim() === '' && draft.dropped > 0) {
        return answered({ sentence: 'I have no number for that which I could vouch for, so I say none.' });
      }
      if (calls.length > 0)
        return answered({ sentence: 'That took more steps than I may take. Please ask for less at once.' });
      return answered(draft.said.trim() === '' && cards.length === 0 ? 'failed' : 'done');
    }
    return answered({ sentence: 'That took more steps than I may take. Please ask for less at once.' });
  } catch (error) {
    await draft.breakOff();
    if (signal.aborted) return answered('stopped');
    if (error instanceof ModelFailure) return answered('failed');
    throw error;
  }
}

/** One answer of the model. Where it is cut off or cannot be had, it is asked again after a while; what was said by then
 *  stays said, and the model goes on from there. */
async function ask(
  { api, settings, signal }: Loop,
  draft: Draft,
  messages: readonly Anthropic.MessageParam[],
  isLast: boolean,
): Promise<ClaudeMessage> {
  const { model, effort, limits } = settings;
  const before = draft.said.length;
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    const said = draft.said.slice(before).trim();
    const request: Anthropic.MessageCreateParamsNonStreaming = {
      model,
      max_tokens: limits.outputTokens,
      system: SYSTEM,
      tools: DEFINITIONS,
      ...(isLast && { tool_choice: { type: 'none' } }),
      ...(effort !== null && { output_config: { effort } }),
      messages: said === '' ? [...messages] : [...messages, ...goingOn(said)],
    };
    try {
      return await api.send(request, (text) => draft.write(text), signal);
    } catch (error) {
      if (!(error instanceof ModelFailure) || error.kind !== 'brief' || attempt >= limits.retries)
        throw error;
      draft.forgetUnsaid();
      await delay(limits.backoffMs * 2 ** attempt, undefined, { signal });
    }
  }
}

function goingOn(said: string): Anthropic.MessageParam[] {
  return [
    { role: 'assistant', content: said },
    { role: 'user', content: '[The line was cut here. Go on right after your last word; repeat nothing.]' },
  ];
}

async function use(
  { context, voice }: Loop,
  { id, name, input }: Anthropic.ToolUseBlock,
  cards: Reply[],
): Promise<Anthropic.ToolResultBlockParam> {
  const tool: Tool | undefined = TOOLS.find((one) => one.name === name);
  if (!tool) {
    return {
      type: 'tool_result',
      tool_use_id: id,
      content: `There is no tool ${name.slice(0, 60)}.`,
      is_error: true,
    };
  }
  await voice.step(id, tool.step, 'in_progress');
  // The thread may have changed by an earlier call of this turn.
  const turn = await context.tools.look();
  const { told, replies = [], isMistake = false } = await tool.run(input, { ...context, turn });
  await voice.step(id, tool.step, isMistake ? 'error' : 'complete');
  // A mistake repeats what the model has sent, so nothing in it is a source.
  if (!isMistake) context.sources.add(told);
  cards.push(...replies);
  return { type: 'tool_result', tool_use_id: id, content: told, ...(isMistake && { is_error: true }) };
}

function correction(said: string, unsourced: readonly { sentence: string; numbers: string[] }[]): string {
  const listed = unsourced.map(({ sentence, numbers }) => `- ${numbers.join(', ')} in: ${sentence}`);
  const stands =
    said.trim() === ''
      ? 'Nothing of your answer was said yet.'
      : `This much of it was said and stands: ${said.trim()}`;
  return [
    '[Check of your answer: these numbers were returned by no tool and written by no person in this thread.]',
    ...listed,
    stands,
    'Write the rest again from there. Call a tool if one can return the number; otherwise leave it out. Sentences with such numbers will not be said.',
  ].join('\n');
}

function marked(result: Anthropic.ToolResultBlockParam): Anthropic.ToolResultBlockParam {
  return { ...result, cache_control: { type: 'ephemeral' } };
}

/** Of the marks within a turn only the newest stays: the API takes four in all. */
function moveCacheMark(messages: readonly Anthropic.MessageParam[]): void {
  for (const { content } of messages) {
    if (!Array.isArray(content)) continue;
    for (const block of content) if (block.type === 'tool_result') delete block.cache_control;
  }
}
