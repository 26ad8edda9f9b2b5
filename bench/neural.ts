/** Networks on our own kernels against PyTorch and tfjs: seconds for one epoch, on the same shapes of made-up rows, one
 *  thread each, with Adam.
 *
 *  `npm run bench -- neural [--only mlp-128-64,cnn] [--repeats N]`
 *
 *  The order turns from round to round, and medians are compared: those of processor time, since other processes disturb the
 *  clock. `BENCH_PYTHON` names an interpreter with another version of torch. */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench } from './index.ts';
import { type Contender, type EpochTime, findContenders } from './neural/trainers.ts';
import { WORKLOADS, type Workload } from './neural/workloads.ts';
import { median } from './tabular/rows.ts';
import { usage } from './usage.ts';

/** Who has taken so long for one workload is not asked again. */
const ENOUGH_SECONDS = 20;

interface Row {
  readonly workload: string;
  readonly engine: string;
  readonly way: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly all: readonly EpochTime[];
}

export const bench: Bench = async (args) => {
  const { workloads, repeats } = readOptions(args);
  const { contenders, skipped } = await findContenders();
  const load = loadavg()[0] ?? 0;
  process.stdout.write(`load ${load.toFixed(1)}\n`);
  for (const sentence of skipped) process.stdout.write(`skipped ${sentence}\n`);
  const rows: Row[] = [];
  try {
    for (const workload of workloads) {
      const measured = await compare(contenders, workload, repeats);
      rows.push(...measured);
      print(workload, measured);
    }
  } finally {
    for (const contender of contenders) contender.close();
  }
  return { load, rows, skipped };
};

async function compare(
  contenders: readonly Contender[],
  workload: Workload,
  repeats: number,
): Promise<Row[]> {
  const runs: { contender: Contender; way: string; all: EpochTime[] }[] = [];
  for (const contender of contenders) {
    try {
      const { way } = await contender.load(workload);
      runs.push({ contender, way, all: [] });
    } catch (error) {
      process.stdout.write(`${contender.name}: ${(error as Error).message}\n`);
    }
  }
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = repeat % runs.length;
    for (const run of [...runs.slice(start), ...runs.slice(0, start)]) {
      const spent = run.all.reduce((sum, { seconds }) => sum + seconds, 0);
      if (spent < ENOUGH_SECONDS) run.all.push(await run.contender.epoch());
    }
  }
  return runs.map(({ contender, way, all }) => ({
    workload: workload.name,
    engine: contender.name,
    way,
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    all,
  }));
}

function print({ name, rows, batch }: Workload, measured: readonly Row[]): void {
  process.stdout.write(`\n${name}, ${rows} rows, batches of ${batch}, one epoch\n`);
  const [ours] = measured;
  for (const row of measured) {
    const ratio =
      row === ours || !ours ? '' : `  ours ÷ it ${(ours.cpuSeconds / row.cpuSeconds).toFixed(2)}x`;
    const times = `${row.cpuSeconds.toFixed(3)} s (clock ${row.seconds.toFixed(3)} s)`;
    process.stdout.write(`  ${row.engine.padEnd(18)} ${times}${ratio}${row.way ? `  ${row.way}` : ''}\n`);
  }
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, repeats: { type: 'string', default: '5' } },
  });
  const names = values.only?.split(',') ?? WORKLOADS.map(({ name }) => name);
  const workloads = names.map((wanted) => {
    const workload = WORKLOADS.find(({ name }) => name === wanted);
    if (!workload) {
      throw usage(`"${wanted}" is not a workload; there are ${WORKLOADS.map(({ name }) => name).join(', ')}`);
    }
    return workload;
  });
  if (!/^[1-9]\d*$/.test(values.repeats)) {
    throw usage(`--repeats: "${values.repeats}" is not a positive whole number`);
  }
  return { workloads, repeats: Number(values.repeats) };
}
