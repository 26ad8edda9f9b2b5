import { describe, expect, it } from 'vitest';
import type { Column } from '../../../../src/ml/data/table.ts';
import { detectTransactions } from '../../../../src/ml/preprocessing/transactions/detect.ts';
import { boolean, categorical, datetime, numeric, table, text } from '../columns.ts';

const N = 300;
const each = <T>(make: (row: number) => T) => Array.from({ length: N }, (_, row) => make(row));
const day = (i: number) => new Date(1.7e12 + i * 86_400_000).toISOString();
const asId = (column: Column) => ({ ...column, type: 'id' }) as Column;

const customer = categorical('customer_id', ...each((i) => `c${i % 40}`));
const order = numeric('OrderNo', ...each((i) => 1000 + i));
const date = datetime('ordered', ...each(day));
const price = numeric('price', ...each((i) => i / 7));
const shop = categorical('shop', ...each((i) => `s${i % 5}`));
const isGift = boolean('gift', ['no', 'yes'], ...each((i) => (i % 2) as 0 | 1));
const note = text('note', ...each((i) => `text ${i}`));

describe('detectTransactions', () => {
  it('finds who, when, how much and of what kind', () => {
    expect(detectTransactions(table(order, customer, date, price, shop, isGift, note))).toEqual({
      entity: 'customer_id',
      date: 'ordered',
      amounts: ['price'],
      categories: ['shop', 'gift'],
    });
  });

  it.each(['CustomerID', 'Customer ID', 'user', 'account number', 'id'])(
    'takes numbers named "%s" for a who',
    (name) => {
      const numbers = numeric(name, ...each((i) => i % 40));
      expect(detectTransactions(table(numbers, date, price))?.entity).toBe(name);
    },
  );

  it('prefers those that do business to what they buy', () => {
    const product = categorical('product_id', ...each((i) => `p${i % 60}`));
    expect(detectTransactions(table(product, customer, date))?.entity).toBe('customer_id');
    expect(
      detectTransactions(table(asId(categorical('sku', ...each((i) => `p${i % 60}`))), date))?.entity,
    ).toBe('sku');
  });

  it.each<[string, Column[]]>([
    [
      'a row per customer',
      [
        numeric('customer_id', ...each((i) => i)),
        date,
        shop,
        categorical('city_id', ...each((i) => `c${i % 40}`)),
      ],
    ],
    ['no dates', [customer, price]],
    [
      'places and kinds that repeat',
      [date, categorical('city', ...each((i) => `c${i % 40}`)), numeric('zip_code', ...each((i) => i % 30))],
    ],
    ['few different names', [categorical('user_id', ...each((i) => `u${i % 3}`)), date]],
    ['several rows at one time', [customer, datetime('ordered', ...each((i) => day(i % 40)))]],
    ['fractions', [numeric('client', ...each((i) => (i % 40) / 7)), date]],
    ['hardly any dates', [customer, datetime('ordered', ...each((i) => (i < 50 ? day(i) : null)))]],
    ['nothing', []],
  ])('is not taken in by %s', (_, columns) => {
    expect(detectTransactions(table(...columns))).toBeUndefined();
  });
});
