import { describe, expect, it } from 'vitest';
import { dataTable, withoutTables } from '../../src/slack/data-table.ts';
import { expectSlackTakes, WILD_NAMES } from './samples.ts';

const message = (...blocks: unknown[]) => ({ text: 'numbers', blocks: blocks as never });

describe('a table of a chapter', () => {
  it('keeps numbers as numbers, so that Slack can sort them', () => {
    const table = dataTable({
      caption: 'Effects',
      columns: ['Column', 'Effect'],
      rows: [['age', { value: 0.0123, text: '0.012' }]],
    });
    expect(table?.rows[1]).toEqual([
      { type: 'raw_text', text: 'age' },
      { type: 'raw_number', value: 0.0123, text: '0.012' },
    ]);
    expectSlackTakes(message(table));
  });

  it('is cut to what a message holds', () => {
    const rows = Array.from({ length: 400 }, (_, i) => [`row ${i}`, 'x'.repeat(300), '']);
    const table = dataTable({ caption: 'c'.repeat(5000), columns: ['a', 'b', 'c'], rows });
    expect(table?.rows.length).toBeGreaterThan(50);
    expectSlackTakes(message(table));
  });

  it('is nothing without rows', () => {
    expect(dataTable({ caption: 'Effects', columns: ['Column'], rows: [] })).toBeNull();
  });

  it('becomes text in columns where Slack takes no tables', () => {
    const rows = [
      ['age', { value: 12.5, text: '12.5' }],
      ['a longer name', { value: 3, text: '3' }],
    ];
    const table = dataTable({ caption: 'Effects', columns: ['Column', 'Effect'], rows });
    const [block] = withoutTables([table as NonNullable<typeof table>]);
    expect(block).toMatchObject({
      type: 'section',
      text: {
        text: [
          'Effects',
          '```',
          'Column         Effect',
          'age              12.5',
          'a longer name       3',
          '```',
        ].join('\n'),
      },
    });
  });

  it.each(WILD_NAMES)('lets no markup of %j through, as a table or as text', (name) => {
    const table = dataTable({ caption: name, columns: [name], rows: [[name]] });
    if (!table) throw new Error('it has a row');
    expectSlackTakes(message(...withoutTables([table])));
    expectSlackTakes(message({ ...table, caption: table.caption }));
  });
});
