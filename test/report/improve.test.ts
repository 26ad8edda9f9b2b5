import { describe, expect, it } from 'vitest';
import { isInSpace } from '../../src/ml/tuning/settings.ts';
import { continuation } from '../../src/report/continuation.ts';
import { improveOn } from '../../src/report/improve.ts';
import { nextSpace } from '../../src/report/improve-space.ts';
import type { Report, TrialRow } from '../../src/report/report.ts';
import { ensembleReport, interval, telcoReport, telcoRun } from './sample-runs.ts';

const { plan, hash } = telcoRun().record;

describe('what the next plan makes of a run', () => {
  const report = telcoReport();
  const direction = improveOn(report, plan, hash, true);

  it('begins each family with its best setting', () => {
    for (const [family, { starts }] of direction.directions) {
      const best = report.trials
        .filter((trial) => trial.family === family && trial.score)
        .reduce((a, b) => ((b.score?.value ?? 0) > (a.score?.value ?? 0) ? b : a));
      expect(starts[0]).toEqual({
        parameters: best.parameters,
        origin: 'earlier',
        run: 12,
        trial: best.number,
      });
    }
  });

  it('hands every score of its families on, and how many settings were drawn', () => {
    const scored = report.trials.filter(({ family, score }) => family === 'gbdt' && score);
    const { earlier } = direction.directions.get('gbdt') ?? {};
    expect(earlier?.trials).toEqual(
      scored.map(({ parameters, score }) => ({ parameters, score: score?.value })),
    );
    expect(earlier?.drawn).toBe(scored.filter(({ origin }) => origin === 'sampled').length);
  });

  it('hands no score on where rows or metric differ', () => {
    const other = improveOn(report, plan, hash, false);
    expect(other.folds).toBeNull();
    expect([...other.directions.values()].every(({ earlier }) => earlier.trials.length === 0)).toBe(true);
  });

  it('drops a family that is clearly behind and no part of the model, and says by how much', () => {
    const [rival] = report.comparisons.filter(({ family }) => family !== 'baseline');
    if (!rival) throw new Error('no rival');
    const behind = { ...rival, gain: interval(0.03, 0.02, 0.04) };
    const clear: Report = { ...report, comparisons: [behind] };
    const { families, changes } = improveOn(clear, plan, hash, true);
    expect(families).not.toContain(rival.family);
    const change = changes.find(({ drops }) => drops === rival.family);
    expect(change?.why).toContain('+0.030 [+0.020, +0.040] AUC');
    expect(change?.seconds).toBeLessThan(0);
    const tied: Report = { ...report, comparisons: [{ ...rival, gain: interval(0.01, -0.01, 0.03) }] };
    expect(improveOn(tied, plan, hash, true).families).toContain(rival.family);
  });

  it('keeps a family that the model is made of, however far behind alone', () => {
    const together = ensembleReport();
    const member = together.judgement.ensemble?.members.find(
      ({ family }) => family !== together.winner.family,
    );
    if (!member) throw new Error('one family only');
    const gain = interval(0.03, 0.02, 0.04);
    const behind = { ...together, comparisons: [{ family: member.family, trial: member.trial, gain }] };
    expect(improveOn(behind, plan, hash, true).families).toContain(member.family);
  });
});

describe('the next search space', () => {
  const space = {
    rate: { kind: 'float', low: 0.01, high: 1, log: true },
    learningRate: { kind: 'float', low: 0.01, high: 0.1, log: true },
    dropout: { kind: 'float', low: 0, high: 0.4, log: false },
  } as const;
  const row = (number: number, parameters: Record<string, number>, score: number): TrialRow => ({
    ...(telcoReport().trials[0] as TrialRow),
    number,
    family: 'gbdt',
    parameters,
    origin: 'sampled',
    state: 'complete',
    score: interval(score, score, score),
  });
  const planned = {
    ...plan,
    candidates: [{ family: 'gbdt' as const, trials: 30, defaults: [], space, reason: '' }],
  };

  it('narrows what decided to where the best settings lie together, and keeps them inside', () => {
    const trials = Array.from({ length: 30 }, (_, i) => {
      const rate = 0.01 * 100 ** (i / 29);
      const parameters = { rate, learningRate: 0.03, dropout: ((7 * i) % 30) / 75 };
      return row(i, parameters, 0.9 - 0.1 * Math.log(rate / 0.1) ** 2);
    });
    const best = trials.reduce((a, b) => ((b.score?.value ?? 0) > (a.score?.value ?? 0) ? b : a));
    const next = nextSpace(best, { trials, metric: 'roc_auc', task: 'binary' }, planned);
    expect(Object.keys(next.space).filter((name) => next.space[name] !== space[name as never])).toEqual([
      'rate',
    ]);
    const { rate } = next.space;
    if (rate?.kind !== 'float') throw new Error('not a float');
    expect(rate.low).toBeGreaterThan(0.01);
    expect(rate.high).toBeLessThan(1);
    const good = [...trials].sort((a, b) => (b.score?.value ?? 0) - (a.score?.value ?? 0)).slice(0, 8);
    for (const { parameters } of good) expect(isInSpace({ rate }, parameters)).toBe(true);
    expect(next.changes[0]?.change).toContain('Search rate of gradient boosting only from');
  });

  it('goes beyond an end that the best lies at, but never where there is nothing', () => {
    const best = row(3, { rate: 0.1, learningRate: 0.1, dropout: 0 }, 0.9);
    const next = nextSpace(best, { trials: [best], metric: 'roc_auc', task: 'binary' }, planned);
    expect(next.space.learningRate).toMatchObject({ low: 0.01, high: 0.32 });
    expect(next.space.dropout).toEqual(space.dropout);
    expect(next.changes).toHaveLength(1);
  });
});

describe('a run that went on from another', () => {
  const run = telcoRun();
  const trials = [...run.trials];
  const winner = trials.find(({ number }) => number === run.winner.number);
  const scores = winner?.folds.map((fold) => fold.scores.roc_auc as number) ?? [];
  const theirs = (shift: readonly number[]) => ({
    run: 7,
    planHash: 'ab',
    folds: {
      scores: scores.map((score, i) => score - (shift[i % shift.length] as number)),
      rowsTrained: 4000,
      rowsJudged: 1000,
    },
    changes: [],
  });
  const gainOver = (shift: readonly number[]) =>
    continuation(run.judgement, run.winner, trials, { ...plan, improves: theirs(shift) }).improvement?.gain;

  it('is compared with it fold by fold', () => {
    const gain = gainOver([0.02]);
    expect(gain?.value).toBeCloseTo(0.02, 10);
    expect((gain?.high ?? 0) - (gain?.low ?? 0)).toBeCloseTo(0, 10);
    const unsure = gainOver([0.03, -0.02]);
    expect(unsure?.low).toBeLessThan(0);
    expect(unsure?.high).toBeGreaterThan(0);
  });

  it('is not compared where the folds are others', () => {
    const improves = { ...theirs([0.1]), folds: null };
    const { improvement } = continuation(run.judgement, run.winner, trials, { ...plan, improves });
    expect(improvement?.gain).toBeNull();
  });
});
