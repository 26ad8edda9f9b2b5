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

it('lets a parameter depend only on a choice that can be made', () => {
  const mode = { kind: 'categorical', choices: ['a', 'b'] } as const;
  const depth = { kind: 'int', low: 1, high: 5, log: false } as const;
  expect(
    checkSpace({
      mode: { ...mode, choices: [...mode.choices] },
      fine: { ...depth, when: { parameter: 'mode', values: ['b'] } },
      nothing: { ...depth, when: { parameter: 'toString', values: ['b'] } },
      number: { ...depth, when: { parameter: 'fine', values: [2] } },
      never: { ...depth, when: { parameter: 'mode', values: ['b', 'c'] } },
      left: { kind: 'categorical', choices: [1], when: { parameter: 'right', values: [1] } },
      right: { kind: 'categorical', choices: [1], when: { parameter: 'left', values: [1] } },
    }),
  ).toEqual([
    'nothing: it depends on toString, which is not a choice here',
    'number: it depends on fine, which is not a choice here',
    'never: mode is never c',
    'left: it depends on itself',
    'right: it depends on itself',
  ]);
});
