/** How much slower everybody gets when others want the same cores. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Contender } from './contender.ts';
import { median, type SlowDownRow } from './rows.ts';

const N_LOOPS = 2;

/** Computes until nobody holds its stdin. It looks up from its work every 20 ms, so that it cannot outlive the bench. */
const LOOP = `
process.stdin.on('end', () => process.exit()).resume();
(function work() {
  const end = performance.now() + 20;
  while (performance.now() < end);
  setImmediate(work);
})();
`;

/** Fits every contender in turn, first alone, then beside two busy loops. */
export async function slowDowns(
  contenders: readonly Contender[],
  folder: string,
  trees: number,
  repeats: number,
): Promise<Omit<SlowDownRow, 'size' | 'threads'>[]> {
  const ways = new Map<Contender, string>();
  for (const contender of contenders) {
    await contender.ask('load', { folder, test: false });
    ways.set(contender, (await contender.ask('warm', {})).way);
  }
  const times = async () => {
    const seconds = new Map(contenders.map((contender): [Contender, number[]] => [contender, []]));
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [contender, way] of ways) {
        seconds.get(contender)?.push((await contender.ask('fit', { trees, way })).seconds);
      }
    }
    return seconds;
  };

  const idle = await times();
  const loops = Array.from({ length: N_LOOPS }, startLoop);
  try {
    const busy = await times();
    return contenders.map((contender) => {
      const { name: engine, version } = contender.engine;
      const idleSeconds = median(idle.get(contender) ?? []);
      const busySeconds = median(busy.get(contender) ?? []);
      return { engine, version, idleSeconds, busySeconds, ratio: busySeconds / idleSeconds };
    });
  } finally {
    for (const loop of loops) loop.kill();
  }
}

function startLoop(): ChildProcess {
  return spawn(process.execPath, ['-e', LOOP], { stdio: ['pipe', 'ignore', 'ignore'] });
}
