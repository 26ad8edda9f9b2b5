import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedTarget } from '../../src/requirements/named-target.ts';
import { column } from '../plan/sample-inputs.ts';

const columns = (...names: string[]) => ({ columns: names.map((name) => column(name)) });

describe('the target that a request names', () => {
  it.each([
    ['train a model to predict churn', ['tenure', 'churn'], 'churn'],
    ['Predict CHURN!', ['tenure', 'churn'], 'churn'],
    ['forecast the Sale Price', ['Sale_Price', 'Price'], 'Sale_Price'],
    ['predict sale-price', ['Sale_Price', 'Sale'], 'Sale_Price'],
    ['which customers are at risk: churn or not?', ['tenure', 'churn'], 'churn'],
    ['predict churn from tenure and monthly charges', ['monthly_charges', 'churn'], 'churn'],
    ['monthly charges should help to predict churn', ['monthly_charges', 'churn'], 'churn'],
    ['train something using monthly charges, for churn', ['monthly_charges', 'tenure'], null],
    ['predict whether a customer will churn', ['customer', 'churn'], 'churn'],
    ['predict who churned', ['churn'], 'churn'],
    ['predict churn', ['Churned'], 'Churned'],
    ['predict sale prices', ['sale_price', 'price_of_sale'], 'sale_price'],
    ['predict y', ['x', 'y'], 'y'],
    ['why not try it', ['y', 'x'], null],
    ['train a model on this data', ['model', 'data', 'price'], null],
    ['predict the model', ['model', 'price'], 'model'],
    ['I have customers and want machine learning', ['customer', 'id'], null],
    ['прогноз: predict Площадь гаража', ['Площадь_гаража', 'цена'], 'Площадь_гаража'],
    ['predict größe', ['GRÖSSE', 'Größe'], 'Größe'],
    ['predict a+b (x|y)?', ['a+b (x|y)?', 'b'], 'a+b (x|y)?'],
    ['predict something', ['***', '   ', '()'], null],
    ['', ['churn'], null],
  ] as const)('in "%s" among %j is %j', (text, names, expected) => {
    expect(namedTarget(text, columns(...names))).toBe(expected);
  });

  it('takes only an introduced name where a message may speak of columns for other reasons', () => {
    const table = columns('tenure', 'churn');
    expect(namedTarget('improve it, tenure looks odd', table, 'introduced')).toBeNull();
    expect(namedTarget('now predict tenure', table, 'introduced')).toBe('tenure');
  });

  it('takes the first in the table of columns whose names read the same', () => {
    expect(namedTarget('predict net sales', columns('net_sales', 'Net Sales'))).toBe('net_sales');
  });

  it('finds any column right after "predict", whatever characters it has', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => /[\p{L}\p{N}]/u.test(text));
    fc.assert(
      fc.property(name, (wanted) => {
        expect(namedTarget(`please predict ${wanted}`, columns('zzzz', wanted))).toBe(wanted);
      }),
    );
  });

  it('never throws, and only ever names a column of the table', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(anything, fc.array(anything, { maxLength: 6 }), (text, names) => {
        const found = namedTarget(text, columns(...names));
        expect(found === null || names.includes(found)).toBe(true);
      }),
    );
  });

  it('reads a long message about a wide table', () => {
    const wide = columns(...Array.from({ length: 3000 }, (_, i) => `the column ${i}`), 'churn');
    expect(namedTarget('predict the '.repeat(330), wide)).toBeNull();
    expect(namedTarget(`predict ${'the '.repeat(900)}churn`, wide)).toBe('churn');
  });
});
