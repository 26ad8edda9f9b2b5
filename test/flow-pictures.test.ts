/** The main job with pictures, over a real socket, with real parts: from a zip in a channel to a model and a report. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireMessage } from '../playground/server/types.ts';
import { buttonsOf, openApp, picturesOf, type TestApp, wordsOf } from './support/app.ts';
import { shapeFiles, writeZip } from './support/pictures.ts';

const CHANNEL = 'churn-project';

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await openApp();
  folder = await mkdtemp(join(tmpdir(), 'modelwright-pictures-'));
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

it('goes from a zip of pictures to an approved, trained and judged model', async () => {
  const { driver } = app;
  const path = join(folder, 'shapes.zip');
  const files = await shapeFiles(20, { size: [20, 20] });
  await writeZip(path, [...files, { path: 'shapes/circle/broken.png', bytes: Buffer.from('no picture') }]);
  const request = await driver.mention({
    user: 'ana',
    channel: CHANNEL,
    text: 'learn to tell these shapes apart, use 4 trials',
    files: [{ bytes: await readFile(path), name: 'shapes.zip' }],
  });
  const here = { channel: CHANNEL, thread: request.ts };
  const withButton = (id: string) => (message: WireMessage) => buttonsOf(message).includes(id);

  const profile = await driver.waitForMessage(withButton('assumptions_accept'), here);
  expect(picturesOf(profile)).toHaveLength(1);
  const words = wordsOf(profile);
  expect(words).toContain('60 pictures of 20 × 20 pixels in colour, 0 exact copies');
  expect(words).toContain('1 picture cannot be read and is left out: shapes/circle/broken.png');
  expect(words).toContain('3 classes');

  await driver.click({ user: 'ana', message: profile, actionId: 'assumptions_accept' });
  const plan = await driver.waitForMessage(withButton('plan_approve'), here);
  expect(wordsOf(plan)).toContain('20 × 20 pixels in colour');
  const variants = driver.messages(here).find((m) => m.text.startsWith('Variants of your pictures'));
  expect(picturesOf(variants as WireMessage)[0]?.alt_text).toMatch(/mirrored from left to right/);
  await driver.click({ user: 'ben', message: plan, actionId: 'plan_approve' });

  const report = await driver.waitForMessage((m) => picturesOf(m).length >= 4, here);
  expect(report.text).toMatch(/12 held-out rows/);
});
