/** Idle threads of a process take parts of a fit; what they do not begin is left to the fit's own thread. */
import { describe, expect, it } from 'vitest';
import type { ComputeShard } from '../../jobs/shard-questions.ts';
import { shardsHere } from '../../jobs/shards-here.ts';
import type { SerialisedEstimator } from '../../src/ml/estimator.ts';

const empty: SerialisedEstimator = { json: null, arrays: {} };
const round = (json: unknown): SerialisedEstimator => ({ json, arrays: {} });
const { signal } = new AbortController();

/** So many threads; each part takes a turn of the event loop. */
function threads(count: number) {
  const computed: number[] = [];
  let free = count;
  const compute: ComputeShard = async ({ shard, round: { json } }) => {
    free--;
    computed.push(shard);
    await new Promise(setImmediate);
    free++;
    if (json === 'fails') throw new Error('the thread died');
    return { outcome: { json: `${json} ${shard}`, arrays: {} }, cpuSeconds: 1 };
  };
  return { hands: shardsHere(compute, () => free, signal), computed };
}

async function askFor(hands: ReturnType<typeof shardsHere>, parts: number) {
  const told = [];
  for (let i = 0; i < parts; i++) told.push(await hands.next());
  return told
    .sort((a, b) => a.shard - b.shard)
    .map(({ shard, result }) => [shard, result?.outcome.json ?? null]);
}

describe('idle threads', () => {
  it('compute what the fit has not taken itself', async () => {
    const { hands, computed } = threads(2);
    await hands.open([empty, empty, empty, empty]);
    await hands.offer(round('first'));
    // Two are begun at once, and the last is the first to be left to the fit.
    expect(computed).toEqual([1, 2]);
    expect(await hands.next()).toEqual({ shard: 4, result: null });
    expect(await askFor(hands, 3)).toEqual([
      [1, 'first 1'],
      [2, 'first 2'],
      [3, null],
    ]);
    await hands.offer(round('second'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await askFor(hands, 4)).toEqual([1, 2, 3, 4].map((shard) => [shard, `second ${shard}`]));
    await hands.close();
  });

  it('are not waited for where there are none', async () => {
    const { hands, computed } = threads(0);
    await hands.open([empty, empty]);
    await hands.offer(round('alone'));
    expect(await askFor(hands, 2)).toEqual([
      [1, null],
      [2, null],
    ]);
    expect(computed).toEqual([]);
  });

  it('that fail leave their part to the fit', async () => {
    const { hands } = threads(3);
    await hands.open([empty]);
    await hands.offer(round('fails'));
    expect(await askFor(hands, 1)).toEqual([[1, null]]);
  });
});
