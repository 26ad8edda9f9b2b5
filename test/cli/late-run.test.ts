/** A run with real threads on real data whose plan is wrong: it says that a trial takes a moment which would take hours. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readData } from '../../src/command-line/read-data.ts';
import { openCommandLine } from '../../src/command-line/session.ts';
import { ModelwrightError } from '../../src/errors/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { Report } from '../../src/report/report.ts';

const PENGUINS = resolve('examples/data/penguins.csv');
const ENDLESS = { maxSteps: 1_000_000, patience: 0, learningRate: 0.0001 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-late-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The plan with boosted trees that never end, of which it expects that they do at once, and little time. */
function wrongly(plan: Plan): Plan {
  const candidates = plan.candidates.map((one) =>
    one.family === 'gbdt' ? { ...one, trials: 1, defaults: [{ ...one.defaults[0], ...ENDLESS }] } : one,
  );
  return { ...plan, candidates, budget: { ...plan.budget, seconds: 6, threads: 1 } };
}

describe('a run whose trials take far longer than planned', () => {
  it('ends with what it has, and says why', async () => {
    const { data, reader } = await readData(PENGUINS, 'penguins.csv');
    const target = await reader.profileTarget(data.path, data.name, data.profile, 'species');
    const price = { perCoreHour: 36, currency: 'EUR' };
    const session = await openCommandLine(
      reader,
      { threads: 1, home: folder, backbone: null, price },
      () => undefined,
    );
    try {
      const wanted = { families: ['linear', 'gbdt'] as ('linear' | 'gbdt')[], trials: 2, budgetSeconds: 600 };
      const { plan } = await session.plan(data, target, wanted);
      expect(plan.price).toEqual(price);
      const record = await session.adopt(wrongly(plan), data);
      await session.train(record, folder, true);
      const report = Report.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
      expect(report.cutShort).toBe('The time budget ran out when 1 of 2 trials had finished.');
      expect(report.winner.family).toBe('linear');
      expect(report.trials.map(({ family }) => family)).toEqual(['linear']);
      expect(report.resources).toMatchObject({ price, estimatedCpuSeconds: plan.estimate.cpuSeconds });
      // The trial that was ended has used its thread as well.
      const [linear] = report.trials;
      expect(report.resources.cpuSeconds).toBeGreaterThan(linear?.seconds ?? 0);
    } catch (error) {
      // On a machine that is too busy for a single trial in that time, this is the honest end.
      if (!(error instanceof ModelwrightError)) throw error;
      expect(error.person).toMatch(/time budget ran out when 0 of 2|before a model could be trained again/);
    } finally {
      await session.close();
    }
  });
});
