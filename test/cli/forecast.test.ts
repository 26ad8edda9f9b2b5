/** Forecasts on the command line: planned, trained, judged, and continued from what the model remembers or from newer
 *  values. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/ml/random.ts';
import { Report } from '../../src/report/report.ts';
import { modelwright } from '../support/processes.ts';

const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 2);
const SHOPS = { north: 100, south: 1000 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-forecast-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const inFolder = (name: string) => join(folder, name);
const lines = (text: string) => text.trimEnd().split('\n');
const isoDay = (i: number) => new Date(START + i * DAY).toISOString().slice(0, 10);

/** Weekly waves of two shops of very different sizes; a promotion, known ahead, adds half of the size. */
function shopCsv(nDays: number, future = 0): string {
  const random = new Random(1);
  const rows: string[] = [];
  for (let i = 0; i < nDays + future; i++) {
    for (const [shop, size] of Object.entries(SHOPS)) {
      const promotion = (i * 7919 + size) % 11 < 2 ? 1 : 0;
      const wave = size * (1 + 0.3 * Math.sin((2 * Math.PI * i) / 7));
      const sales = wave + 0.5 * size * promotion + 0.03 * size * random.normal();
      rows.push(
        [isoDay(i), shop, i < nDays ? sales.toFixed(2) : '', promotion, random.integer(100)].join(','),
      );
    }
  }
  return `day,shop,sales,promotion,noise\n${rows.join('\n')}\n`;
}

async function succeed(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await modelwright(folder, words);
  if (code !== 0) throw new Error(`modelwright ${words.join(' ')}: ${stderr}`);
  return stdout;
}

describe('a forecast of two series', () => {
  let report: Report;
  beforeAll(async () => {
    await writeFile(inFolder('shops.csv'), shopCsv(220, 5));
    const words = ['train', 'shops.csv', '--target', 'sales', '--horizon', '5d', '--known', 'promotion'];
    const stdout = await succeed(...words, '--budget', '30s', '--out', 'shops');
    expect(stdout).toContain('The values to come of north (one of 2 series): sales');
    report = Report.parse(JSON.parse(await readFile(inFolder('shops/report.json'), 'utf8')));
  });

  it('beats the seasonal naive forecast beyond the noise, and says by how much', () => {
    const { judgement, metric, forecast } = report;
    expect(metric).toBe('mase');
    expect(judgement.gain.low).toBeGreaterThan(0);
    expect(forecast?.spec).toMatchObject({
      series: 'shop',
      time: 'day',
      season: 7,
      horizon: 5,
      known: ['promotion'],
    });
    expect(judgement.forecast?.bySteps).toHaveLength(5);
    expect(judgement.importance.some(({ column, low }) => column === 'promotion' && low > 0)).toBe(true);
  });

  it('has intervals that hold about the share of the values that they say', () => {
    for (const { wanted, held } of report.judgement.forecast?.coverage ?? []) {
      expect(Math.abs(held.value - wanted)).toBeLessThan(0.15);
    }
  });

  it('continues what it was trained on, in sizes that fit each series', async () => {
    const stdout = await succeed('predict', 'shops', '--out', 'next.csv');
    expect(stdout).toBe('5 values of sales to come for each of 2 series written to next.csv\n');
    const [header, ...rows] = lines(await readFile(inFolder('next.csv'), 'utf8'));
    expect(header).toBe('shop,day,prediction,low_80,high_80,low_95,high_95');
    expect(rows.map((row) => row.split(',').slice(0, 2).join(' '))).toEqual(
      Object.keys(SHOPS).flatMap((shop) => [220, 221, 222, 223, 224].map((i) => `${shop} ${isoDay(i)}`)),
    );
    for (const row of rows) {
      const [shop, , ...numbers] = row.split(',');
      const [value, low80, high80, low95, high95] = numbers.map(Number);
      expect(value).toBeGreaterThan(0.4 * SHOPS[shop as keyof typeof SHOPS]);
      expect(value).toBeLessThan(2.2 * SHOPS[shop as keyof typeof SHOPS]);
      expect([low95, low80, high80, high95]).toEqual([low95, low80, high80, high95].sort((a, b) => a - b));
    }
  });

  it('forecasts after newer values that it was not trained on', async () => {
    await writeFile(inFolder('newer.csv'), shopCsv(240, 5));
    await succeed('predict', 'shops', 'newer.csv', '--out', 'newer-next.csv');
    const rows = lines(await readFile(inFolder('newer-next.csv'), 'utf8')).slice(1);
    expect(rows[0]?.split(',')[1]).toBe(isoDay(240));
  });

  it('says so where the coming values of a known column are missing', async () => {
    await writeFile(inFolder('blind.csv'), shopCsv(240));
    const { code, stderr } = await modelwright(folder, ['predict', 'shops', 'blind.csv', '--out', 'x.csv']);
    expect(code).toBe(1);
    expect(stderr).toContain('needs to know promotion on the days that it forecasts');
  });
});

describe('data that cannot be forecast', () => {
  const asking = async (csv: string, ...more: string[]) => {
    await writeFile(inFolder('data.csv'), csv);
    const { stderr } = await modelwright(folder, [
      'plan',
      'data.csv',
      '--target',
      'sales',
      '--horizon',
      '7',
      ...more,
    ]);
    return stderr;
  };
  const csvOf = (rows: string[]) => `day,sales\n${rows.join('\n')}\n`;
  const daily = (n: number) => Array.from({ length: n }, (_, i) => `${isoDay(i)},${(i % 7) + 1.5}`);

  it.each([
    ['a date that comes twice', csvOf([...daily(60), `${isoDay(3)},4.5`]), /several rows for the same day/],
    [
      'dates at unequal distances',
      csvOf(daily(60).map((row, i) => row.replace(isoDay(i), isoDay(i * i)))),
      /not at equal distances/,
    ],
    ['a short history', csvOf(daily(30)), /history is too short: to forecast 7 days ahead/],
    [
      'no dates',
      `row,sales\n${daily(60)
        .map((row, i) => row.replace(isoDay(i), `r${i}`))
        .join('\n')}\n`,
      /no column holds dates or times/,
    ],
  ])('is refused with a sentence: %s', async (_, csv, sentence) => {
    expect(await asking(csv)).toMatch(sentence);
  });

  it('needs columns that are there, and numbers', async () => {
    expect(await asking(csvOf(daily(60)), '--known', 'weather')).toMatch(/no column weather/);
    expect(await asking(csvOf(daily(60)).replaceAll('.5', 'x'))).toMatch(/I forecast numbers/);
  });
});
