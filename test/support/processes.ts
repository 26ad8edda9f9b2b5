/** The doors as processes of their own, which can be killed, over a workspace that lives on in the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type RunningWorkspace, startWorkspace } from '../../playground/server/server.ts';
import { readManifest } from '../../src/manifest.ts';

const ROOT = new URL('../../', import.meta.url);

/** A workspace in this process, as the manifest's app sees it. */
export async function openWorkspace(): Promise<RunningWorkspace> {
  return startWorkspace(await readManifest());
}

/** What a process must know in order to find that workspace. */
export function slackEnvironment({ botToken, appToken, apiUrl }: RunningWorkspace): Record<string, string> {
  return { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
}

export interface Door {
  /** What it has logged so far. */
  readonly log: string;
  /** `kill -9`. Sent before this returns; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM. @returns how it ended. */
  terminate(): Promise<{ code: number | null }>;
}

const READY = { app: /connected to/, worker: /worker ready/ };
const START_MS = 240_000;

const running = new Set<ChildProcess>();

/** Starts a bot (`app`) or a worker and waits until it is ready.
 *  @param home its working folder too, so that no `.env` of the developer counts. */
export async function startDoor(
  door: keyof typeof READY,
  home: string,
  environment: Record<string, string>,
): Promise<Door> {
  const child = spawnNode([fileURLToPath(new URL(`src/${door}.ts`, ROOT))], home, {
    MODELWRIGHT_HOME: home,
    MODELWRIGHT_PORT: '0',
    LOG_LEVEL: 'info',
    ...environment,
  });
  const ended = once(child, 'exit');
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const give = (why: string) => reject(new Error(`the ${door} ${why}:\n${log}`));
    const timer = setTimeout(() => give('did not get ready'), START_MS);
    child.stderr?.on('data', (chunk) => {
      log += chunk;
      if (!READY[door].test(log)) return;
      clearTimeout(timer);
      resolve();
    });
    void ended.then(() => give('ended'));
  });
  return {
    get log() {
      return log;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async terminate() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return { code };
    },
  };
}

/** Ends what a failed test has left behind. */
export function killAllDoors(): void {
  for (const child of running) child.kill('SIGKILL');
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `modelwright ...words` to its end. @param cwd its working folder. */
export async function modelwright(
  cwd: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('bin/modelwright.js', ROOT)), ...words], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  running.delete(child);
  return { code, stdout, stderr };
}

function spawnNode(words: readonly string[], cwd: string, environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), ...words], {
    cwd,
    env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}
