/** What the API refuses, as far as it is documented: a request that passes here is well formed there. */
import { blocksOf, type MessagesRequest } from './messages.ts';

const MOST_CACHE_MARKS = 4;
/** Keywords that strict tools do not know. */
const NOT_IN_STRICT = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'maxItems',
  'oneOf',
  'not',
]);
const MOST_STRICT_TOOLS = 20;

/** @returns what is wrong, or null. */
export function problemOf(request: MessagesRequest): string | null {
  const { model, max_tokens: most, messages, tools = [], system } = request;
  if (typeof model !== 'string' || model === '') return 'model: Field required';
  if (!Number.isInteger(most) || most < 1) return 'max_tokens: Field required';
  if (!Array.isArray(messages) || messages.length === 0) return 'messages: at least one message is required';
  const marks =
    JSON.stringify([system ?? null, tools, messages]).split('"cache_control":{"type":"ephemeral"}').length -
    1;
  if (marks > MOST_CACHE_MARKS)
    return `A maximum of ${MOST_CACHE_MARKS} blocks with cache_control may be provided. Found ${marks}.`;
  return conversationProblem(request) ?? toolsProblem(request);
}

function conversationProblem({ messages }: MessagesRequest): string | null {
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  for (const [i, message] of messages.entries()) {
    const blocks = blocksOf(message);
    if (blocks.length === 0) return `messages.${i}: content must not be empty`;
    if (blocks.some((block) => block.type === 'text' && block.text.trim() === '')) {
      return `messages.${i}: text content blocks must be non-empty`;
    }
    const asked = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    const next = messages[i + 1];
    const answered = new Set(
      (next ? blocksOf(next) : []).flatMap((block) =>
        block.type === 'tool_result' ? [block.tool_use_id] : [],
      ),
    );
    const missing = asked.find((id) => !answered.has(id));
    if (missing !== undefined)
      return `messages.${i}: tool_use ids were found without tool_result blocks immediately after: ${missing}`;
    const before = messages[i - 1];
    const known = new Set(
      (before ? blocksOf(before) : []).flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
    );
    const stray = blocks.find((block) => block.type === 'tool_result' && !known.has(block.tool_use_id));
    if (stray) return `messages.${i}: unexpected tool_use_id found in tool_result blocks`;
  }
  return null;
}

function toolsProblem({ tools = [] }: MessagesRequest): string | null {
  if (new Set(tools.map(({ name }) => name)).size < tools.length) return 'tools: Tool names must be unique.';
  if (tools.filter(({ strict }) => strict).length > MOST_STRICT_TOOLS) return 'tools: too many strict tools';
  for (const { name, strict, input_schema: schema } of tools) {
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) return `tools: ${name} is no name`;
    const problem = strict ? strictProblem(schema) : null;
    if (problem) return `tools.${name}.input_schema: ${problem}`;
  }
  return null;
}

function strictProblem(schema: unknown): string | null {
  if (Array.isArray(schema)) return firstProblem(schema);
  if (typeof schema !== 'object' || schema === null) return null;
  const fields = schema as Record<string, unknown>;
  const unknown = Object.keys(fields).find(
    (key) => NOT_IN_STRICT.has(key) && typeof fields[key] !== 'object',
  );
  if (unknown) return `property '${unknown}' is not supported`;
  if (fields.type === 'object' && fields.additionalProperties !== false) {
    return "for 'object' type, 'additionalProperties' must be explicitly set to false";
  }
  return firstProblem(Object.values(fields));
}

function firstProblem(parts: readonly unknown[]): string | null {
  return parts.reduce<string | null>((problem, part) => problem ?? strictProblem(part), null);
}
