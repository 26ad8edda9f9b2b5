/** What pictures cost.
 *
 *  `npm run bench -- charts [--quick]`
 *
 *  - each kind of picture of reports and chapters, warm: the median of its CPU milliseconds;
 *  - all pictures of a report and of its chapters together;
 *  - how much the process grows over 500 of them (`--quick`: 100). */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ChapterName, type ChapterSource } from '../src/report/chapters/chapter.ts';
import { layChapter } from '../src/report/charts/draw-chapter.ts';
import { layReport } from '../src/report/charts/draw-report.ts';
import { drawPicture, type PictureSpec } from '../src/report/charts/picture.ts';
import { amesReport, lettersReport, telcoReport } from '../test/report/sample-runs.ts';
import { evidenceOf } from './evaluation/product.ts';
import { TARGET, unfairGroup } from './evaluation/tables.ts';
import type { Bench } from './index.ts';

const TIMES = 7;
const [RENDERS, QUICK_RENDERS] = [500, 100];
/** Until fonts are read, code is compiled and the allocator has its pools. */
const WARM_UP = 60;

export const bench: Bench = async (args) => {
  const { values } = parseArgs({ args: [...args], options: { quick: { type: 'boolean', default: false } } });
  const reports = {
    binary: await wholeReport(),
    multiclass: layReport(lettersReport()),
    regression: layReport(amesReport()),
  };
  const all = Object.values(reports).flat();
  for (let i = 0; i < WARM_UP; i++) await drawPicture(all[i % all.length] as PictureSpec);
  const charts: Record<string, number> = {};
  const totals: Record<string, number> = {};
  for (const [name, specs] of Object.entries(reports)) {
    let total = 0;
    for (const spec of specs) {
      const ms = await medianCpuMs(spec);
      total += ms;
      charts[spec.fileName] = Math.max(charts[spec.fileName] ?? 0, ms);
    }
    totals[name] = total;
  }
  for (const [chart, ms] of Object.entries(charts)) print(chart, `${ms.toFixed(0)} ms`);
  for (const [name, ms] of Object.entries(totals)) print(`all of a report, ${name}`, `${ms.toFixed(0)} ms`);
  const renders = values.quick ? QUICK_RENDERS : RENDERS;
  const grownMb = await growth(all, renders);
  print(`${renders} renders`, `${grownMb.toFixed(1)} MB more`);
  return { charts, reports: totals, memory: { renders, grownMb } };
};

/** The pictures of a report with every chapter. */
async function wholeReport(): Promise<PictureSpec[]> {
  const evidence = await evidenceOf(unfairGroup(1, true), { sensitive: ['gender', 'ethnicity'] });
  const report = { ...telcoReport(), target: TARGET, classes: ['no', 'yes'] };
  const [row = 0] = evidence.explanation?.rows ?? [];
  const source: ChapterSource = { report, evidence, row: row + 1, costs: { falseAlarm: 20, missed: 400 } };
  const specs = [...layReport(report), ...ChapterName.options.flatMap((name) => layChapter(name, source))];
  return specs.filter(({ fileName }, i) => specs.findIndex((one) => one.fileName === fileName) === i);
}

/** CPU time of the whole process, encoding included: what other programs do meanwhile does not count. */
async function medianCpuMs(spec: PictureSpec): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const start = process.cpuUsage();
    await drawPicture(spec);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[TIMES >> 1] as number;
}

/** Of the memory that the process holds at least: from picture to picture it goes up and down by more than a leak of many
 *  would add, so the least of the last fifth is compared with the least of the first. */
async function growth(specs: readonly PictureSpec[], renders: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held: number[] = [];
  for (let i = 0; i < renders; i++) {
    await drawPicture(specs[i % specs.length] as PictureSpec);
    if (i % 5 === 4) {
      collect();
      held.push(process.memoryUsage.rss() / 2 ** 20);
    }
  }
  const fifth = Math.ceil(held.length / 5);
  return Math.min(...held.slice(-fifth)) - Math.min(...held.slice(0, fifth));
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(30)} ${value}\n`);
}
