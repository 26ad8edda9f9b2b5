import { describe, expect, it } from 'vitest';
import type { SearchSpace } from '../../src/ml/tuning/distributions.ts';
import { Schedule } from '../../src/plan/schedule.ts';
import { formatRanges, readRanges, whyNotSearchable, withRanges } from '../../src/plan/space-edit.ts';
import { samplePlan } from './sample-plan.ts';

const SPACE: SearchSpace = {
  learningRate: { kind: 'float', low: 0.02, high: 0.2, log: true },
  depth: { kind: 'int', low: 3, high: 8, log: false },
  noise: { kind: 'float', low: 0, high: 1, log: false },
  batch: { kind: 'categorical', choices: [32, 64, 'all'] },
};
const SPACES = new Map([['gbdt' as const, SPACE]]);

describe('ranges that a person sets', () => {
  it('are lines, and are written as they are read', () => {
    const text = 'gbdt learningRate 0.01 to 0.1\ngbdt depth 4 to 6\nmlp batch 32, all';
    const read = readRanges(text);
    expect(read).toEqual({
      ranges: {
        gbdt: { learningRate: { low: 0.01, high: 0.1 }, depth: { low: 4, high: 6 } },
        mlp: { batch: { choices: ['32', 'all'] } },
      },
    });
    expect('ranges' in read && formatRanges(read.ranges)).toBe(text);
  });

  it.each(['gbdt.depth: 4-6', 'gbdt depth = 4..6', ' gbdt  depth 4 to 6 ;'])(
    'may be written as %j',
    (text) => {
      expect(readRanges(text)).toEqual({ ranges: { gbdt: { depth: { low: 4, high: 6 } } } });
    },
  );

  it('are none where nothing is written', () => {
    expect(readRanges(' \n;')).toEqual({ ranges: null });
    expect(formatRanges(null)).toBe('');
  });

  it.each([
    ['gbdt depth', '"gbdt depth" is not a range such as: gbdt learningRate 0.02 to 0.1'],
    ['xgb depth 1 to 2', 'xgb is not a family; these are: '],
    ['gbdt depth 6 to 4', 'gbdt depth: the range is upside down, 6 is above 4.'],
  ])('%j is refused where it is read', (text, error) => {
    expect(readRanges(text)).toEqual({ error: expect.stringContaining(error) });
  });

  it.each([
    ['gbdt trees 1 to 2', 'gbdt has no trees to search here; it has learningRate, depth, noise, batch.'],
    ['gbdt depth 1 to 6', 'gbdt depth: it can be searched from 2 to 10.'],
    ['gbdt depth 2.5 to 6', 'gbdt depth: its values are whole numbers.'],
    ['gbdt learningRate 0 to 0.1', 'gbdt learningRate: it can be searched from 0.0001 to 0.5.'],
    ['gbdt noise 0 to 2', 'gbdt noise: it can be searched from 0 to 1.'],
    ['gbdt depth deep', 'gbdt depth: it has a range such as 3 to 8.'],
    ['gbdt batch 16', 'gbdt batch: there is no "16"; its choices are 32, 64, all.'],
    ['gbdt batch 1 to 2', 'gbdt batch: its choices are 32, 64, all.'],
  ])('%j is refused where it cannot be searched', (text, why) => {
    const read = readRanges(text);
    expect('ranges' in read && whyNotSearchable(read.ranges, SPACES)).toBe(why);
  });

  it('take the place of the usual ones, narrower or wider', () => {
    const read = readRanges('gbdt learningRate 0.001 to 0.05; gbdt batch 64, all; mlp depth 1 to 2');
    const ranges = 'ranges' in read ? read.ranges : null;
    expect(whyNotSearchable(ranges, SPACES)).toBeNull();
    expect(withRanges(SPACE, 'gbdt', ranges)).toEqual({
      ...SPACE,
      learningRate: { kind: 'float', low: 0.001, high: 0.05, log: true },
      batch: { kind: 'categorical', choices: [64, 'all'] },
    });
  });

  it('are part of the plan, and every drawn setting keeps to them', () => {
    const ranges = { gbdt: { learningRate: { low: 0.03, high: 0.04 } } };
    const plan = samplePlan({ ranges, families: ['gbdt'], sampler: 'random' });
    const [gbdt] = plan.candidates;
    expect(gbdt?.space.learningRate).toMatchObject({ low: 0.03, high: 0.04 });
    const schedule = new Schedule(plan);
    const drawn = schedule.trials.flatMap(({ number, origin }) =>
      origin === 'sampled' ? (schedule.specOf(number, new Map()) ?? []) : [],
    );
    expect(drawn.length).toBeGreaterThan(2);
    for (const { parameters } of drawn) {
      expect(parameters.learningRate).toBeGreaterThanOrEqual(0.03);
      expect(parameters.learningRate).toBeLessThanOrEqual(0.04);
    }
    expect(() => samplePlan({ ranges: { gbdt: { frob: { low: 1, high: 2 } } } })).toThrow(/frob/);
  });
});
