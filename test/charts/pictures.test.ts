import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/datasets/images/decode-image.ts';
import { Random } from '../../src/ml/random.ts';
import { Family } from '../../src/ml/tuning/trial.ts';
import { type ImageProfile, Profile, TargetProfile } from '../../src/profile/profile.ts';
import { confusionMatrix } from '../../src/report/charts/confusion-matrix.ts';
import { drawReport } from '../../src/report/charts/draw-report.ts';
import { importancePicture } from '../../src/report/charts/importance.ts';
import { leaderboardTable } from '../../src/report/charts/leaderboard-table.ts';
import { metricTable } from '../../src/report/charts/metric-table.ts';
import type { PictureSpec } from '../../src/report/charts/picture.ts';
import { profilePicture } from '../../src/report/charts/profile-picture.ts';
import { measureText, renderScene } from '../../src/report/charts/render.ts';
import { residualsPicture } from '../../src/report/charts/residuals.ts';
import { FAMILY_MARK, MARGIN, WIDTH } from '../../src/report/charts/theme.ts';
import { curveChart, trainingCurves } from '../../src/report/charts/training-curves.ts';
import { trialHistory } from '../../src/report/charts/trial-history.ts';
import { variantsPicture } from '../../src/report/charts/variants-picture.ts';
import { familyLabel } from '../../src/report/format.ts';
import type { Report } from '../../src/report/report.ts';
import { amesReport, ensembleReport, lettersReport, telcoReport, telcoRun } from '../report/sample-runs.ts';
import { describeScene } from './describe-scene.ts';

const samples: Record<string, { name: string; profile: unknown; target: unknown }> = JSON.parse(
  readFileSync(new URL('sample-profiles.json', import.meta.url), 'utf8'),
);
const profiles = Object.values(samples).map(({ name, profile, target }) => ({
  name,
  profile: Profile.parse(profile),
  target: TargetProfile.parse(target),
}));

const telco = telcoReport();
const REPORT_PICTURES = [
  metricTable,
  trainingCurves,
  trialHistory,
  leaderboardTable,
  confusionMatrix,
  residualsPicture,
  importancePicture,
];

function shapesAreOnThePage({ scene }: PictureSpec): void {
  for (const shape of scene.shapes) {
    const [x, y] = shape.kind === 'line' ? [shape.x1, shape.y1] : [shape.x, shape.y];
    const [right, bottom] =
      'width' in shape && 'height' in shape ? [x + shape.width, y + shape.height] : [x, y];
    expect(Number.isFinite(x + y + right + bottom), JSON.stringify(shape)).toBe(true);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(scene.width + 0.01);
    expect(bottom).toBeLessThanOrEqual(scene.height + 0.01);
  }
}

