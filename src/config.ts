/** The environment, read once at a door, checked, frozen, passed on. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { ModelwrightError } from './errors/errors.ts';

const optionalText = z
  .string()
  .trim()
  .transform((text) => (text === '' ? null : text))
  .nullable()
  .default(null);

const wholeNumber = (least: number, most: number, usual: number) =>
  z.coerce.number().int().min(least).max(most).default(usual);

const Environment = z.object({
  SLACK_BOT_TOKEN: optionalText,
  SLACK_APP_TOKEN: optionalText,
  /** Another server than Slack's own; ends in `/api/`. */
  SLACK_API_URL: optionalText,
  REDIS_URL: optionalText,
  DATABASE_URL: optionalText,
  MODELWRIGHT_HOME: z.string().default('.modelwright'),
  MODELWRIGHT_PORT: wholeNumber(0, 65_535, 3000),
  MODELWRIGHT_APPROVERS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((id) => id !== '')),
  MODELWRIGHT_SELF_APPROVAL_SECONDS: wholeNumber(0, 86_400, 600),
  MODELWRIGHT_MAX_UPLOAD_MB: wholeNumber(1, 100_000, 512),
  MODELWRIGHT_THREADS: wholeNumber(1, 256, Math.min(8, availableParallelism())),
  /** A pretrained network for images: a folder, a file or an https link. */
  MODELWRIGHT_BACKBONE: optionalText,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

export interface Config {
  /** Null: the local workspace. */
  readonly slack: {
    readonly botToken: string;
    readonly appToken: string;
    readonly apiUrl: string | null;
  } | null;
  readonly redisUrl: string | null;
  readonly databaseUrl: string | null;
  /** Folder of the embedded database, the artifacts and the local workspace. */
  readonly home: string;
  /** Port of the local workspace's page; 0 for any that is free. */
  readonly port: number;
  readonly policy: { readonly approvers: readonly string[]; readonly selfApprovalSeconds: number };
  readonly maxUploadBytes: number;
  /** Trials side by side in this process. */
  readonly threads: number;
  /** The pretrained network that plans for pictures may use; null for none. */
  readonly backbone: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** The configuration of this process: its environment, and below it the file `.env` of the working folder.
 *  @throws CONFIG_INVALID, naming the variable. */
export function loadConfig(): Config {
  try {
    process.loadEnvFile(); // does not overwrite what is set already
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return readConfig(process.env);
}

/** @throws CONFIG_INVALID, naming the variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ModelwrightError('CONFIG_INVALID', {
      variable: String(issue?.path[0]),
      detail: issue?.message ?? 'not understood',
    });
  }
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, ...env } = parsed.data;
  if ((botToken === null) !== (appToken === null)) {
    const missing = botToken === null ? 'SLACK_BOT_TOKEN' : 'SLACK_APP_TOKEN';
    throw new ModelwrightError('CONFIG_INVALID', {
      variable: missing,
      detail: 'both Slack tokens are needed, or none',
    });
  }
  return Object.freeze({
    slack: botToken && appToken ? { botToken, appToken, apiUrl: env.SLACK_API_URL } : null,
    redisUrl: env.REDIS_URL,
    databaseUrl: env.DATABASE_URL,
    home: env.MODELWRIGHT_HOME,
    port: env.MODELWRIGHT_PORT,
    policy: {
      approvers: env.MODELWRIGHT_APPROVERS,
      selfApprovalSeconds: env.MODELWRIGHT_SELF_APPROVAL_SECONDS,
    },
    maxUploadBytes: env.MODELWRIGHT_MAX_UPLOAD_MB * 1_048_576,
    threads: env.MODELWRIGHT_THREADS,
    backbone: env.MODELWRIGHT_BACKBONE,
    logLevel: env.LOG_LEVEL,
  });
}
