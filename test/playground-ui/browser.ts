import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = BROWSERS.find((path) => existsSync(path));
const isBuilt = existsSync(fileURLToPath(new URL('../../playground/ui/dist/index.html', import.meta.url)));

/** Why the page cannot be tried here; empty when it can. */
export const obstacle = [
  executablePath ? '' : 'no Chromium in /usr/bin',
  isBuilt ? '' : 'the page is not built (npm run build)',
]
  .filter(Boolean)
  .join(', ');

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? '',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Everything that the page complained about in its console, or threw. */
export function watchForErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    // A refused act is answered with status 400, which the browser logs by itself.
    if (message.type() === 'error' && !message.text().includes('status of 400')) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}
