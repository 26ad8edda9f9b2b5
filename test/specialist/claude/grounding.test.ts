import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sources } from '../../../src/specialist/claude/grounding.ts';
import { numeralsIn } from '../../../src/specialist/claude/numerals.ts';

function unsourced(text: string, ...sources: string[]): string[] {
  const known = new Sources();
  for (const source of sources) known.add(source);
  return known.unsourced(text);
}

describe('numerals', () => {
  it.each([
    ['AUC 0.846 [0.827, 0.864]', [0.846, 0.827, 0.864]],
    ['1,409 rows, 26.5% of them', [1409, 0.265]],
    ['-0.012 and +4', [0.012, 4]],
    ['1.2k, 3.4 million and 12 thousand', [1200, 3.4e6, 12_000]],
    ['1e-3', [0.001]],
    ['F1, R2, col_12 and `v3` are names', []],
    ['AUC=0.93 and auc0.94', [0.93, 0.94]],
    ['1. first\n2. second, with 5', [5]],
    ['ninety-five percent, twenty-one, fifteen and two hundred', [0.95, 21, 15, 200]],
    ['half of them, two thirds of those, in half an hour', [0.5, 2 / 3]],
    ['nine out of ten', [9]],
    ['no one of the two is better', []],
  ])('of %j', (text, values) => {
    expect(numeralsIn(text).map(({ value }) => value)).toEqual(
      values.map((value) => expect.closeTo(value, 9)),
    );
  });
});

describe('a number is sourced', () => {
  it.each([
    ['as it came', 'AUC 0.8463', '{"auc":0.8463}'],
    ['rounded', 'AUC 0.846 or 0.85', '{"auc":0.8463}'],
    ['as a percentage', '84.6%, about 85 percent', '{"accuracy":0.8463}'],
    ['as the share of a percentage', 'a share of 0.265', 'The share is 26.5%.'],
    ['in thousands', '7,043 rows, about 7,000, or 7k', '{"rows":7043}'],
    ['in millions', '1.2 million', '{"rows":1234567}'],
    ['in minutes', 'at most 10 minutes', '{"budgetSeconds":600}'],
    ['without its sign', '0.012 lower', '{"gain":-0.0123}'],
    ['in words', 'twenty percent', '{"share":0.2}'],
    ['when a person wrote it', 'Noted: you are at 85% and need 90%.', 'we are at 85% and need more than 90%'],
    ['as the name of an interval', 'a 95% confidence interval', ''],
    ['as a date', 'from 28 Aug 2016', '{"to":"2016-08-28T00:00:00.000Z"}'],
  ])('%s', (_, text, source) => {
    expect(unsourced(text, source)).toEqual([]);
  });
});

describe('a number is not sourced', () => {
  it.each([
    ['that nobody returned', 'AUC 0.91', '{"auc":0.8463}', ['0.91']],
    ['that is rounded the wrong way', 'AUC 0.847', '{"auc":0.8463}', ['0.847']],
    ['that is more exact than its source', 'AUC 0.8467', '{"auc":0.846}', ['0.8467']],
    ['that is rounded to one digit', 'AUC 0.8', '{"auc":0.8463}', ['0.8']],
    ['that is what is left of a share', '73.5% stay', '{"churn":0.265}', ['73.5%']],
    ['in words', 'ninety-five percent are right', '{"accuracy":0.8463}', ['ninety-five percent']],
    ['as a part', 'half of them churn', '{"churn":0.265}', ['half']],
    ['that hides in a name', 'auc0.93', '{"auc":0.8463}', ['0.93']],
    ['in another unit', '10 hours', '{"budgetSeconds":600}', ['10']],
    ['that only looks like an interval', '95% accuracy', '{"accuracy":0.8463}', ['95%']],
  ])('%s', (_, text, source, numbers) => {
    expect(unsourced(text, source)).toEqual(numbers);
  });
});

/** Numbers as they come out of runs and data. */
const measured = fc.oneof(
  fc.double({ min: 0.001, max: 1, noNaN: true }),
  fc.double({ min: 1, max: 1e6, noNaN: true }),
  fc.integer({ min: 10, max: 5_000_000 }),
);

describe('whatever the numbers are', () => {
  it('lets sensible roundings pass', () => {
    fc.assert(
      fc.property(measured, fc.integer({ min: 3, max: 9 }), (value, digits) => {
        const source = JSON.stringify({ value });
        const rounded = Number(value.toPrecision(digits));
        const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
        expect(unsourced(`It is ${value.toFixed(Math.min(decimals, 20))}.`, source)).toEqual([]);
        expect(
          unsourced(`It is ${rounded.toLocaleString('en', { maximumFractionDigits: 12 })}.`, source),
        ).toEqual([]);
        if (value <= 1) expect(unsourced(`It is ${(100 * value).toFixed(2)}%.`, source)).toEqual([]);
      }),
    );
  });

  it('lets nothing pass that is off by more than its last digit', () => {
    fc.assert(
      fc.property(
        fc.array(measured, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0.06, max: 0.9, noNaN: true }),
        fc.boolean(),
        (values, offset, isUp) => {
          const source = JSON.stringify(values);
          const [value] = values as [number];
          const invented = value * (isUp ? 1 + offset : 1 - offset);
          const said = invented.toPrecision(4);
          const isNear = values.some((other) =>
            [other, other / 100, other * 100].some((near) => Math.abs(near - Number(said)) <= 0.001 * near),
          );
          // Also the digits of a number by themselves are numbers of its source.
          fc.pre(!isNear && !/e/.test(said));
          expect(unsourced(`It is ${said}.`, source)).toEqual([said]);
        },
      ),
    );
  });

  it('never reads a text without digits or number words as a number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-dj-m ,.!?*_`()-]{0,60}$/), (text) => {
        expect(numeralsIn(text)).toEqual([]);
      }),
    );
  });
});