describe('specs', () => {
  it.each([
    ['metric table', metricTable(telco)],
    ['leaderboard', leaderboardTable(telco)],
    ['leaderboard with an ensemble', leaderboardTable(ensembleReport())],
    ['confusion matrix', confusionMatrix(telco)],
    ['importance', importancePicture(telco)],
    ['profile', profilePicture(profiles[0].profile, profiles[0].target, profiles[0].name)],
  ])('of the %s are as they were', (_, spec) => {
    expect(describeScene((spec as PictureSpec).scene)).toMatchSnapshot();
  });

  it('keep every shape on the page, with finite numbers', () => {
    for (const report of [telco, lettersReport(), amesReport()]) {
      for (const lay of REPORT_PICTURES) {
        const spec = lay(report);
        if (spec) shapesAreOnThePage(spec);
      }
    }
    for (const { profile, target, name } of profiles) {
      shapesAreOnThePage(profilePicture(profile, target, name));
      shapesAreOnThePage(profilePicture(profile, null, name));
    }
  });

  it('name every family in the legend of the trials, in rows that end on the page', () => {
    const families = Family.options.filter((family) => family !== 'baseline');
    const trials = families.map((family, number) => ({ ...telco.trials[0], number, family }));
    const spec = trialHistory({ ...telco, trials }) as PictureSpec;
    const names = families.map((family) => familyLabel(family, telco.task));
    const found = spec.scene.shapes.flatMap((shape) =>
      shape.kind === 'text' && names.includes(shape.text) ? [shape] : [],
    );
    expect(found.map(({ text }) => text).sort()).toEqual([...names].sort());
    for (const { x, text, size } of found) {
      expect(x + measureText(text, size)).toBeLessThanOrEqual(WIDTH - MARGIN);
    }
    expect(new Set(found.map(({ y }) => y)).size).toBeGreaterThan(1);
    shapesAreOnThePage(spec);
  });

  it('tell families apart by their marks', () => {
    const marks = Object.values(FAMILY_MARK).map(({ colour, shape }) => `${colour} ${shape}`);
    expect(new Set(marks).size).toBe(marks.length);
  });

  it('are left out where they do not apply', () => {
    expect(residualsPicture(telco)).toBeNull();
    expect(confusionMatrix(amesReport())).toBeNull();
    expect(importancePicture({ ...telco, judgement: { ...telco.judgement, importance: [] } })).toBeNull();
    expect(
      trainingCurves({ ...telco, curves: telco.curves.filter((curve) => curve.family === 'baseline') }),
    ).toBeNull();
    expect(trialHistory({ ...telco, trials: [] })).toBeNull();
    expect(leaderboardTable({ ...telco, trials: [] })).toBeNull();
  });
});

describe('pictures of pictures', () => {
  /** Three noisy pictures of each class, 5 high and 8 wide. */
  function seenPictures(
    labels: readonly (string | null)[],
    source: 'files' | 'columns' = 'files',
  ): ImageProfile {
    const random = new Random(1);
    const size = { height: 5, width: 8, channels: 3 as const };
    const pixels = () =>
      Buffer.from(Uint8Array.from({ length: 120 }, () => random.integer(256))).toString('base64');
    return {
      ...{ source, column: 'picture', fileColumn: 'file', pixelColumns: [], ...size, nSizes: 2 },
      sizes: [
        { width: 80, height: 50, count: 11 },
        { width: 64, height: 40, count: 4 },
      ],
      ...{ formats: [{ name: 'JPEG', count: 15 }], unreadable: [], nUnreadable: 3, copies: 1 },
      samples: {
        ...size,
        pictures: labels.flatMap((label) => [0, 1, 2].map(() => ({ label, pixels: pixels() }))),
      },
    };
  }
  const [telcoProfile] = profiles;
  const withImages = (images: ImageProfile): Profile => ({ ...telcoProfile.profile, images });

  it('show every class, on the page, in words too', () => {
    const spec = profilePicture(withImages(seenPictures(['cat', 'dog', 'newt'])), null, 'pets.zip');
    shapesAreOnThePage(spec);
    expect(spec.scene.shapes.filter(({ kind }) => kind === 'pixels')).toHaveLength(9);
    const texts = spec.scene.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
    for (const text of ['cat', 'dog', 'newt', '8 × 5', 'pixels each', 'exact copy', 'unreadable']) {
      expect(texts).toContain(text);
    }
    expect(spec.altText).toContain('15 JPEG files, in 2 sizes, most often 80 × 50; read in colour.');
  });

  it('without classes are lines of stamps', () => {
    const spec = profilePicture(withImages(seenPictures([null, null])), null, 'pets.zip');
    shapesAreOnThePage(spec);
    expect(spec.scene.shapes.filter(({ kind }) => kind === 'pixels')).toHaveLength(6);
  });

  it('show variants beside the original, the same ones every time', () => {
    const images = seenPictures(['left shoe', 'right shoe']);
    const spec = variantsPicture(images, ['left shoe', 'right shoe']);
    shapesAreOnThePage(spec);
    const stamps = spec.scene.shapes.filter((shape) => shape.kind === 'pixels');
    expect(stamps).toHaveLength(5 * 7);
    const originals = stamps
      .filter((_, i) => i % 7 === 0)
      .map(({ pixels }) => Buffer.from(pixels).toString('base64'));
    expect(images.samples.pictures.map(({ pixels }) => pixels)).toEqual(expect.arrayContaining(originals));
    expect(spec.altText).toContain('"left shoe" would become another direction');
    expect(variantsPicture(images, ['left shoe', 'right shoe'])).toEqual(spec);
  });

  it('are drawn as they are', async () => {
    const pixels = Uint8Array.of(250, 0, 0, 0, 250, 0, 0, 0, 250, 9, 9, 9);
    const shape = {
      kind: 'pixels',
      x: 0,
      y: 0,
      width: 20,
      height: 20,
      pixels,
      rows: 2,
      columns: 2,
      channels: 3,
    } as const;
    const png = await renderScene({ width: 20, height: 20, shapes: [shape] });
    const back = await decodeImage(png, { width: 2, height: 2 });
    expect([...back.pixels]).toEqual([...pixels]);
  });
});

