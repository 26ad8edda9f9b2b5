/** How known errors cross a thread: a class cannot be handed over, so its code and details are. */
import { type ErrorCode, type ErrorDetails, ModelwrightError } from './errors.ts';

export type ThreadReply<T> =
  | { readonly state: 'done'; readonly result: T }
  | { readonly state: 'failed'; readonly code: ErrorCode; readonly details: ErrorDetails };

/** In the thread: known errors become a reply, anything else is thrown and reaches the pool as it is. */
export async function replyWith<T>(work: () => Promise<T>): Promise<ThreadReply<T>> {
  try {
    return { state: 'done', result: await work() };
  } catch (error) {
    if (!(error instanceof ModelwrightError)) throw error;
    return { state: 'failed', code: error.code, details: error.details };
  }
}

/** On the other side: the result, or the error as it was thrown. */
export function unwrap<T>(reply: ThreadReply<T>): T {
  if (reply.state === 'done') return reply.result;
  throw new ModelwrightError(reply.code, reply.details);
}
