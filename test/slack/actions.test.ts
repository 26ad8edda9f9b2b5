import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buttonName, ColumnValue, namedByButton, PlanValue, parseValue } from '../../src/slack/actions.ts';
import { profileOf, THREAD, WILD_NAMES } from './samples.ts';

it('reads back what a button carries, for every name and within Slack’s 2,000 characters', () => {
  const names = [...WILD_NAMES, '\u0000'.repeat(5000), '"'.repeat(5000), 'é'.repeat(256)];
  const profile = profileOf(names);
  for (const name of names) {
    const value = JSON.stringify({ threadId: THREAD, column: buttonName(name), decision: 'known' });
    expect(value.length).toBeLessThanOrEqual(2000);
    const parsed = parseValue(ColumnValue, value);
    expect(parsed && namedByButton(parsed.column, profile)).toBe(name);
  }
});

it('names no column where two begin alike, rather than the wrong one', () => {
  const long = 'n'.repeat(300);
  expect(namedByButton(buttonName(`${long}1`), profileOf([`${long}1`, `${long}2`]))).toBeNull();
  expect(namedByButton('gone', profileOf(['here']))).toBeNull();
});

it('believes nothing that it did not write', () => {
  const notOurs = [undefined, '', 'null', '[]', '{"planId":1,"hash":"x"}', '{"planId":"x"}', '{', '1e400'];
  for (const value of notOurs) expect(parseValue(PlanValue, value)).toBeNull();
  fc.assert(
    fc.property(fc.string(), (value) => {
      expect(parseValue(PlanValue, value)).toBeNull();
    }),
  );
});

it('takes ids of a sane length only', () => {
  const value = (planId: string) => JSON.stringify({ planId, hash: 'h' });
  expect(parseValue(PlanValue, value('p'.repeat(64)))).toEqual({ planId: 'p'.repeat(64), hash: 'h' });
  expect(parseValue(PlanValue, value('p'.repeat(65)))).toBeNull();
});
