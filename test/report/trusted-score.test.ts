import { describe, expect, it } from 'vitest';
import type { NestedJudgement } from '../../src/ml/judgement.ts';
import { modelCard } from '../../src/models/model-card.ts';
import { compareRuns } from '../../src/report/compare.ts';
import { protocolSentences } from '../../src/report/protocol-words.ts';
import type { Report } from '../../src/report/report.ts';
import { summarise } from '../../src/report/summary.ts';
import { besideTrusted, scoreToTrust, trustedScore } from '../../src/report/trusted-score.ts';
import { telcoReport } from './sample-runs.ts';

const NESTED: NestedJudgement = {
  folds: 3,
  rows: 600,
  candidates: 12,
  scores: { roc_auc: { value: 0.83, low: 0.8, high: 0.86 } },
  baseline: { roc_auc: { value: 0.5, low: 0.5, high: 0.5 } },
  gain: { value: 0.33, low: 0.3, high: 0.36 },
  foldScores: [0.82, 0.83, 0.84],
};

function withNested(nested: NestedJudgement | null, report: Report = telcoReport()): Report {
  return { ...report, judgement: { ...report.judgement, nested } };
}

describe('the score to trust', () => {
  it('is the holdout’s where nothing else was judged', () => {
    const report = telcoReport();
    expect(trustedScore(report)).toMatchObject({
      score: report.judgement.holdout.roc_auc,
      gain: report.judgement.gain,
      where: 'on 1,409 held-out rows',
    });
    expect(besideTrusted(report)).toBe('');
    expect(scoreToTrust(report, 'rmse')).toBeNull();
  });

  it('is that of nested cross-validation where there is one, and the headline says so', () => {
    const report = withNested(NESTED);
    expect(trustedScore(report)).toEqual({
      score: NESTED.scores.roc_auc,
      baseline: NESTED.baseline.roc_auc,
      gain: NESTED.gain,
      where: 'in nested cross-validation over 600 rows',
    });
    expect(summarise(report).headline).toMatch(
      /AUC 0\.830 \[0\.800, 0\.860\] in nested cross-validation over 600 rows.*Trust this number/,
    );
  });

  it('is the holdout’s in metrics that the nested one does not have', () => {
    expect(scoreToTrust(withNested(NESTED), 'accuracy')?.where).toBe('on 1,409 held-out rows');
  });

  it('is the holdout’s where the nested one could not be made or lacks the ranking metric', () => {
    for (const nested of [null, { ...NESTED, scores: {} }, { ...NESTED, gain: null }]) {
      expect(trustedScore(withNested(nested))?.where).toBe('on 1,409 held-out rows');
    }
  });

  it('is what two runs are compared by', () => {
    const other = { ...telcoReport(), runNumber: 9 };
    expect(compareRuns(withNested(NESTED), other).sentence).toMatch(
      /AUC 0\.830 \[0\.800, 0\.860\] in nested cross-validation over 600 rows against 0\.846 \[0\.827, 0\.864\] on 1,409 held-out rows \(AUC -0\.016/,
    );
    const both = withNested({ ...NESTED, scores: { roc_auc: { value: 0.7, low: 0.68, high: 0.72 } } }, other);
    expect(compareRuns(withNested(NESTED), both)).toMatchObject({ verdict: 'better' });
  });

  it('stands first on the model card, and is what monitoring is held to', () => {
    const card = modelCard(withNested(NESTED), []);
    expect(card.indexOf('## Scores in nested cross-validation')).toBeGreaterThan(0);
    expect(card.indexOf('## Scores in nested cross-validation')).toBeLessThan(
      card.indexOf('## Scores on the held-out rows'),
    );
    expect(card).toContain('stays within \\[0.800, 0.860\\]');
  });
});

describe('how it was judged', () => {
  it('tells what nested cross-validation chose anew, with the score of every part', () => {
    const said = protocolSentences(withNested(NESTED)).join(' ');
    expect(said).toContain('the choice was made anew 3 times');
    expect(said).toContain('up to 12 trials');
    expect(said).toContain('0.820, 0.830 and 0.840');
  });

  it('says that it was not made where the plan wanted it', () => {
    expect(protocolSentences(withNested(null)).join(' ')).toContain(
      'was not made: the run was stopped, its time was over, or one of its parts could not be judged',
    );
  });
});
