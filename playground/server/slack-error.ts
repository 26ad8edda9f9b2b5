import type { Fields } from './types.ts';

/** A refusal in Slack's words: becomes `{ok: false, error: code, …details}`. */
export class SlackError extends Error {
  readonly code: string;
  readonly details: Fields;

  constructor(code: string, details: Fields = {}) {
    super(code);
    this.name = 'SlackError';
    this.code = code;
    this.details = details;
  }
}

/** `invalid_arguments` (or another code) with the sentences that Slack puts into `response_metadata.messages`. */
export function refusal(code: string, messages: string[]): SlackError {
  return new SlackError(code, {
    errors: messages,
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}

/** Something a person tried that Slack's own client would not have let them do. */
export class RefusedAct extends Error {
  readonly code: string;

  constructor(code: string, sentence: string) {
    super(sentence);
    this.name = 'RefusedAct';
    this.code = code;
  }
}
