import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import { PORTFOLIO } from '../../src/ml/tuning/portfolio.ts';
import { NETWORKS } from '../../src/ml/tuning/trial.ts';
import { Plan } from '../../src/plan/plan.ts';
import { splitName } from '../../src/plan/plan-words.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import { proposePlan, proposeWithin } from '../../src/plan/propose.ts';
import type { ImageProfile } from '../../src/profile/profile.ts';
import { changeRequirements, NO_REQUIREMENTS } from '../../src/requirements/requirements.ts';
import { calibrationOf, column, profileOf, targetOf, telco } from './sample-inputs.ts';
import { sampleMaterial, samplePlan } from './sample-plan.ts';

const letters = {
  profile: profileOf(['lettr', 'x_box', 'y_box']),
  target: targetOf('lettr', 'multiclass'),
};
const houses = {
  profile: profileOf(['price', 'area', 'sold_on']),
  target: targetOf('price', 'regression', { split: { kind: 'time', column: 'sold_on' } }),
};
const reasonFor = (plan: Plan, choice: string) => plan.reasons.find((reason) => reason.choice === choice);
const codeOf = (propose: () => unknown) => {
  try {
    propose();
  } catch (error) {
    return error instanceof ModelwrightError ? error : null;
  }
  return null;
};

describe('a proposed plan', () => {
  it.each([
    ['binary', telco],
    ['multiclass', letters],
    ['regression', houses],
  ] as const)('for a %s target is valid by its own schema, unchanged', (task, data) => {
    const plan = samplePlan({}, data);
    expect(plan.experiment.task).toBe(task);
    expect(Plan.parse(plan)).toEqual(plan);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('is the same whenever it is made from the same things', () => {
    expect(samplePlan()).toEqual(samplePlan());
  });

  it('gives every choice a sentence', () => {
    const plan = samplePlan({ trials: 1 }, houses);
    for (const { choice, value, reason } of plan.reasons) {
      expect(value, choice).not.toBe('');
      expect(reason, choice).toMatch(/\.$/);
    }
  });

  it('speaks of the class that is named last', () => {
    expect(samplePlan().experiment).toMatchObject({ classes: ['No', 'Yes'], positiveClass: 'Yes' });
    expect(samplePlan({}, letters).experiment.positiveClass).toBeNull();
  });

  it('ranks by the metric that a person wants', () => {
    const plan = samplePlan({ metric: 'recall' });
    expect(plan.experiment.metric).toBe('recall');
    expect(reasonFor(plan, 'Metric')?.reason).toMatch(/^Your choice\./);
  });

  it.each([
    ['rmse', telco, 'roc_auc', 'RMSE does not apply to a binary target.'],
    ['roc_auc', houses, 'rmse', 'AUC does not apply to a regression target.'],
  ] as const)('replaces %s, which is for another task, and says so', (metric, data, expected, sentence) => {
    const plan = samplePlan({ metric }, data);
    expect(plan.experiment.metric).toBe(expected);
    expect(reasonFor(plan, 'Metric')?.reason).toContain(sentence);
  });

  it('stays below its budget, which is the hard stop', () => {
    const { estimate, budget } = samplePlan({ budgetSeconds: 45 });
    expect(budget.seconds).toBe(45);
    expect(estimate.lowSeconds).toBeLessThan(estimate.seconds);
    expect(estimate.seconds).toBeLessThan(estimate.highSeconds);
    expect(estimate.highSeconds).toBeLessThanOrEqual(45);
  });

  it('tries only the families that a person wants, in as many trials as allowed', () => {
    const plan = samplePlan({ families: ['linear', 'mlp'], trials: 3 });
    expect(plan.candidates.map(({ family }) => family)).toEqual(['linear', 'mlp']);
    expect(plan.candidates.reduce((sum, { trials }) => sum + trials, 0)).toBe(3);
  });

  it('lists no more defaults than it has trials', () => {
    const plan = samplePlan({ families: ['linear'], trials: 1 });
    expect(plan.candidates).toMatchObject([{ trials: 1, defaults: [PORTFOLIO.linear.defaults[0]] }]);
  });

  it('says why a family is left out: its cost, or the limit of trials', () => {
    const costly = samplePlan({}, { calibration: calibrationOf({ linear: 1, gbdt: 2, realmlp: 400 }) });
    expect(reasonFor(costly, 'Search')?.reason).toContain(
      'one trial would not fit: RealMLP network (400 s).',
    );
    const limited = samplePlan({ trials: 2 });
    expect(reasonFor(limited, 'Search')?.reason).toContain(
      'fewer trials than there are families: Linear model.',
    );
  });

  it.each([
    ['classes', telco, 'realmlp', 'mlp'],
    ['classes', letters, 'realmlp', 'mlp'],
    ['numbers', houses, 'mlp', 'realmlp'],
  ] as const)('tries the network that helps most with %s, and no second one', (_, data, tried, other) => {
    const calibration = calibrationOf({ linear: 1, gbdt: 2, mlp: 2, realmlp: 2, tabm: 2 });
    const families = samplePlan({}, { ...data, calibration }).candidates.map(({ family }) => family);
    expect(families).toContain(tried);
    expect(families).not.toContain(other);
    expect(families).not.toContain('tabm');
  });

  it('cannot be made for a budget in which nothing fits; the error names one that works', () => {
    const calibration = calibrationOf({ linear: 400, gbdt: 900, mlp: 2000 });
    const error = codeOf(() => samplePlan({ budgetSeconds: 20 }, { calibration }));
    expect(error?.code).toBe('BUDGET_TOO_SMALL');
    const needed = Number(error?.details.needed);
    expect(() => samplePlan({ budgetSeconds: needed }, { calibration })).not.toThrow();
  });
});

describe('a plan for what is left of a budget', () => {
  it('is for that', () => {
    const material = sampleMaterial({ budgetSeconds: 60 });
    expect(proposeWithin(material, 41)).toEqual(samplePlan({ budgetSeconds: 41 }));
    expect(proposeWithin(material, 60)).toEqual(samplePlan({ budgetSeconds: 60 }));
    expect(proposeWithin(sampleMaterial({ budgetSeconds: null }), 41).budget.seconds).toBe(41);
  });

  it('has all of the budget where nothing fits into what is left', () => {
    const calibration = calibrationOf({ linear: 50, gbdt: 900 });
    const material = sampleMaterial({ budgetSeconds: 60 }, { calibration });
    expect(proposeWithin(material, 20).budget.seconds).toBe(60);
  });

  it('cannot be made where not even that would do', () => {
    const calibration = calibrationOf({ linear: 400, gbdt: 900 });
    const error = codeOf(() => proposeWithin(sampleMaterial({ budgetSeconds: 20 }, { calibration }), 10));
    expect(error).toMatchObject({ code: 'BUDGET_TOO_SMALL', details: { budget: 20 } });
  });
});

describe('the model of a plan', () => {
  it('may be an ensemble, unless the person wants one model, and says so', () => {
    const usual = samplePlan();
    expect(usual.experiment).toMatchObject({ finish: 'ensemble', members: 8, refit: 'all' });
    expect(reasonFor(usual, 'Model')?.value).toBe('ensemble of at most 8 trials');
    const single = samplePlan({ finish: 'single' });
    expect(single.experiment.finish).toBe('single');
    expect(reasonFor(single, 'Model')).toMatchObject({ value: 'the best single trial' });
    expect(reasonFor(single, 'Model')?.reason).toMatch(/^Your choice: the best trial alone\./);
  });

  it('costs less to finish alone, which leaves more to search with', () => {
    const [several, one] = [samplePlan(), samplePlan({ finish: 'single' })];
    expect(one.estimate.finishSeconds).toBeLessThan(several.estimate.finishSeconds);
    expect(several.estimate.finishSeconds).toBeLessThan(several.estimate.seconds);
    const trials = (plan: Plan) => plan.candidates.reduce((sum, candidate) => sum + candidate.trials, 0);
    expect(trials(one)).toBeGreaterThanOrEqual(trials(several));
  });

  it.each([
    ['f1', /The cut-off is chosen for F1/],
    ['roc_auc', /Probabilities stay honest/],
  ] as const)('says how a rare class is handled (%s)', (metric, sentence) => {
    const target = targetOf('churn', 'binary', {
      classes: [
        { label: 'No', count: 930 },
        { label: 'Yes', count: 70 },
      ],
    });
    const plan = samplePlan({ metric }, { target });
    expect(reasonFor(plan, 'Rare class')?.value).toBe('Yes, 7.0% of rows');
    expect(reasonFor(plan, 'Rare class')?.reason).toMatch(sentence);
    expect(reasonFor(samplePlan({ metric }), 'Rare class')).toBeUndefined();
  });
});

describe('the columns of a plan', () => {
  it('leave out useless ones and those a person dropped, with reasons', () => {
    const plan = samplePlan({ columnDecisions: { contract: 'drop', tenure: 'drop' } });
    expect(plan.experiment.features).toEqual(['monthly_charges']);
    expect(plan.dropped).toEqual([
      { column: 'customer_id', reason: 'It names rows instead of describing them.' },
      { column: 'contract', reason: 'Dropped by you: It alone predicts churn with an AUC of 0.99.' },
      { column: 'tenure', reason: 'Dropped by you.' },
    ]);
  });

  it.each(['keep', 'known'] as const)('hold what a person decided to %s', (decision) => {
    const plan = samplePlan({ columnDecisions: { contract: decision, customer_id: decision } });
    expect(plan.experiment.features).toContain('contract');
    expect(plan.experiment.features).toContain('customer_id');
    expect(plan.dropped).toEqual([]);
  });

  it('never hold the target, nor list it as dropped when it was once decided about', () => {
    const plan = samplePlan({ columnDecisions: { churn: 'drop' } });
    expect(plan.experiment.features).not.toContain('churn');
    expect(plan.dropped.map(({ column }) => column)).not.toContain('churn');
  });

  it('leave out the column that rows are grouped by, and say so', () => {
    const plan = samplePlan({ split: { kind: 'group', column: 'contract' } });
    expect(plan.experiment.features).not.toContain('contract');
    expect(plan.dropped.find(({ column }) => column === 'contract')?.reason).toContain('belong together');
  });

  it('keep the column of time', () => {
    expect(samplePlan({}, houses).experiment.features).toEqual(['area', 'sold_on']);
  });

  it('must not run out', () => {
    const columnDecisions = { tenure: 'drop', monthly_charges: 'drop', contract: 'drop' } as const;
    expect(codeOf(() => samplePlan({ columnDecisions }))?.code).toBe('FEATURES_NONE');
  });
});

describe('the split of a plan', () => {
  it('is what the data demands unless a person chose one', () => {
    expect(samplePlan({}, houses).experiment.split).toEqual({ kind: 'time', column: 'sold_on' });
    const plan = samplePlan({ split: { kind: 'random' } }, houses);
    expect(plan.experiment.split).toEqual({ kind: 'random' });
    expect(reasonFor(plan, 'Split')).toMatchObject({ value: 'random', reason: 'Your choice.' });
  });

  it('is not by the target, which may have been chosen afterwards', () => {
    const plan = samplePlan({ split: { kind: 'group', column: 'churn' } });
    expect(plan.experiment.split).toEqual(telco.target.split);
    expect(reasonFor(plan, 'Split')?.reason).toBe(telco.target.splitReason);
  });

  it.each([
    [{ kind: 'stratified' }, 'stratified'],
    [{ kind: 'group', column: 'owner' }, 'by group owner'],
    [{ kind: 'time', column: 'day' }, 'by time day'],
  ] as const)('%j is called "%s"', (split, name) => {
    expect(splitName(split)).toBe(name);
  });

  it.each([
    [1000, 5],
    [6, 4],
    [4, 3],
    [2, 2],
    [1, 2],
  ])('has folds that the smallest class of %i rows can be in: %i', (count, folds) => {
    const classes = [
      { label: 'No', count: 900 },
      { label: 'Yes', count },
    ];
    const { profile } = telco;
    expect(plannedExperiment(profile, targetOf('churn', 'binary', { classes }), NO_REQUIREMENTS).folds).toBe(
      folds,
    );
  });

  it('takes the seed that a person gave, and 1 otherwise', () => {
    const requirements = changeRequirements(NO_REQUIREMENTS, { seed: 0 });
    expect(plannedExperiment(telco.profile, telco.target, requirements).seed).toBe(0);
    expect(plannedExperiment(telco.profile, telco.target, NO_REQUIREMENTS).seed).toBe(1);
  });

  it('is calibrated as it is planned', () => {
    const material = sampleMaterial({ seed: 7, split: { kind: 'random' } });
    const measured = plannedExperiment(material.profile, material.target, material.requirements);
    expect({ ...proposePlan(material).experiment, folds: measured.folds }).toEqual(measured);
  });
});

describe('a plan for texts', () => {
  const reviews = {
    profile: profileOf(['review', 'price', 'liked'], {
      columns: [column('review', { type: 'text' }), column('price', { type: 'numeric' }), column('liked')],
    }),
    target: targetOf('liked', 'binary'),
  };
  const encoder = 'package@1.0.0 (0123456789ab)';
  const texts = (seconds: number) => ({ model: encoder, columns: ['review'], texts: 3980, seconds });
  const costs = { linear: 3, gbdt: 4, ordered: 4, extra_trees: 2, mlp: 4, naive_bayes: 2 };
  const planWith = (seconds: number | null, budgetSeconds = 120) =>
    samplePlan(
      { budgetSeconds },
      {
        ...reviews,
        calibration: calibrationOf(costs, seconds === null ? {} : { sentences: texts(seconds) }),
      },
    );
  const defaultsOf = (plan: Plan, family: string) =>
    plan.candidates.find((candidate) => candidate.family === family)?.defaults ?? [];

  it('has a linear model and naive Bayes on TF-IDF as the yardstick, with or without an encoder', () => {
    for (const plan of [planWith(null), planWith(40)]) {
      const plain = [...defaultsOf(plan, 'linear'), ...defaultsOf(plan, 'naive_bayes')].filter(
        ({ text, sentences = 'none' }) => text === 'tfidf' && sentences === 'none',
      );
      expect(plain.length).toBeGreaterThanOrEqual(2);
      for (const { family, reason } of plan.candidates) expect(reason, family).toMatch(/Texts: .+\./);
      expect(Plan.parse(plan)).toEqual(plan);
    }
  });

  it('reads them with an encoder where half of the budget pays for it, and says with which', () => {
    const plan = planWith(120);
    expect(plan.sentences).toEqual({ model: encoder, columns: ['review'] });
    expect(plan.versions).toMatchObject({ 'sentence encoder': encoder });
    expect(defaultsOf(plan, 'linear').map(({ sentences = 'none' }) => sentences)).toEqual(
      expect.arrayContaining(['unit', 'none', 'unit']),
    );
    expect(plan.estimate.seconds).toBeGreaterThan(60);
    expect(reasonFor(plan, 'Texts')).toMatchObject({ value: 'TF-IDF and sentence embeddings' });
    expect(reasonFor(plan, 'Texts')?.reason).toContain('3,980 texts once takes about 60 s');
  });

  it('leaves the encoder out where the time is short, and says from when on it is used', () => {
    const plan = planWith(250);
    expect(plan).not.toHaveProperty('sentences');
    expect(plan.versions).not.toHaveProperty('sentence encoder');
    expect(JSON.stringify(plan.candidates)).not.toContain('sentences');
    expect(reasonFor(plan, 'Texts')?.reason).toContain('about 125 s, too much of this budget');
    expect(reasonFor(plan, 'Texts')?.reason).toContain('From about 250 s on');
    expect(planWith(250, 250).sentences).toBeDefined();
  });

  it('says where no encoder is installed, and nothing of texts where there are none', () => {
    expect(reasonFor(planWith(null), 'Texts')?.reason).toContain('is not installed');
    expect(reasonFor(samplePlan(), 'Texts')).toBeUndefined();
  });
});

describe('the precision of a plan', () => {
  it('is told where networks train, and claims no mixture that would bring nothing', () => {
    const withNetwork = samplePlan();
    expect(withNetwork.candidates.some(({ family }) => NETWORKS.has(family))).toBe(true);
    expect(reasonFor(withNetwork, 'Precision')?.reason).toContain('would bring nothing here');
    expect(reasonFor(samplePlan({ families: ['linear'] }), 'Precision')).toBeUndefined();
  });
});

describe('a plan for images', () => {
  const pixels = (side: number) => {
    const names = Array.from({ length: side ** 2 }, (_, i) => `pixel_${Math.floor(i / side)}_${i % side}`);
    const images: ImageProfile = {
      source: 'columns',
      column: null,
      fileColumn: null,
      pixelColumns: names,
      height: side,
      width: side,
      channels: 1,
      sizes: [],
      nSizes: 1,
      formats: [],
      unreadable: [],
      nUnreadable: 0,
      copies: 0,
      samples: { height: side, width: side, channels: 1, pictures: [] },
    };
    const columns = [...names.map((name) => column(name, { type: 'numeric' })), column('digit')];
    return { profile: profileOf([], { columns, images }), target: targetOf('digit', 'multiclass') };
  };
  const withCosts = (data: ReturnType<typeof pixels>, requirements = {}) =>
    proposePlan({
      ...sampleMaterial(requirements, data),
      calibration: calibrationOf({ linear: 0.8, gbdt: 3, cnn: 4, resnet: 5 }),
    });

  it('reads pixels as one, with the size that their names tell, and says why', () => {
    const plan = withCosts(pixels(8));
    const cnn = plan.candidates.find(({ family }) => family === 'cnn');
    expect(cnn?.defaults[0]).toMatchObject({ height: 8, width: 8, channels: 1, numericTransform: 'common' });
    expect(reasonFor(plan, 'Pictures')?.value).toBe('8 × 8 pixels in grey');
    expect(plan.candidates.map(({ family }) => family)).not.toContain('resnet');
    expect(withCosts(pixels(16)).candidates.map(({ family }) => family)).toContain('resnet');
  });

  it('is not made for tables, and says so to whom asks for it', () => {
    expect(samplePlan().candidates.map(({ family }) => family)).not.toContain('cnn');
    const error = codeOf(() => samplePlan({ families: ['gbdt', 'cnn'] }));
    expect(error?.code).toBe('IMAGE_NEEDED');
  });
});
