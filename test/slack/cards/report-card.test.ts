import { describe, expect, it } from 'vitest';
import { reportCard } from '../../../src/slack/cards/report-card.ts';
import { amesReport, lettersReport, telcoReport } from '../../report/sample-runs.ts';
import { expectSlackTakes, THREAD, WILD_NAMES } from '../samples.ts';

const picture = (i: number) =>
  ({
    type: 'image',
    slack_file: { id: `F000000000${i}` },
    alt_text: 'a'.repeat(2000),
    title: { type: 'plain_text', text: 't'.repeat(2000) },
  }) as const;

describe('a report card', () => {
  it.each([
    ['two classes', telcoReport()],
    ['26 classes', lettersReport()],
    ['a number', amesReport()],
  ])('says the answer first for %s', (_, report) => {
    const card = reportCard(
      report,
      THREAD,
      Array.from({ length: 8 }, (_, i) => picture(i)),
    );
    expectSlackTakes(card);
    expect(card.blocks[0]).toMatchObject({ type: 'section', text: { text: `*${card.text}*` } });
    expect(card.blocks[1]?.type).toBe('image');
  });

  it.each(WILD_NAMES)('lets no markup of %j through', (name) => {
    const report = telcoReport();
    expectSlackTakes(
      reportCard(
        {
          ...report,
          target: name,
          classes: [name, `${name}2`],
          dataset: { ...report.dataset, name },
          judgement: {
            ...report.judgement,
            importance: report.judgement.importance.map((entry) => ({ ...entry, column: name })),
          },
          caveats: [name],
          nextSteps: [name],
          cutShort: name,
          provenance: { ...report.provenance, versions: { [name]: name } },
        },
        THREAD,
        [],
      ),
    );
  });

  it('fits into one message however long its caveats are', () => {
    const caveats = Array.from({ length: 60 }, () => 'c'.repeat(2500));
    const card = reportCard({ ...telcoReport(), caveats, nextSteps: caveats }, THREAD, []);
    expect(card.blocks.length).toBeGreaterThan(50); // the outbox keeps the first 50
    expectSlackTakes({ ...card, blocks: card.blocks.slice(0, 50) });
  });
});
