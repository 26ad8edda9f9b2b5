/** The environment, read once at a door, checked, frozen, passed on. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { S3Location } from './artifacts/s3.ts';
import { ModelwrightError } from './errors/errors.ts';
import { Price } from './plan/price.ts';

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
  /** `s3://bucket/prefix?endpoint=https://host&region=name`. */
  MODELWRIGHT_ARTIFACTS_S3: optionalText,
  AWS_ACCESS_KEY_ID: optionalText,
  AWS_SECRET_ACCESS_KEY: optionalText,
  AWS_SESSION_TOKEN: optionalText,
  MODELWRIGHT_CACHE_MB: wholeNumber(1, 10_000_000, 10_000),
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
  /** Of all trials of this process together. */
  MODELWRIGHT_MEMORY_MB: optionalText
    .transform((text) => (text === null ? null : Number(text)))
    .pipe(z.number().int().min(64).nullable()),
  /** What a core costs for an hour, in MODELWRIGHT_CURRENCY. */
  MODELWRIGHT_CORE_HOUR_PRICE: optionalText
    .transform((text) => (text === null ? null : Number(text)))
    .pipe(z.number('a number above 0').positive('a number above 0').nullable()),
  MODELWRIGHT_CURRENCY: z.string().trim().min(1).max(8).default('USD'),
  ANTHROPIC_API_KEY: optionalText,
  /** Another server than Anthropic's own. */
  ANTHROPIC_BASE_URL: optionalText,
  MODELWRIGHT_CLAUDE_MODEL: z.string().trim().min(1).default('claude-opus-5-5'),
  MODELWRIGHT_CLAUDE_EFFORT: z.enum(['low', 'medium', 'high', 'xhigh', 'max', 'default']).default('medium'),
  /** Dollars per million tokens: input, output, cache read, cache write. */
  MODELWRIGHT_CLAUDE_PRICES: optionalText,
  /** Dollars: of a thread, of a person in a month, of a workspace in a month. */
  MODELWRIGHT_CLAUDE_BUDGETS: z.string().default('5,50,500'),
  MODELWRIGHT_CLAUDE_ROWS: z.enum(['never', 'masked', 'plain']).default('masked'),
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
  /** Null: the artifacts are a folder in `home`. */
  readonly artifactsS3: S3Location | null;
  /** Of what is kept in `home` of the artifacts elsewhere. */
  readonly cacheBytes: number;
  /** Folder of the embedded database, the artifacts and the local workspace. */
  readonly home: string;
  /** Port of the local workspace's page; 0 for any that is free. */
  readonly port: number;
  readonly policy: { readonly approvers: readonly string[]; readonly selfApprovalSeconds: number };
  readonly maxUploadBytes: number;
  /** Null: the rules lead the dialogue. */
  readonly claude: {
    readonly apiKey: string;
    readonly baseUrl: string | null;
    readonly model: string;
    readonly effort: 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null;
    /** Null: the list price. */
    readonly price: {
      readonly input: number;
      readonly output: number;
      readonly cacheRead: number;
      readonly cacheWrite: number;
    } | null;
    readonly budget: { readonly thread: number; readonly person: number; readonly workspace: number };
    readonly rows: 'never' | 'masked' | 'plain';
  } | null;
  /** Trials side by side in this process. */
  readonly threads: number;
  /** The pretrained network that plans for pictures may use; null for none. */
  readonly backbone: string | null;
  /** MB that the trials of this process may hold together; null for most of what the machine has. */
  readonly memoryMb: number | null;
  /** Of a core-hour; null where nothing is said of money. */
  readonly price: Price | null;
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
    artifactsS3: env.MODELWRIGHT_ARTIFACTS_S3 === null ? null : readS3(env.MODELWRIGHT_ARTIFACTS_S3, env),
    cacheBytes: env.MODELWRIGHT_CACHE_MB * 1_048_576,
    home: env.MODELWRIGHT_HOME,
    port: env.MODELWRIGHT_PORT,
    policy: {
      approvers: env.MODELWRIGHT_APPROVERS,
      selfApprovalSeconds: env.MODELWRIGHT_SELF_APPROVAL_SECONDS,
    },
    maxUploadBytes: env.MODELWRIGHT_MAX_UPLOAD_MB * 1_048_576,
    claude: env.ANTHROPIC_API_KEY ? claudeOf(env, env.ANTHROPIC_API_KEY) : null,
    threads: env.MODELWRIGHT_THREADS,
    backbone: env.MODELWRIGHT_BACKBONE,
    memoryMb: env.MODELWRIGHT_MEMORY_MB,
    price:
      env.MODELWRIGHT_CORE_HOUR_PRICE === null
        ? null
        : Price.parse({ perCoreHour: env.MODELWRIGHT_CORE_HOUR_PRICE, currency: env.MODELWRIGHT_CURRENCY }),
    logLevel: env.LOG_LEVEL,
  });
}

