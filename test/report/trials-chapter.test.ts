import { describe, expect, it } from 'vitest';
import { tellTrials } from '../../src/report/chapters/trials.ts';
import { parallelCoordinates } from '../../src/report/charts/parallel-coordinates.ts';
import type { PictureSpec } from '../../src/report/charts/picture.ts';
import { slices } from '../../src/report/charts/slices.ts';
import { SIZE, WIDTH } from '../../src/report/charts/theme.ts';
import type { Report } from '../../src/report/report.ts';
import { namesByImportance, studyOf } from '../../src/report/study.ts';
import { trialsCsv } from '../../src/report/trials-csv.ts';
import { amesReport, telcoReport } from './sample-runs.ts';

/** RFC 4180, character by character. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted && c === '"' && text[i + 1] === '"') cell += text[i++];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ',') {
      row.push(cell);
      cell = '';
    } else if (!quoted && c === '\r') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      i++;
    } else cell += c;
  }
  return rows;
}

/** The report with one trial that ended early. */
function withPruned(report: Report): Report {
  const reason = 'clearly behind after 1 of 5 folds: AUC 0.70, against "0.84"';
  const trials = report.trials.map((trial, i) =>
    i === 1 ? { ...trial, state: 'pruned' as const, score: null, scores: {}, reason } : trial,
  );
  return { ...report, trials };
}

describe('the file of trials', () => {
  const report = withPruned(telcoReport());
  const [header = [], ...rows] = parseCsv(trialsCsv(report));

  it('has every trial with every setting, score and reason', () => {
    expect(rows).toHaveLength(report.trials.length);
    for (const [i, trial] of report.trials.entries()) {
      const cells = Object.fromEntries(header.map((name, column) => [name, rows[i]?.[column]]));
      expect(cells).toMatchObject({ trial: String(i + 1), family: trial.family, reason: trial.reason });
      expect(cells.roc_auc).toBe(trial.score ? String(trial.score.value) : '');
      for (const [name, value] of Object.entries(trial.parameters)) expect(cells[name]).toBe(String(value));
      for (const [name, value] of Object.entries(trial.scores)) expect(cells[name]).toBe(String(value));
    }
  });
});

describe('the chapter of trials', () => {
  it('lists the best first, those without a score last and with their reason', () => {
    const told = tellTrials({ report: withPruned(telcoReport()), evidence: null });
    if ('absent' in told) throw new Error(told.absent);
    const rows = told.table?.rows ?? [];
    const scores = rows.flatMap(([, , score]) => (typeof score === 'object' ? [score.value] : []));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores).toHaveLength(rows.length - 1);
    expect(rows.at(-1)?.at(-1)).toMatch(/^clearly behind after 1 of 5 folds/);
    expect(told.sentences.join(' ')).toContain('1 ended early, clearly behind');
  });

  it('says once what it would try next, however many steps there are', () => {
    const nextSteps = ['More rows.', 'Another metric.', 'A longer search.'];
    const told = tellTrials({ report: { ...telcoReport(), nextSteps }, evidence: null });
    if ('absent' in told) throw new Error(told.absent);
    expect(told.sentences.join(' ')).toContain(
      'What I would try next: More rows. Then: Another metric. Then: A longer search.',
    );
  });

  it('says that there is nothing to list where nothing was scored', () => {
    const report = telcoReport();
    const trials = report.trials.map((trial) => ({ ...trial, score: null }));
    expect(tellTrials({ report: { ...report, trials }, evidence: null })).toHaveProperty('absent');
  });
});

describe('what the trials say of hyperparameters', () => {
  it('finds the one that decides', () => {
    const report = telcoReport();
    const trials = report.trials.map((trial) => {
      const rate = Number(trial.parameters.learning_rate ?? 0.1);
      const value = 0.9 - (rate - 0.1) ** 2;
      return { ...trial, score: trial.score && { value, low: value, high: value } };
    });
    const study = studyOf({ ...report, trials });
    expect(study?.family).toBe('gbdt');
    expect(namesByImportance(study as NonNullable<typeof study>)[0]).toBe('learning_rate');
  });

  it('has no study where nothing varied', () => {
    const report = telcoReport();
    const trials = report.trials.map((trial) => ({ ...trial, parameters: {} }));
    expect(studyOf({ ...report, trials })).toBeNull();
    expect(parallelCoordinates({ ...report, trials })).toBeNull();
  });

  it.each([
    ['settings across all axes', parallelCoordinates],
    ['the score against each', slices],
  ])('%s: everything lies on the page in a size that a phone shows', (_, lay) => {
    for (const report of [telcoReport(), amesReport(), withPruned(telcoReport())]) {
      const spec = lay(report) as PictureSpec;
      expect(spec.altText.length).toBeGreaterThan(80);
      for (const shape of spec.scene.shapes) {
        if (shape.kind === 'text') expect(shape.size).toBeGreaterThanOrEqual(SIZE.tiny);
        const [x, y] = shape.kind === 'line' ? [shape.x2, shape.y2] : [shape.x, shape.y];
        expect(x >= 0 && x <= WIDTH && y >= 0 && y <= spec.scene.height).toBe(true);
      }
    }
  });
});
