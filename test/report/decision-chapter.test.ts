import { describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { assembleReport } from '../../src/report/assemble.ts';
import type { ChapterSource } from '../../src/report/chapters/chapter.ts';
import { tellDecision } from '../../src/report/chapters/decision.ts';
import {
  costPicture,
  rankingPicture,
  reliabilityPicture,
} from '../../src/report/charts/decision-pictures.ts';
import { telcoRun } from './sample-runs.ts';

const random = new Random(2);
const said = Array.from({ length: 500 }, () => random.uniform() ** 2);
const heldOut = {
  of: 500,
  rows: said.map((_, row) => row),
  actual: said.map((p) => (random.uniform() < p ? 1 : 0)),
  predicted: [said.map((p) => 1 - p), said],
};
const report = assembleReport(telcoRun());
const source: ChapterSource = { report, evidence: { heldOut } };
const costs = { missed: 400, falseAlarm: 100 };
const wordsOf = (of: ChapterSource) => {
  const told = tellDecision(of);
  return 'absent' in told ? told.absent : told.sentences.join(' ');
};

describe('the chapter of decisions', () => {
  it('says what the cut-off means in counts of rows', () => {
    const taken = said.map((p) => p >= 0.2);
    const found = heldOut.actual.filter((y, i) => y === 1 && taken[i]).length;
    expect(wordsOf({ ...source, costs })).toContain(
      `Act from 20.0% on: of 1,000 rows like the held-out ones you would act on ${2 * taken.filter(Boolean).length}, ${2 * found} of them rightly`,
    );
  });

  it('asks for costs where nobody said them, and draws no cost', () => {
    expect(wordsOf(source)).toContain('Tell me what a mistake costs');
    expect(costPicture(source)).toBeNull();
    expect(costPicture({ ...source, costs })?.altText).toMatch(/per 1,000 rows \[.*\] at 20\.0%/);
  });

  it('puts the numbers of its pictures into words', () => {
    expect(reliabilityPicture(source)?.altText).toMatch(/said, .* came/);
    expect(rankingPicture(source)?.altText).toContain('average precision');
  });

  it('says why there is none', () => {
    expect(wordsOf({ report, evidence: null })).toContain('kept no predictions');
    expect(wordsOf({ report: { ...report, task: 'regression' }, evidence: { heldOut } })).toContain('values');
  });

  it('speaks of the decided class where there are several', () => {
    const several = { ...report, task: 'multiclass' as const, classes: ['a', 'b', 'c'] };
    const predicted = [...heldOut.predicted, said.map(() => 0)];
    const told = tellDecision({ report: several, evidence: { heldOut: { ...heldOut, predicted } }, costs });
    expect(told).toMatchObject({ title: 'Do the probabilities mean what they say?', table: null });
  });
});
