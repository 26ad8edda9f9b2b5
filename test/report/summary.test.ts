import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { summarise } from '../../src/report/summary.ts';
import { amesReport, ensembleReport, interval, lettersReport, telcoReport, telcoRun } from './sample-runs.ts';

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

describe('how to make it again', () => {
  it('promises the same numbers only of a run that did all its work', () => {
    const last = (report: Report) => summarise(report).paragraphs.at(-1)?.sentences[0];
    expect(last(telcoReport())).toContain('gives these numbers again');
    expect(last(telcoReport({ cutShort: 'Stopped by a person.' }))).toContain('tries more and may end');
  });
});

describe('the model', () => {
  const about = (report: Report) =>
    summarise(report).paragraphs.find(({ title }) => title === 'The model')?.sentences ?? [];

  it('is described as an ensemble, with what it gained', () => {
    const report = ensembleReport();
    expect(summarise(report).headline).toBe(
      'An ensemble of 2 models reaches AUC 0.846 [0.827, 0.864] on 1,409 held-out rows, against 0.500 for the baseline.',
    );
    expect(about(report)).toEqual([
      `It averages gradient boosting (trial ${report.winner.trial + 1}, 60%) and logistic regression (trial 2, 40%).`,
      'In cross-validation it gains +0.002 [+0.001, +0.004] AUC over the best of 25 trials alone (plus is better); on the held-out rows +0.002 [-0.001, +0.004].',
      'The scores are those of the version that had not seen the 1,409 held-out rows; the model you use was then trained with the same settings on all 7,043 rows.',
    ]);
    expect(about(ensembleReport({ stacked: true }))[0]).toMatch(/^It combines .* by a small model/);
  });

  it('tells of an ensemble that was not worth it', () => {
    const left = { kept: false, outOfFoldGain: interval(0.0004, -0.001, 0.002), holdoutGain: null };
    expect(summarise(ensembleReport(left)).headline).toMatch(/^Gradient boosting reaches/);
    expect(about(ensembleReport(left))[0]).toBe(
      'An ensemble of 2 of 25 trials was weighed and left: what it gains over the best one alone in cross-validation, +0.000 [-0.001, +0.002] AUC (plus is better), is within the noise.',
    );
    const [alone] = ensembleReport().judgement.ensemble?.members ?? [];
    if (!alone) throw new Error('expected a member');
    expect(about(ensembleReport({ ...left, members: [{ ...alone, weight: 1 }] }))[0]).toMatch(/^No average/);
  });

  it('says from which probability on a row is taken for the class, and why', () => {
    const { judgement } = telcoRun();
    const chosen: Report = { ...telcoReport({ judgement: { ...judgement, threshold: 0.31 } }), metric: 'f1' };
    expect(about(chosen).at(-1)).toMatch(
      /^A row counts as Yes from a probability of 0.31 on: the cut-off that is best/,
    );
    expect(JSON.stringify(summarise(chosen))).not.toContain('cut-off of 0.5');
    const usual: Report = { ...telcoReport({ judgement: { ...judgement, threshold: 0.5 } }), metric: 'f1' };
    expect(about(usual).at(-1)).toMatch(/0.5 on: no other cut-off was better/);
    // By AUC no cut-off can be chosen.
    const byCosts = telcoReport({ judgement: { ...judgement, threshold: 0.05 } });
    expect(about(byCosts).at(-1)).toMatch(/0.05 on: that follows from what mistakes cost/);
  });

  it('that was judged is the model that people get, where nothing was trained after it', () => {
    const { judgement } = telcoRun();
    const report = telcoReport({ judgement: { ...judgement, shippedRows: judgement.trainingRows } });
    expect(about(report)).toEqual([]);
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