describe('training curves', () => {
  it('mark the chosen step on the validation curve', () => {
    const [curve] = telco.curves;
    const marks = curveChart(curve, 700).options?.plugins?.annotation?.annotations as Record<
      string,
      { xMin: number }
    >;
    expect(Math.abs(marks.chosen.xMin - curve.bestStep)).toBeLessThan(1);
  });

  it('keep the label above every curve', () => {
    for (const curve of [...telco.curves, ...amesReport().curves].filter(({ points }) => points.length > 1)) {
      const marks = curveChart(curve, 700).options?.plugins?.annotation?.annotations as Record<
        string,
        { yValue: number }
      >;
      const highest = Math.max(
        ...curve.points.map((point) => Math.max(point.trainLoss, point.validationLoss ?? 0)),
      );
      expect(marks.chosenLabel.yValue).toBeGreaterThan(highest);
    }
  });

  it('show the rates of a network where they vary, on an axis of their own', () => {
    const network = (rate: (step: number) => number) => ({
      ...telco.curves[0],
      family: 'realmlp' as const,
      points: telco.curves[0].points.map((point) => ({
        ...point,
        learningRate: rate(point.step),
        gradientNorm: 2 / point.step,
      })),
    });
    const waves = network((step) => 0.02 * (1 + Math.sin(step)));
    const chart = curveChart(waves, 700);
    expect(chart.data.datasets.map(({ label }) => label)).toEqual([
      'training',
      'validation',
      'learning rate',
    ]);
    expect(chart.options?.scales?.yRate?.max).toBeGreaterThan(0.12);
    expect(
      curveChart(
        network(() => 0.01),
        700,
      ).data.datasets,
    ).toHaveLength(2);
    const spec = trainingCurves({ ...telco, curves: [waves] });
    expect(spec?.altText).toMatch(
      /The learning rate was 0\.0\d+ at most; the norm of the gradients went from 2 /,
    );
    shapesAreOnThePage(spec as PictureSpec);
  });

  it('turn logarithmic when the first steps would press the rest flat', () => {
    const [gbdt] = amesReport().curves;
    expect(curveChart(gbdt, 700).options?.scales?.y?.type).toBe('logarithmic');
    expect(curveChart(telco.curves[0], 700).options?.scales?.y?.type).toBe('linear');
  });
});

describe('trial history', () => {
  it('draws scores beyond the axis hollow and names them', () => {
    expect(trialHistory(telco)?.altText).toMatch(/Hollow marks lie beyond the axis: .*baseline 0\.500/);
  });

  it('gives its height to the scores that are not far out, however bad one trial was', () => {
    const scores = [0.31, 0.8481, 0.8466, 0.8493, 0.8479, 0.8502, 0.8488, 0.8499];
    const trials = scores.map((value, number) => ({
      ...(telco.trials[1] as Report['trials'][number]),
      number,
      score: { value, low: value, high: value },
    }));
    const chart = trialHistory({ ...telco, trials })?.scene.shapes.find(({ kind }) => kind === 'chart');
    const axis = chart?.kind === 'chart' ? chart.configuration.options?.scales?.y : undefined;
    const [low, high] = [Number(axis?.min), Number(axis?.max)];
    expect(low).toBeLessThan(0.8466);
    expect(high).toBeGreaterThan(0.8502);
    expect((0.8502 - 0.8466) / (high - low)).toBeGreaterThan(0.6);
  });
});

