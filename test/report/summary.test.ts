import { describe, expect, it } from 'vitest';
import { summarise } from '../../src/report/summary.ts';
import { amesReport, interval, lettersReport, telcoReport, telcoRun } from './sample-runs.ts';

describe('the headline', () => {
  it('answers with the score, its interval, the rows and the baseline', () => {
    expect(summarise(telcoReport()).headline).toBe(
      'Gradient boosting reaches AUC 0.846 [0.827, 0.864] on 1,409 held-out rows, against 0.500 for the baseline.',
    );
  });

  it('brings errors down', () => {
    expect(summarise(amesReport()).headline).toBe(
      'Gradient boosting brings RMSE down to 23,912 [21,004, 26,990] on 586 held-out rows, from 79,133 for the baseline.',
    );
  });

  it('does not claim a gain that is not there', () => {
    const { judgement } = telcoRun();
    const report = telcoReport({
      judgement: {
        ...judgement,
        gain: interval(0.02, -0.01, 0.05),
        holdout: { roc_auc: interval(0.52, 0.49, 0.55) },
      },
    });
    expect(summarise(report).headline).toBe(
      'No model is shown to beat the baseline: the best, gradient boosting, has AUC 0.520 [0.490, 0.550] on 1,409 held-out rows, against 0.500 for the baseline.',
    );
  });

  it('says so when the baseline itself is the winner', () => {
    const run = telcoRun();
    const report = telcoReport({ winner: run.specs[0] });
    expect(summarise(report).headline).toMatch(/^Nothing that was tried is better than the baseline/);
  });

  it('survives a metric that is not defined on the holdout', () => {
    const { judgement } = telcoRun();
    const report = telcoReport({ judgement: { ...judgement, holdout: {} } });
    expect(summarise(report).headline).toBe(
      'Gradient boosting was chosen, but AUC is not defined on the 1,409 held-out rows.',
    );
  });
});

describe('the paragraphs', () => {
  it('stand in reading order, none of them empty', () => {
    for (const report of [telcoReport(), lettersReport(), amesReport()]) {
      const { paragraphs } = summarise(report);
      const titles = paragraphs.map((paragraph) => paragraph.title);
      expect(titles[0]).toBe('Scores');
      expect(titles.at(-1)).toBe('To reproduce');
      for (const { sentences } of paragraphs) {
        expect(sentences.length).toBeGreaterThan(0);
        for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z0-9a-z].*\.$/);
      }
    }
  });

  it('read as a whole', () => {
    const { headline, paragraphs } = summarise(telcoReport());
    const text = paragraphs.map(({ title, sentences }) => [title, ...sentences].join('\n')).join('\n\n');
    expect(`${headline}\n\n${text}`).toMatchSnapshot();
  });

  it('hold no undefined numbers', () => {
    for (const report of [telcoReport(), lettersReport(), amesReport()]) {
      expect(JSON.stringify(summarise(report))).not.toMatch(/NaN|undefined|Infinity|null/);
    }
  });
});
