/** The parts of the Messages API that are played here, in its own words. */

export interface TextBlock {
  readonly type: 'text';
  readonly text: string;
}
export interface ToolUseBlock {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}
export interface ToolResultBlock {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  readonly content?: string | readonly TextBlock[];
  readonly is_error?: boolean;
}
export type Block = (TextBlock | ToolUseBlock | ToolResultBlock) & {
  readonly cache_control?: { readonly type: string };
};

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly Block[];
}

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  readonly input_schema: Record<string, unknown>;
  readonly strict?: boolean;
  readonly cache_control?: { readonly type: string };
}

export interface MessagesRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly system?: string | readonly Block[];
  readonly tools?: readonly ToolDefinition[];
  readonly tool_choice?: { readonly type: string };
  readonly output_config?: { readonly effort?: string };
  readonly messages: readonly Message[];
}

export function blocksOf({ content }: Message): readonly Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

export function textOf(message: Message): string {
  return blocksOf(message)
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n');
}

/** What the tools returned to the newest calls, in order. */
export function resultsIn({ messages }: MessagesRequest): { text: string; isError: boolean }[] {
  const last = messages.at(-1);
  return (last ? blocksOf(last) : []).flatMap((block) => {
    if (block.type !== 'tool_result') return [];
    const { content = '' } = block;
    const text = typeof content === 'string' ? content : content.map((part) => part.text).join('\n');
    return [{ text, isError: block.is_error === true }];
  });
}
