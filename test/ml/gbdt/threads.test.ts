import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTreeHelpers, helperCpuSeconds } from '../../../jobs/tree-helpers.ts';
import type { HelperThreads, TrainingSet } from '../../../src/ml/estimator.ts';
import type { Task } from '../../../src/ml/experiment.ts';
import { gbdt } from '../../../src/ml/gbdt/boosting.ts';
import { type HelperTask, help, IDLE } from '../../../src/ml/kernel-helper.mjs';
import { Random } from '../../../src/ml/random.ts';
import { Arena } from '../../../src/ml/trees/arena.ts';
import { instantiateKernels } from '../../../src/ml/trees/kernels.ts';
import { allocateControls, helperTasks, Team } from '../../../src/ml/trees/team.ts';

/** Just enough cells that threads are used. */
function largeProblem(task: Task): TrainingSet {
  const random = new Random(4);
  const nRows = 50_100;
  const columns = Array.from({ length: 40 }, (_, j) => {
    const column = new Float64Array(nRows);
    for (let i = 0; i < nRows; i++)
      column[i] = random.uniform() < 0.05 ? Number.NaN : random.integer(2 + 9 * j);
    return column;
  });
  const score = (i: number) => (columns[3][i] || 0) - (columns[1][i] || 0) + 4 * random.normal();
  const target = new Float64Array(nRows);
  for (let i = 0; i < nRows; i++) {
    const value = score(i);
    target[i] = task === 'regression' ? value : value > 10 && task === 'multiclass' ? 2 : value > 3 ? 1 : 0;
  }
  return {
    task,
    nClasses: { binary: 2, multiclass: 3, regression: 1 }[task],
    target,
    features: {
      nRows,
      columns,
      features: columns.map((_, j) => ({
        name: `x${j}`,
        source: `x${j}`,
        kind: j % 7 === 2 ? 'categorical' : 'numeric',
      })),
    },
  };
}

/** Helpers that have come before the fit goes on: a short one would be over before they have started. */
function presentHelpers(size: number, told = (task: HelperTask) => task): HelperThreads {
  const helpers = createTreeHelpers(size);
  return {
    ...helpers,
    start(tasks) {
      const stop = helpers.start(tasks.map(told));
      const [{ memory }] = tasks;
      const controls = tasks.map(({ control }) => control);
      const team = new Team({ memory, kernels: instantiateKernels(memory) }, controls);
      const nothing = new Int32Array(new SharedArrayBuffer(4));
      while (team.size <= size) Atomics.wait(nothing, 0, 0, 1);
      return stop;
    },
  };
}

describe('a fit on several threads', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)(
    'is the one of a single thread, to the last bit: %s',
    async (task) => {
      const training = largeProblem(task);
      const parameters = { maxSteps: 3, maxLeaves: 12, rowFraction: 0.9 };
      const alone = await gbdt.fit(training, parameters, { seed: 1 });
      // Those of the last come while the fit goes on, or never.
      for (const helpers of [presentHelpers(1), presentHelpers(2), createTreeHelpers(3)]) {
        const together = await gbdt.fit(training, parameters, { seed: 1, helpers });
        expect(together.ensemble.trees).toEqual(alone.ensemble.trees);
        expect(together.curve).toEqual(alone.curve);
      }
    },
  );

  it('is told what CPU time its helpers have used', async () => {
    const training = largeProblem('regression');
    const before = helperCpuSeconds();
    // A thread's time is told in hundredths of a second: a short fit may have taken none.
    for (let i = 0; i < 20 && helperCpuSeconds() === before; i++) {
      await gbdt.fit(training, { maxSteps: 10, maxLeaves: 31 }, { seed: 1, helpers: presentHelpers(1) });
    }
    expect(helperCpuSeconds()).toBeGreaterThan(before);
  });

  it('fails when one of its threads does', async () => {
    const helpers = presentHelpers(1, (task) => ({ ...task, kernels: [] }));
    const fit = gbdt.fit(largeProblem('binary'), { maxSteps: 3 }, { seed: 1, helpers });
    await expect(fit).rejects.toThrow('a thread that helped with the fit has failed');
  });

  it('ends its threads when it fails', async () => {
    const training = largeProblem('regression');
    const negative = { ...training, target: training.target.map((y) => -Math.abs(y) - 1) };
    let ended = 0;
    const helpers = createTreeHelpers(1);
    const watched = {
      ...helpers,
      start: (...given: Parameters<typeof helpers.start>) => {
        const stop = helpers.start(...given);
        return async () => {
          await stop();
          ended++;
        };
      },
    };
    const fit = gbdt.fit(negative, { loss: 'poisson' }, { seed: 1, helpers: watched });
    await expect(fit).rejects.toThrow('Poisson loss needs counts');
    expect(ended).toBe(1);
  });
});

describe('the kernels that threads share', () => {
  it('do not ask how large the memory is, which one thread may have grown unheard by another', () => {
    const folder = new URL('../../../kernels/trees/', import.meta.url);
    const asking = readdirSync(folder).filter((name) =>
      /memory\.(fill|copy|size)/.test(readFileSync(new URL(name, folder), 'utf8')),
    );
    expect(asking).toEqual(['forest.ts']); // whose trees are grown by one thread each
  });
});

describe('a team', () => {
  it('computes parts that it has no helper for itself', () => {
    const arena = new Arena();
    const cells = arena.allocate(4 * 64);
    arena.uint8(cells, 4 * 64).fill(1);
    const parts = Array.from({ length: 4 }, (_, i): [number, number] => [cells + 64 * i, 64]);
    expect(new Team(arena).run('clearHistogram', parts)).toHaveLength(4);
    expect(arena.uint8(cells, 4 * 64).every((byte) => byte === 0)).toBe(true);
  });

  it('goes on alone where it gets no processor', async () => {
    const arena = new Arena();
    const controls = allocateControls(arena, 1);
    const stop = presentHelpers(1).start(helperTasks(arena, controls));
    const team = new Team(arena, controls, () => 0);
    expect(team.size).toBe(2);
    const cells = arena.allocate(2 * 64_000);
    while (team.size > 1) {
      team.run('clearHistogram', [
        [cells, 64_000],
        [cells + 64_000, 64_000],
      ]);
    }
    await stop();
  });

  it('counts helpers from when they have come, and ends those that come when all is over', () => {
    const arena = new Arena();
    const controls = allocateControls(arena, 2);
    const team = new Team(arena, controls);
    expect([team.size, team.most]).toEqual([1, 3]);
    Atomics.store(arena.int32(controls[1], 1), 0, IDLE);
    expect(team.size).toBe(2);
    team.end();
    expect(team.size).toBe(1);
    for (const task of helperTasks(arena, controls)) help(task); // would wait for ever
  });
});