type Keys = Readonly<
  Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN', string | null>
>;

const S3_PARAMETERS = ['endpoint', 'region'];

/** @throws CONFIG_INVALID, which never holds a key. */
function readS3(text: string, keys: Keys): S3Location {
  const refuse = (detail: string, variable = 'MODELWRIGHT_ARTIFACTS_S3') =>
    new ModelwrightError('CONFIG_INVALID', { variable, detail });
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = keys;
  if (accessKeyId === null) throw refuse('S3 needs it', 'AWS_ACCESS_KEY_ID');
  if (secretAccessKey === null) throw refuse('S3 needs it', 'AWS_SECRET_ACCESS_KEY');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url?.protocol !== 's3:' ||
    url.username !== '' ||
    url.password !== '' ||
    !/^[a-z0-9.-]{3,63}$/.test(url.host)
  )
    throw refuse('it must look like s3://bucket/prefix');
  const unknown = [...url.searchParams.keys()].find((name) => !S3_PARAMETERS.includes(name));
  if (unknown !== undefined) throw refuse(`it knows endpoint and region behind the ?, not ${unknown}`);
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  if (!/^[A-Za-z0-9/_.-]*$/.test(prefix)) throw refuse('its prefix may hold letters, digits, / _ . and -');
  const endpoint = url.searchParams.get('endpoint');
  if (endpoint !== null && !/^https?:\/\/[^\s@]+$/.test(endpoint))
    throw refuse('its endpoint must be an http(s) address');
  return {
    bucket: url.host,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint,
    region: url.searchParams.get('region') ?? 'us-east-1',
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(keys.AWS_SESSION_TOKEN !== null && { sessionToken: keys.AWS_SESSION_TOKEN }),
    },
  };
}

function claudeOf(
  env: Omit<z.infer<typeof Environment>, 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN'>,
  apiKey: string,
): Config['claude'] {
  const effort = env.MODELWRIGHT_CLAUDE_EFFORT;
  const [thread, person, workspace] = amounts(env, 'MODELWRIGHT_CLAUDE_BUDGETS', 3);
  const prices = env.MODELWRIGHT_CLAUDE_PRICES === null ? null : amounts(env, 'MODELWRIGHT_CLAUDE_PRICES', 4);
  return {
    apiKey,
    baseUrl: env.ANTHROPIC_BASE_URL,
    model: env.MODELWRIGHT_CLAUDE_MODEL,
    effort: effort === 'default' ? null : effort,
    price: prices && {
      input: prices[0] as number,
      output: prices[1] as number,
      cacheRead: prices[2] as number,
      cacheWrite: prices[3] as number,
    },
    budget: { thread: thread as number, person: person as number, workspace: workspace as number },
    rows: env.MODELWRIGHT_CLAUDE_ROWS,
  };
}

function amounts(
  env: Readonly<Record<string, unknown>>,
  variable: 'MODELWRIGHT_CLAUDE_BUDGETS' | 'MODELWRIGHT_CLAUDE_PRICES',
  count: number,
): number[] {
  const parts = String(env[variable])
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (parts.length === count && parts.every((part) => Number.isFinite(part) && part >= 0)) return parts;
  throw new ModelwrightError('CONFIG_INVALID', {
    variable,
    detail: `${count} amounts in dollars, separated by commas`,
  });
}
