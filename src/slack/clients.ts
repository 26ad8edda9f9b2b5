/** One policy for every call to Slack. Two clients, because a client that meets a rate limit pauses all its calls:
 *  a progress update that must wait may not hold up a modal that has three seconds. */
import {
  type Logger,
  type LogLevel,
  type RetryOptions,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';

export interface SlackClients {
  /** For answers to a click: fails fast, so that the person hears of it. */
  readonly interactive: WebClient;
  /** For everything that may wait: progress, reports, uploads. */
  readonly background: WebClient;
}

/** Given explicitly: in Socket Mode Bolt would otherwise put 100 retries into the shared options. */
const INTERACTIVE_RETRIES: RetryOptions = { retries: 1, minTimeout: 200, maxTimeout: 400 };
const BACKGROUND_RETRIES: RetryOptions = {
  retries: 8,
  factor: 1.8,
  minTimeout: 500,
  maxTimeout: 30_000,
  randomize: true,
};

export interface ClientConfig {
  /** Another server than Slack's own, e.g. the local workspace; ends in `/api/`. */
  readonly slackApiUrl: string | null;
  readonly logger?: Logger;
  readonly logLevel?: LogLevel;
}

/** Never with `headers`: Bolt's client pool would write the first workspace's token into them for all. */
export function clientOptions(config: ClientConfig, kind: keyof SlackClients): WebClientOptions {
  return {
    ...(config.slackApiUrl ? { slackApiUrl: config.slackApiUrl } : {}),
    ...(config.logger ? { logger: config.logger } : {}),
    ...(config.logLevel ? { logLevel: config.logLevel } : {}),
    retryConfig: kind === 'interactive' ? INTERACTIVE_RETRIES : BACKGROUND_RETRIES,
    rejectRateLimitedCalls: kind === 'interactive',
    timeout: kind === 'interactive' ? 5_000 : 60_000,
  };
}

export function createClients(token: string, config: ClientConfig): SlackClients {
  return {
    interactive: new WebClient(token, clientOptions(config, 'interactive')),
    background: new WebClient(token, clientOptions(config, 'background')),
  };
}
