import { describe, expect, it } from 'vitest';
import { pastRatios } from '../../jobs/past-ratios.ts';
import type { Report } from '../../src/report/report.ts';
import { openStore } from '../../src/store/store.ts';
import { report as reportOf } from '../contracts/store-samples.ts';

describe('what earlier runs took against their calibration', () => {
  it('counts runs of the workspace that did all that they had planned', async () => {
    const store = await openStore({ memory: true });
    try {
      const keep = async (team: string, change: Partial<Report>, took: number) => {
        const id = `${team}-${took}`;
        await store.threads.open({ id, team, channel: 'C1', rootTs: `${took}` }, 'U1');
        const run = await store.runs.create(id, id, team, '2026-01-31T12:00:00.000Z');
        const report = reportOf(run.id);
        const resources = { ...report.resources, wallSeconds: took, calibratedSeconds: 100 };
        await store.reports.save({ ...report, cutShort: null, resources, ...change }, { threadId: id, team });
      };
      await keep('T1', {}, 90);
      await keep('T1', {}, 150);
      await keep('T1', { cutShort: 'The time budget ran out when 2 of 4 trials had finished.' }, 30);
      await keep('T1', { leftOut: ['Something.'] }, 40);
      await keep('T2', {}, 500);
      expect(await pastRatios(store, 'T1')).toEqual([1.5, 0.9]);
      expect(await pastRatios(store, 'T3')).toEqual([]);
    } finally {
      await store.close();
    }
  });
});
