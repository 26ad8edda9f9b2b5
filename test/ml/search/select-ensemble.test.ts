import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { Random } from '../../../src/ml/random.ts';
import type { Candidate } from '../../../src/ml/search/out-of-fold.ts';
import { outOfFold } from '../../../src/ml/search/out-of-fold.ts';
import { selectEnsemble } from '../../../src/ml/search/select-ensemble.ts';
import { type SplitTable, splitTable } from '../../../src/ml/search/split-table.ts';
import { shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable(2000);

/** What a model would say that knows the outcome but for its own noise: each trial has noise of its own.
 *  @param noise in standard deviations of the target, or of the logit. @param shared noise that all trials have. */
function candidate(rows: SplitTable, trial: number, noise: number, shared = 0): Candidate {
  const { nClasses, values } = rows.target;
  const own = new Random(trial + 1);
  const common = new Random(99);
  const predictions = rows.split.folds.map(({ validation }) => {
    const out = new Float32Array(validation.length * nClasses);
    validation.forEach((row, i) => {
      const y = values[row] as number;
      const error = noise * own.normal() + shared * common.normal();
      if (nClasses === 1) {
        out[i] = y + 20 * error;
        return;
      }
      for (let k = 0; k < nClasses; k++)
        out[i * nClasses + k] = Math.exp((k === y ? 1 : 0) + (k === 0 ? error : 0));
      const total = out.subarray(i * nClasses, (i + 1) * nClasses).reduce((sum, value) => sum + value, 0);
      for (let k = 0; k < nClasses; k++) out[i * nClasses + k] /= total;
    });
    return out;
  });
  return { trial, family: 'gbdt', predictions };
}

const select = (experiment: Experiment, noises: readonly number[], shared = 0) => {
  const rows = splitTable(table, experiment);
  return selectEnsemble(
    experiment,
    rows,
    noises.map((noise, trial) => candidate(rows, trial, noise, shared)),
  );
};

describe('choosing the model', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)(
    'joins trials that err independently (%s)',
    (task) => {
      const { members, ensemble, best } = select(shopExperiment(task), [1, 1.1, 1.1, 8]);
      expect(best).toBe(0);
      expect(members.map(({ trial }) => trial).sort()).toEqual([0, 1, 2]);
      expect(members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(ensemble).toMatchObject({ kept: true, candidates: 4 });
      expect(ensemble?.outOfFoldGain.low).toBeGreaterThan(0);
    },
  );

  it.each(['binary', 'regression'] as const)(
    'keeps the best trial alone where there is nothing to gain (%s)',
    (task) => {
      const { members, ensemble, stacker } = select(shopExperiment(task), [0, 0, 3], 1);
      expect(members).toEqual([{ trial: 0, family: 'gbdt', weight: 1 }]);
      expect(stacker).toBeNull();
      expect(ensemble?.kept).toBe(false);
    },
  );

  it('does not look for an ensemble where one model is wanted, or there is one trial', () => {
    const alone = { members: [{ trial: 0, family: 'gbdt', weight: 1 }], ensemble: null };
    expect(select(shopExperiment('binary', { finish: 'single' }), [1, 1])).toMatchObject(alone);
    expect(select(shopExperiment('binary'), [1])).toMatchObject(alone);
  });

  it('holds at most so many trials', () => {
    const { members } = select(shopExperiment('regression', { members: 2 }), [1, 1, 1, 1, 1]);
    expect(members).toHaveLength(2);
  });

  it('is the same each time, and for copies of the predictions', () => {
    const experiment = shopExperiment('multiclass');
    expect(select(experiment, [1, 1.2, 1.4])).toEqual(structuredClone(select(experiment, [1, 1.2, 1.4])));
  });

  it('judges by groups where the split is by groups', () => {
    const split = { kind: 'group', column: 'customer' } as const;
    expect(select(shopExperiment('binary', { split }), [1, 1, 1]).ensemble?.kept).toBe(true);
  });

  it('works with folds that follow time', () => {
    const split = { kind: 'time', column: 'since' } as const;
    expect(select(shopExperiment('regression', { split, folds: 2 }), [1, 1, 1]).ensemble?.kept).toBe(true);
  });
});

describe('the cross-fitted gain', () => {
  it('does not call luck a gain: of many useless trials, ensembles are seldom kept', () => {
    const experiment = shopExperiment('binary', { metric: 'log_loss' });
    const rows = splitTable(table, experiment);
    let kept = 0;
    for (let round = 0; round < 10; round++) {
      // The best trial, and copies of it that differ by noise which tells nothing and shifts nothing.
      const base = candidate(rows, 0, 0, 1);
      const trials = Array.from({ length: 8 }, (_, i): Candidate => {
        const random = new Random(1000 * round + i);
        const predictions = base.predictions.map((part) => {
          const shifted = part.slice();
          for (let row = 0; i > 0 && row < shifted.length; row += 2) {
            const p = Math.min(0.999, Math.max(0.001, (shifted[row] as number) + 0.002 * random.normal()));
            shifted[row] = p;
            shifted[row + 1] = 1 - p;
          }
          return shifted;
        });
        return { trial: i, family: 'gbdt', predictions };
      });
      if (selectEnsemble(experiment, rows, trials).ensemble?.kept) kept++;
    }
    expect(kept).toBeLessThanOrEqual(3);
  });
});

describe('a stacker', () => {
  it('takes the place of the weights where it is clearly better, with a coefficient for each member', () => {
    // Noisy values are better when they are drawn towards their mean, which no average does.
    const { stacker, members } = select(shopExperiment('regression'), [1, 1, 1]);
    expect(stacker?.kind).toBe('linear');
    expect(stacker?.coefficients).toHaveLength(members.length);
    const sum = stacker?.coefficients.reduce((total, coefficient) => total + coefficient, 0);
    expect(sum).toBeLessThan(0.95);
  });

  it('is not tried on few rows', () => {
    const experiment = shopExperiment('regression');
    const few = shopTable(500);
    const rows = splitTable(few, experiment);
    const trials = [0, 1, 2].map((trial) => candidate(rows, trial, 1));
    expect(selectEnsemble(experiment, rows, trials)).toMatchObject({
      stacker: null,
      ensemble: { kept: true },
    });
  });
});

describe('out-of-fold predictions', () => {
  it('are refused where they do not fit the split', () => {
    const experiment = shopExperiment('regression');
    const rows = splitTable(table, experiment);
    const whole = candidate(rows, 0, 1);
    const torn = { ...whole, predictions: whole.predictions.slice(1) };
    expect(() => outOfFold(rows, [torn])).toThrow(/trial 0 has .* predictions of fold/);
  });
});
