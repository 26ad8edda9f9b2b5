/** "Our model has 85% and we need 90%": checked in the thread before anything is trained. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaksIn, mention, openApp, smallCsv, type TestApp, wordsOf } from './support/app.ts';

const ROWS = 400;
const CLAIM = 'predict label. Our model has 85% accuracy measured on 400 rows and we need 90%';

/** What a model says that knows only the size, one row in two. */
function predictionsCsv(): string {
  const lines = smallCsv(ROWS).trim().split('\n').slice(1);
  const rows = lines.map((line, i) => `${i},${(Number(line.split(',')[0]) / 101).toFixed(3)}`);
  return `row,probability\n${rows.filter((_, i) => i % 2 === 0).join('\n')}\n`;
}

describe('a claim about an existing model', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());

  it('is answered before any plan, with a picture, and its predictions are measured', async () => {
    const thread = await mention(app, CLAIM, { file: { bytes: smallCsv(ROWS), name: 'small.csv' } });
    await thread.waitFor(/Measured on 400 rows, it means anything from 81\.2% to 88\.2%/);
    const check = await thread.waitFor((message) => /Is there room in this data\?/.test(wordsOf(message)));
    expect(wordsOf(check)).toContain('The holdout was not looked at.');
    expect(check.blocks?.some((block) => block.type === 'image')).toBe(true);
    expect(thread.said.every((message) => !wordsOf(message).includes('plan_approve'))).toBe(true);

    await thread.reply('ana', '', { bytes: predictionsCsv(), name: 'today.csv' });
    await thread.waitFor(/I take .*today\.csv.* for the predictions of your model/);
    await thread.waitFor((message) => /on 200 rows that I could match/.test(wordsOf(message)));
    expect(leaksIn(app)).toEqual([]);
  });

  it('may come as the model itself, which is run on the data', async () => {
    const model = await readFile(new URL('./oracles/foreign/named.onnx', import.meta.url));
    const early = await mention(app, 'here is our model', { file: { bytes: model, name: 'ours.onnx' } });
    await early.waitFor(/I can measure it only on data/);

    const thread = await mention(app, 'predict label', {
      file: { bytes: smallCsv(ROWS), name: 'small.csv' },
    });
    await thread.waitForButton('assumptions_accept');
    await thread.reply('ana', 'this is what we have today', { bytes: model, name: 'ours.onnx' });
    await thread.waitFor(/I take .*ours\.onnx.* for your model/);
    await thread.waitFor((message) => /What your model predicts .*on 400 rows/.test(wordsOf(message)));
    expect(leaksIn(app)).toEqual([]);
  });
});
