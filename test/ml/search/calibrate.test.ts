import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/ml/search/calibrate.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import { Calibration } from '../../../src/ml/tuning/calibration.ts';
import { countingClock, shopExperiment, shopTable } from './small-experiment.ts';

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

  it.each([{ kind: 'random' }, { kind: 'time', column: 'since' }] as const)(
    'counts the rows of every fold, which grow with the time: $kind',
    async (split) => {
      const experiment = shopExperiment('binary', { split });
      const { costs } = await calibrate(shopTable(), experiment, ['gbdt', 'linear'], countingClock());
      const { folds, training } = splitTable(shopTable(), experiment).split;
      const rows = folds.reduce((sum, fold) => sum + fold.training.length, 0);
      for (const { secondsPerTrial, secondsPerRefit } of costs) {
        expect(secondsPerTrial / secondsPerRefit).toBeCloseTo(rows / training.length, 6);
      }
    },
  );

  it('says so when the data cannot be split', async () => {
    await expect(calibrate(shopTable(2), shopExperiment('binary'), ['linear'], clock)).rejects.toMatchObject({
      code: 'ROWS_TOO_FEW',
    });
  });
});
