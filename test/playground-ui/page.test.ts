import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connected } from '../playground/support.ts';
import { launchBrowser, obstacle, watchForErrors } from './browser.ts';
import { registerPlanApp } from './plan-app.ts';

/** The smallest PNG: one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const WAIT = { timeout: 60_000 };

describe.skipIf(obstacle !== '')(`the page in Chromium${obstacle && ` (skipped: ${obstacle})`}`, () => {
  let browser: Browser;
  let errors: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  async function open(url: string, viewport = { width: 1280, height: 800 }): Promise<Page> {
    const page = await browser.newPage({ viewport });
    page.setDefaultTimeout(WAIT.timeout);
    errors = watchForErrors(page);
    await page.goto(url);
    return page;
  }

  const composer = (page: Page) => page.getByRole('combobox', { name: 'Message #general as Ana' });
  const thread = (page: Page) => page.getByRole('region', { name: 'Thread' });

  test('a mention is answered, a form is corrected and submitted, and a second person approves', async () => {
    const { workspace } = await connected(registerPlanApp);
    const page = await open(workspace.url);

    await composer(page).pressSequentially('@mod');
    await page.getByRole('option', { name: '@modelwright' }).waitFor();
    await composer(page).press('Enter');
    await composer(page).pressSequentially('train a model');
    await composer(page).press('Enter');
    await page.getByRole('article').getByText('train a model').first().waitFor();
    await thread(page).getByText('I read 0 files. What is the target?').waitFor();

    await thread(page).getByRole('button', { name: 'Why?' }).click();
    await thread(page).getByText('Only visible to you').waitFor();

    await thread(page).getByRole('button', { name: 'Answer' }).click();
    const form = page.getByRole('dialog', { name: 'One question' });
    const target = form.getByRole('textbox', { name: 'Target column' });
    await target.and(page.locator(':focus')).waitFor();
    await form.getByRole('button', { name: 'Propose' }).click();
    await form.getByText('Please complete this required field.').waitFor();
    await target.fill('tenure');
    await form.getByRole('combobox', { name: 'Metric' }).selectOption('F1');
    await form.getByRole('button', { name: 'Propose' }).click();
    await form.getByText('There is no column tenure.').waitFor();
    expect(await target.getAttribute('aria-invalid')).toBe('true');
    await target.fill('churn');
    await target.press('Enter');
    await form.waitFor({ state: 'detached' });
    await thread(page).getByRole('heading', { name: 'Plan: predict churn by f1' }).waitFor();

    await page.getByRole('radio', { name: 'Ben' }).check();
    await thread(page).getByText('Only visible to you').waitFor({ state: 'detached' });
    await thread(page).getByRole('button', { name: 'Approve' }).click();
    const question = page.getByRole('dialog', { name: 'Start training?' });
    await question.getByRole('button', { name: 'Not yet' }).click();
    await thread(page).getByRole('button', { name: 'Approve' }).click();
    await question.getByRole('button', { name: 'Start' }).click();
    await thread(page).getByText('Approved by @Ben').waitFor();
    expect(errors).toEqual([]);
  });

  test('files are attached by button and by drop, pictures open large, and Escape closes them', async () => {
    const { workspace, driver } = await connected();
    const page = await open(workspace.url);

    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'churn.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    const dropped = await page.evaluateHandle(pictureDrop(PIXEL));
    await page.getByRole('region', { name: '#general' }).dispatchEvent('drop', { dataTransfer: dropped });
    await expect.poll(() => page.getByText('ready to send').count(), WAIT).toBe(2);
    await composer(page).fill('two files');
    await page.getByRole('button', { name: 'Send' }).click();

    const message = page.getByRole('article').filter({ hasText: 'two files' });
    await message.getByRole('link', { name: 'churn.csv' }).waitFor();
    expect(driver.messages({ channel: '#general' })[0].files).toHaveLength(2);

    await message.getByRole('button', { name: /Enlarge picture/ }).click();
    const viewer = page.getByRole('dialog', { name: 'curve.png' });
    const width = () =>
      viewer.getByRole('img').evaluate((image: unknown) => (image as { naturalWidth: number }).naturalWidth);
    await expect.poll(width, WAIT).toBe(1);
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
  });

  test('an answer in another conversation leaves an unread mark until it is looked at', async () => {
    const { workspace, app } = await connected();
    const page = await open(workspace.url);
    await page.getByRole('heading', { name: 'Train your first model here' }).waitFor();
    await app.client.chat.postMessage({ channel: 'C0CHURN', text: 'The run ended.' });
    const item = page.getByRole('button', { name: 'churn-project' });
    await item.getByTitle('1 unread').waitFor();
    await item.click();
    await page.getByRole('article').getByText('The run ended.').waitFor();
    await item.getByTitle('1 unread').waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
  });

  test('at 360 pixels the thread fills the screen, nothing overflows, and back leads to the channel', async () => {
    const { workspace } = await connected(registerPlanApp);
    const page = await open(workspace.url, { width: 360, height: 740 });
    await composer(page).fill('@modelwright train a model');
    await composer(page).press('Enter');
    await thread(page).getByText('What is the target?').waitFor();
    expect(await thread(page).boundingBox()).toMatchObject({ x: 0, width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.goBack();
    await composer(page).waitFor();
    expect(errors).toEqual([]);
  });
});

/** What a drop of one picture carries, as a program for the browser: only there is a DataTransfer. */
function pictureDrop(bytes: Buffer): string {
  return `(() => {
    const transfer = new DataTransfer();
    const bytes = new Uint8Array(${JSON.stringify([...bytes])});
    transfer.items.add(new File([bytes], 'curve.png', { type: 'image/png' }));
    return transfer;
  })()`;
}