describe('the confusion matrix', () => {
  it('counts the rarest of many classes together', () => {
    const n = 60;
    const classes = Array.from({ length: n }, (_, i) => `class ${i}`);
    const counts = classes.map((_, actual) =>
      classes.map((_, predicted) => (actual === predicted ? 100 - actual : 0)),
    );
    const spec = confusionMatrix({
      ...telco,
      judgement: { ...telco.judgement, confusion: { classes, counts } },
    });
    const texts = spec?.scene.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : [])) ?? [];
    expect(texts).toContain('31 others');
    expect(texts).not.toContain('class 40');
    expect(spec?.altText).toContain('No row was taken for another class.');
  });
});

describe('the width of a confusion matrix', () => {
  const widthOf = (n: number, count: number) => {
    const classes = Array.from({ length: n }, (_, i) => String(i));
    const counts = classes.map((_, actual) =>
      classes.map((_, predicted) => (actual === predicted ? count : 0)),
    );
    const report = { ...telco, judgement: { ...telco.judgement, confusion: { classes, counts } } };
    return confusionMatrix(report)?.scene.width;
  };

  it('is that of other pictures as long as a phone can show its counts', () => {
    expect(widthOf(10, 36)).toBe(WIDTH);
    expect(widthOf(12, 999)).toBe(WIDTH);
    expect(widthOf(13, 36)).toBeGreaterThan(WIDTH);
    expect(widthOf(10, 1_234_567)).toBeGreaterThan(WIDTH);
    expect(widthOf(2, 1_234_567)).toBe(WIDTH);
  });
});

describe('alt texts', () => {
  it('say the numbers and fit into what Slack takes', async () => {
    for (const report of [telco, lettersReport(), amesReport()]) {
      for (const { altText, title, fileName } of await drawReport(report)) {
        expect(altText).toMatch(/\d/);
        expect(altText).not.toMatch(/NaN|undefined|Infinity/);
        expect(altText.length).toBeLessThanOrEqual(2000);
        expect(title).not.toBe('');
        expect(fileName).toMatch(/^[a-z-]+\.png$/);
      }
    }
  });
});

describe('unusual reports', () => {
  const long =
    'An unreasonably long column name that nobody would ever want to type, let alone read, in a table';
  const run = telcoRun();
  const many: Report['trials'] = Array.from({ length: 200 }, (_, number) => ({
    ...telco.trials[1 + (number % 20)],
    number,
  }));
  const cases: Record<string, Report> = {
    'one trial': telcoReport({ trials: [run.trials[run.winner.number]] }),
    '200 trials': { ...telco, trials: many },
    'long and foreign names': {
      ...telco,
      target: long,
      dataset: { ...telco.dataset, name: `${long}.csv` },
      judgement: {
        ...telco.judgement,
        confusion: {
          classes: [long, 'Ελληνικά'],
          counts: [
            [3, 0],
            [0, 0],
          ],
        },
        importance: [{ column: long, mean: 0, low: 0, high: 0 }],
      },
    },
    'equal scores': {
      ...telco,
      trials: telco.trials.map((trial) => ({ ...trial, score: { value: 0.5, low: 0.5, high: 0.5 } })),
    },
    'no baseline': { ...telco, judgement: { ...telco.judgement, baseline: {} } },
    'one held-out row': {
      ...amesReport(),
      judgement: { ...amesReport().judgement, residuals: { actual: [5], predicted: [5] } },
    },
  };

  it.each(Object.entries(cases))('are drawn: %s', async (_, report) => {
    for (const lay of REPORT_PICTURES) {
      const spec = lay(report);
      if (spec) shapesAreOnThePage(spec);
    }
    const pictures = await drawReport(report);
    expect(pictures.length).toBeGreaterThanOrEqual(4);
    expect(new Set(pictures.map((picture) => picture.fileName)).size).toBe(pictures.length);
  });
});
