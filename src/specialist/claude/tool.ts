/** A tool: what the model may ask of the code, and what it gets back. Inputs are parsed before anything believes them;
 *  a mistake goes back to the model as a sentence that it can repair. */
import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { type Reply, text } from '../../thread/reply.ts';
import { plainText } from '../../thread/say.ts';
import type { SpecialistTools, Turn } from '../../thread/specialist.ts';
import type { Sources } from './grounding.ts';
import type { RowPolicy } from './settings.ts';

export interface ToolContext {
  readonly turn: Turn;
  readonly tools: SpecialistTools;
  readonly rows: RowPolicy;
  /** Of the numbers that may be said. */
  readonly sources: Sources;
}

export interface ToolResult {
  /** What the model reads; a source of numbers. */
  readonly told: string;
  /** What the thread gets after the words of the answer. */
  readonly replies?: readonly Reply[];
  readonly isMistake?: boolean;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** What it does, in words for the person who waits. */
  readonly step: string;
  run(input: unknown, context: ToolContext): Promise<ToolResult>;
}

/** Every member of a schema is required and plain ("" for nothing), which is what strict tools can do. */
export function defineTool<Schema extends z.ZodType>(
  tool: Omit<Tool, 'schema' | 'run'> & {
    readonly schema: Schema;
    run(input: z.infer<Schema>, context: ToolContext): Promise<ToolResult>;
  },
): Tool {
  return {
    ...tool,
    run: (input, context) => {
      const parsed = tool.schema.safeParse(input);
      return parsed.success
        ? tool.run(parsed.data, context)
        : Promise.resolve(mistake(problemsOf(parsed.error)));
    },
  };
}

/** As the API takes it. The same tools always give the same bytes, so that they are read from the cache. */
export function toolDefinitions(tools: readonly Tool[]): Anthropic.Tool[] {
  return tools.map(({ name, description, schema }, i) => ({
    name,
    description,
    input_schema: strictSchema(z.toJSONSchema(schema)) as Anthropic.Tool.InputSchema,
    strict: true,
    ...(i === tools.length - 1 && { cache_control: { type: 'ephemeral' as const } }),
  }));
}

/** Bounds that strict schemas do not know; the schema of zod keeps them. */
const UNKNOWN = new Set([
  '$schema',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
]);

function strictSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => !UNKNOWN.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, strictSchema(value)]));
}

export function mistake(sentence: string): ToolResult {
  return { told: sentence, isMistake: true };
}

/** Replies of the story: words go to the model, which says them in its own; cards go to the thread. */
export function toldReplies(replies: readonly Reply[]): ToolResult {
  const words = replies.flatMap((reply) => (reply.kind === 'text' ? [plainText(reply.text)] : []));
  const cards = replies.filter((reply) => reply.kind !== 'text');
  const shown = cards.map(({ kind }) => `A ${kind} card is put into the thread below your words.`);
  return { told: [...words, ...shown].join('\n') || 'Done.', replies: cards };
}

/** A sentence of the story (mrkdwn) for the model. */
export function toldSentence(mrkdwn: string): string {
  return toldReplies([text(mrkdwn)]).told;
}

function problemsOf(error: z.ZodError): string {
  const problems = error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  return `The input does not fit the schema. ${problems.join('; ')}`;
}
