import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesIn } from '../../src/thread/addresses.ts';

describe('addresses in a message', () => {
  it.each([
    ['look at <https://x.org/data/churn.csv>', 'https://x.org/data/churn.csv', 'churn.csv'],
    ['<https://x.org/churn.csv|churn.csv> please', 'https://x.org/churn.csv', 'churn.csv'],
    ['it is https://x.org/churn.csv.', 'https://x.org/churn.csv', 'churn.csv'],
    ['(see https://x.org/churn.csv), thanks', 'https://x.org/churn.csv', 'churn.csv'],
    ['<https://x.org/a.csv?x=1&amp;y=2>', 'https://x.org/a.csv?x=1&y=2', 'a.csv'],
    ['<https://x.org/wiki/Table_(data)>', 'https://x.org/wiki/Table_(data)', 'Table_(data)'],
    ['<https://x.org/my%20data.csv>', 'https://x.org/my%20data.csv', 'my data.csv'],
    ['<https://x.org/..%2F..%2Fetc%2Fpasswd>', 'https://x.org/..%2F..%2Fetc%2Fpasswd', 'passwd'],
    ['<https://x.org/a%5Cb.csv>', 'https://x.org/a%5Cb.csv', 'b.csv'],
    ['<https://x.org/%E0%A4%A>', 'https://x.org/%E0%A4%A', 'download'],
    ['<https://x.org>', 'https://x.org', 'download'],
  ])('in %j: %s, called %s', (mrkdwn, url, name) => {
    expect(addressesIn(mrkdwn)).toEqual([{ kind: 'url', url, name }]);
  });

  it.each([
    'http://x.org/a.csv',
    'ftp://x.org/a.csv',
    'file:///etc/passwd',
    'no address',
    '<mailto:a@x.org|a>',
  ])('are not what is not https: %s', (mrkdwn) => {
    expect(addressesIn(mrkdwn)).toEqual([]);
  });

  it('come in the order of the text', () => {
    const names = addressesIn('<https://x.org/a.csv> then <https://x.org/b.csv|b>').map(({ name }) => name);
    expect(names).toEqual(['a.csv', 'b.csv']);
  });

  it('are kept whole, however long', () => {
    const url = `https://x.org/a.csv?signature=${'f'.repeat(3000)}`;
    expect(addressesIn(`<${url}>`)).toMatchObject([{ url }]);
  });

  it('never make the reading of a message fail', () => {
    fc.assert(fc.property(fc.string(), (text) => void addressesIn(`https://${text}`)));
  });
});
