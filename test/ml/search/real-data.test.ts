import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../src/datasets/read-dataset.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { PORTFOLIO } from '../../../src/ml/tuning/portfolio.ts';
import { countingClock, shopExperiment } from './small-experiment.ts';

const FILE = '../shared/data/telco_churn.csv';

// The bar is what scikit-learn's logistic regression and slow, small-leaf boosted trees reach on this data (0.845 ± 0.004).
describe.skipIf(!existsSync(FILE))(
  'the default settings on 7,043 telephone customers (needs ../shared)',
  () => {
    it.each(['linear', 'gbdt'] as const)('%s reaches a cross-validated AUC of 0.84', async (family) => {
      const { table } = await readDataset(FILE, { name: 'telco_churn.csv' });
      const target = table.columns.find((column) => column.name === 'churn');
      const experiment = shopExperiment('binary', {
        target: 'churn',
        classes: target?.type === 'boolean' ? [...target.labels] : ['No', 'Yes'],
        features: table.columns.map((column) => column.name).filter((name) => name !== 'churn'),
        holdoutFraction: 0.2,
        folds: 5,
      });
      const spec = {
        number: 0,
        family,
        parameters: PORTFOLIO[family].defaults[0],
        origin: 'default',
        seed: 1,
      } as const;
      const result = await evaluateTrial(table, experiment, spec, { clock: countingClock() });
      expect(result.reason).toBe('all 5 folds scored');
      expect(result.score).toBeGreaterThan(0.84);
    });
  },
);
