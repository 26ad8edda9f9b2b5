import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/ml/search/calibrate.ts';
import { Calibration } from '../../../src/ml/tuning/calibration.ts';
import { shopExperiment, shopTable } from './small-experiment.ts';

const clock = { now: () => performance.now() };

describe('calibrate', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)(
    'costs every family asked for, %s',
    async (task) => {
      const calibration = await calibrate(
        shopTable(),
        shopExperiment(task),
        ['linear', 'gbdt', 'mlp', 'baseline'],
        clock,
      );
      expect(calibration.costs.map((cost) => cost.family)).toEqual(['linear', 'gbdt', 'mlp', 'baseline']);
      expect(Calibration.parse(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
      for (const cost of calibration.costs) expect(cost.secondsPerTrial).toBeLessThan(60);
    },
  );

  it('says so when the data cannot be split', async () => {
    await expect(calibrate(shopTable(2), shopExperiment('binary'), ['linear'], clock)).rejects.toMatchObject({
      code: 'ROWS_TOO_FEW',
    });
  });
});
