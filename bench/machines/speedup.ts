/** One run of real trials on one worker process and on two. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readData } from '../../src/command-line/read-data.ts';
import { openCommandLine } from '../../src/command-line/session.ts';
import { readConfig } from '../../src/config.ts';
import { openFoundations } from '../../src/deps.ts';
import { createLogger } from '../../src/log.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { RequirementsChange } from '../../src/requirements/requirements.ts';
import { hasEnded } from '../../src/run/run.ts';
import { datasetArtifact } from '../../src/thread/artifact-names.ts';
import { smallCsv } from '../../test/support/app.ts';
import type { OwnServer } from '../../test/support/servers.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { approve, TEAM } from './approve.ts';

interface Workload {
  readonly redis: OwnServer;
  readonly postgres: OwnServer;
  readonly trials: number;
  /** Of the table that is made where no file is named. */
  readonly rows: number;
  readonly data: string | null;
  readonly target: string;
  /** What else is wanted of the plan. */
  readonly wanted?: RequirementsChange;
}

export async function measureSpeedup(workload: Workload) {
  const home = scratchFolder('machines');
  const path = workload.data === null ? join(home, 'small.csv') : resolve(workload.data);
  if (workload.data === null) await writeFile(path, smallCsv(workload.rows));
  const plan = await planFor(path, workload);
  const one = await secondsOn(1, plan, path, home, workload);
  const two = await secondsOn(2, plan, path, home, workload);
  if (one.scores !== two.scores) throw new Error('two workers came to another result than one');
  return {
    trials: one.trials,
    ...{ oneSeconds: one.seconds, twoSeconds: two.seconds },
    ...{ oneTrialSeconds: one.trialSeconds, twoTrialSeconds: two.trialSeconds },
  };
}

/** Of so many trials on one thread; its budget is so large that it never ends them. */
async function planFor(path: string, { trials, target, wanted }: Workload): Promise<Plan> {
  const { data, reader } = await readData(path, basename(path));
  const session = await openCommandLine(reader, { ...readConfig({}), threads: 1 }, () => undefined);
  try {
    const profile = await reader.profileTarget(path, data.name, data.profile, target);
    const { plan } = await session.plan(data, profile, { trials, budgetSeconds: 3600, ...wanted });
    return plan;
  } finally {
    await session.close();
  }
}

async function secondsOn(
  workers: number,
  plan: Plan,
  path: string,
  home: string,
  { redis, postgres }: Workload,
) {
  const environment = {
    ...{ DATABASE_URL: postgres.url, REDIS_URL: redis.url, MODELWRIGHT_HOME: home, MODELWRIGHT_THREADS: '1' },
  };
  const { story, close } = await openFoundations(readConfig(environment), createLogger('error'));
  const children = await Promise.all(Array.from({ length: workers }, () => startWorker(environment, home)));
  try {
    await story.artifacts.putFile(datasetArtifact(TEAM, plan.dataset.hash), path);
    // Engines are loaded by a first, short run: that they take a while to load is no matter of the queue.
    const warm = await ended(story, await approveAndQueue(story, `warm${workers}-${Date.now()}`, plan));
    const run = await ended(story, await approveAndQueue(story, `timed${workers}-${Date.now()}`, plan));
    if (warm.scores !== run.scores) throw new Error('the same plan came to two results');
    return run;
  } finally {
    for (const child of children) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await close();
  }
}

type Story = Awaited<ReturnType<typeof openFoundations>>['story'];

async function approveAndQueue(story: Story, id: string, plan: Plan): Promise<string> {
  const run = await approve(story, id, plan);
  await story.queue.add('run', run.id, { runId: run.id });
  return run.id;
}

/** Waits for the end of the run. */
async function ended(story: Story, runId: string) {
  const startedMs = performance.now();
  let trialsMs = startedMs;
  for (;;) {
    const run = await story.runs.find(runId);
    if (run && (run.state === 'queued' || run.state === 'running')) trialsMs = performance.now();
    if (run && hasEnded(run)) {
      if (run.state !== 'finished') throw new Error(`the run ended as ${run.state}: ${run.reason}`);
      const results = await story.runs.trials(runId);
      return {
        trials: results.length,
        seconds: (performance.now() - startedMs) / 1000,
        trialSeconds: (trialsMs - startedMs) / 1000,
        scores: JSON.stringify(results.map(({ score }) => score)),
      };
    }
    await delay(50);
  }
}

async function startWorker(environment: Record<string, string>, cwd: string) {
  const script = fileURLToPath(new URL('../../src/worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
    cwd,
    env: { ...process.env, ...environment, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  await new Promise<void>((ready, fail) => {
    child.stderr.on('data', (chunk) => {
      log += chunk;
      if (log.includes('worker ready')) ready();
    });
    child.once('exit', () => fail(new Error(`a worker ended: ${log}`)));
  });
  return child;
}
