import { describe, expect, it } from 'vitest';
import {
  estimateSource,
  estimateWords,
  formatMoney,
  limitWords,
  resourceSentences,
} from '../../src/report/budget-words.ts';
import { spaceWords } from '../../src/report/space-words.ts';
import { samplePlan } from '../plan/sample-plan.ts';

const PRICE = { perCoreHour: 36, currency: 'EUR' };

describe('what a plan says of its costs', () => {
  it('has a price, as a range, only where one is configured', () => {
    expect(estimateWords(samplePlan())).not.toContain('EUR');
    expect(estimateWords(samplePlan({}, { price: PRICE }))).toMatch(
      /, about \d+\.\d\d EUR \(\d+\.\d\d EUR to \d+\.\d\d EUR\), /,
    );
  });

  it('names the limits that a person has set', () => {
    expect(limitWords(samplePlan())).toBeNull();
    const plan = samplePlan({ cpuSeconds: 90, memoryMb: 2048, costLimit: 1.5 }, { price: PRICE });
    expect(limitWords(plan)).toBe(
      'At most 1 min 30 s of CPU time, 2.0 GB of memory for trials side by side and 1.50 EUR: the search ends when that is used up.',
    );
    expect(limitWords(samplePlan({ memoryMb: 2048 }))).toBe(
      'At most 2.0 GB of memory for trials side by side.',
    );
  });

  it('says where its range comes from', () => {
    expect(estimateSource(samplePlan())).toContain('no earlier run here can say yet');
    const past = { best: new Map(), looks: [], ratios: [1, 1.1, 0.9] };
    expect(estimateSource(samplePlan({}, { past }))).toContain('from 3 earlier runs here');
  });

  it('writes amounts in cents, and smaller ones as they are', () => {
    expect(formatMoney(12.3, PRICE)).toBe('12.30 EUR');
    expect(formatMoney(0, PRICE)).toBe('0.00 EUR');
    expect(formatMoney(0.000357, PRICE)).toBe('0.00036 EUR');
  });
});

describe('what a report says of them', () => {
  const resources = {
    ...{ wallSeconds: 70, cpuSeconds: 100, peakMemoryMb: 500, estimatedSeconds: 60 },
    ...{ trialsPlanned: 4, trialsFinished: 4 },
  };

  it('sets estimated against actual', () => {
    const planned = {
      estimatedRange: [40, 90] as [number, number],
      ...{ estimatedCpuSeconds: 110, estimatedMemoryMb: 200, price: PRICE },
    };
    expect(resourceSentences({ resources: { ...resources, ...planned } })).toEqual([
      '1 min 10 s of wall time (estimated 1 min, 40 s to 1 min 30 s), 1 min 40 s of CPU time (estimated 1 min 50 s), at most 500 MB of memory (the process; estimated for the trials alone: 200 MB).',
      'At 36.00 EUR for a core-hour the run cost 1.00 EUR (estimated 1.10 EUR).',
    ]);
  });

  it('speaks of what an older report knows, and of what was left out', () => {
    expect(resourceSentences({ resources, leftOut: ['One thing.', 'Another.'] })).toEqual([
      expect.stringContaining('(estimated 1 min), 1 min 40 s of CPU time, at most 500 MB of memory.'),
      'Left out to end in time: One thing. Another.',
    ]);
  });
});

describe('a search space in words', () => {
  it('has the numbers, the scale and the conditions', () => {
    expect(
      spaceWords({
        learningRate: { kind: 'float', low: 0.01, high: 0.3, log: true },
        depth: { kind: 'int', low: 3, high: 10, log: false },
        booster: { kind: 'categorical', choices: ['plain', 'dart'] },
        drop: {
          kind: 'float',
          low: 0,
          high: 0.5,
          log: false,
          when: { parameter: 'booster', values: ['dart'] },
        },
      }),
    ).toBe(
      'learningRate 0.01 to 0.3 (on a log scale), depth 3 to 10 (whole numbers), booster plain or dart, drop 0 to 0.5 where booster is dart',
    );
    expect(spaceWords({})).toBeNull();
  });
});
