import { expect, it } from 'vitest';
import { checkSpace } from '../../../src/ml/tuning/check-space.ts';

it('finds nothing wrong with a sound space', () => {
  expect(
    checkSpace({
      rate: { kind: 'float', low: 0.01, high: 0.3, log: true },
      leaves: { kind: 'int', low: 31, high: 31, log: false },
      loss: { kind: 'categorical', choices: ['a', 1, true] },
    }),
  ).toEqual([]);
});

it('names the parameter and every fault', () => {
  expect(
    checkSpace({
      a: { kind: 'float', low: 2, high: 1, log: false },
      b: { kind: 'float', low: 0, high: 1, log: true },
      c: { kind: 'int', low: 0.5, high: 3, log: false },
      d: { kind: 'categorical', choices: ['x', 'x'] },
      e: { kind: 'float', low: 0, high: Number.POSITIVE_INFINITY, log: false },
      f: { kind: 'categorical', choices: [] },
      g: { kind: 'int', low: 0, high: -1.5, log: true },
    }),
  ).toEqual([
    'a: the low end 2 is above the high end 1',
    'b: a log range must start above 0, not at 0',
    'c: the ends 0.5 and 3 must be whole numbers',
    'd: a choice is listed twice',
    'e: the ends 0 and Infinity are not both finite',
    'f: there is nothing to choose from',
    'g: the low end 0 is above the high end -1.5',
    'g: a log range must start above 0, not at 0',
    'g: the ends 0 and -1.5 must be whole numbers',
  ]);
});
