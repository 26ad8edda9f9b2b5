/** One request to the Messages API, streamed, and what can go wrong with it. */
import Anthropic from '@anthropic-ai/sdk';

export type ClaudeRequest = Anthropic.MessageCreateParamsNonStreaming;
export type ClaudeMessage = Anthropic.Message;

/** Why there is no answer. `stopped`: a person did not want it any more. `brief` may pass by itself, so asking again is
 *  worth it; `lasting` will not: a key that is refused, a request that is wrong. */
export class ModelFailure extends Error {
  readonly kind: 'stopped' | 'brief' | 'lasting';

  constructor(kind: ModelFailure['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

export interface MessagesApi {
  /** @param onText gets the text of the answer as it comes.
   *  @param signal aborts the request at once.
   *  @throws ModelFailure */
  send(request: ClaudeRequest, onText: (text: string) => void, signal: AbortSignal): Promise<ClaudeMessage>;
}

/** @param silenceMs after which a request without any sign of life is given up. */
export function openMessagesApi({
  apiKey,
  baseUrl,
  silenceMs,
}: {
  readonly apiKey: string;
  readonly baseUrl: string | null;
  readonly silenceMs: number;
}): MessagesApi {
  const anthropic = new Anthropic({
    apiKey,
    // Null and not left out: the client would look into the environment otherwise, which only a door may read.
    authToken: null,
    baseURL: baseUrl,
    maxRetries: 0, // the loop repeats, because only it knows what was said already
    timeout: silenceMs,
    logLevel: 'off', // a log of the client would hold what people said
  });
  return {
    async send(request, onText, signal) {
      const watch = new AbortController();
      let timer = setTimeout(() => watch.abort(), silenceMs);
      const isAlive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => watch.abort(), silenceMs);
      };
      try {
        const stream = anthropic.messages.stream(request, {
          signal: AbortSignal.any([signal, watch.signal]),
        });
        stream.on('streamEvent', isAlive);
        stream.on('text', onText);
        return await stream.finalMessage();
      } catch (error) {
        throw failureOf(error, signal.aborted, watch.signal.aborted);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function failureOf(error: unknown, isStopped: boolean, isSilent: boolean): ModelFailure {
  if (isStopped) return new ModelFailure('stopped', 'the request was stopped', { cause: error });
  if (isSilent) return new ModelFailure('brief', 'the model gave no sign of life', { cause: error });
  if (error instanceof Anthropic.APIError) {
    const { status, type } = error;
    const isLasting =
      status !== undefined &&
      status >= 400 &&
      status < 500 &&
      status !== 408 &&
      status !== 409 &&
      status !== 429;
    // Only the kind of error: its message may repeat the request.
    return new ModelFailure(
      isLasting ? 'lasting' : 'brief',
      `the API answers ${status ?? type ?? 'nothing'}`,
      {
        cause: error,
      },
    );
  }
  return new ModelFailure('brief', 'the answer was cut off', { cause: error });
}
