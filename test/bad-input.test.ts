/** Whatever people send: a clear sentence in the thread, nothing lost, and the thread goes on. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FileToShare } from '../playground/driver.ts';
import { buttonsOf, leaksIn, openApp, picturesOf, smallCsv, type TestApp } from './support/app.ts';

const CHANNEL = 'churn-project';

describe('bad input', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app.close());
  afterEach(() => {
    expect(leaksIn(app)).toEqual([]);
  });

  async function send(text: string, ...files: FileToShare[]): Promise<string> {
    return (await app.driver.mention({ user: 'ana', channel: CHANNEL, text, files })).ts;
  }
  const reply = (thread: string, text: string, ...files: FileToShare[]) =>
    app.driver.reply({ user: 'ana', channel: CHANNEL, thread, text, files });
  const waitFor = (thread: string, sentence: RegExp) =>
    app.driver.waitForMessage((m) => m.bot_id !== undefined && sentence.test(m.text), {
      channel: CHANNEL,
      thread,
    });

  /** A better file, and the thread goes on as if nothing had been. */
  async function expectUsable(thread: string): Promise<void> {
    await reply(thread, 'sorry, this one', { bytes: smallCsv(60), name: 'better.csv' });
    const profile = await waitFor(thread, /better\.csv: 60 rows/);
    expect(picturesOf(profile)).toHaveLength(1);
    expect(buttonsOf(profile)).toContain('requirements_open');
  }

  const rows = (n: number, row: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => row(i)).join('\n');
  const table = (header: string, n: number, row: (i: number) => string) => `${header}\n${rows(n, row)}\n`;

  describe('in a file', () => {
    const cases: [string, FileToShare, RegExp][] = [
      ['no bytes', { bytes: '', name: 'none.csv' }, /none\.csv is empty/],
      ['blank lines only', { bytes: '\n\n  \n', name: 'blank.csv' }, /blank\.csv is empty/],
      [
        'a header and no rows',
        { bytes: 'a,b,c\n', name: 'head.csv' },
        /head\.csv has a header line but no rows/,
      ],
      [
        'one column',
        { bytes: table('a', 40, (i) => `${i}`), name: 'one.csv' },
        /one\.csv has only one column/,
      ],
      [
        'five rows',
        { bytes: table('a,b', 5, (i) => `${i},${i}`), name: 'five.csv' },
        /only 5 rows; I need at least 20/,
      ],
      [
        'repeated column names',
        { bytes: table('a,b,a', 40, (i) => `${i},1,2`), name: 'twice.csv' },
        /uses a column name more than once: a\./,
      ],
      [
        'a line with a field too many',
        { bytes: table('a,b', 40, (i) => (i === 20 ? '1,2,3' : `${i},2`)), name: 'ragged.csv' },
        /Line 22 of ragged\.csv has 3 fields, but the header has 2/,
      ],
      [
        'bytes that are no text',
        { bytes: Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256), name: 'data.csv' },
        /data\.csv (is not a text table|is .*which I cannot read)/,
      ],
      [
        'a picture called csv',
        { bytes: Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), name: 'p.csv' },
        /p\.csv is a single picture.*please send a zip/,
      ],
      [
        'an encoding that nobody can tell',
        {
          bytes: Buffer.from(
            table('name,b', 40, (i) => `\x81\x8d\x8f\x90${i},1`),
            'latin1',
          ),
          name: 'enc.csv',
        },
        /cannot tell the character encoding of enc\.csv/,
      ],
      [
        'a web page',
        { bytes: '<!doctype html><html><body>Sign in</body></html>', name: 'page.csv' },
        /page\.csv is a web page/,
      ],
      [
        'two gigabytes',
        { bytes: smallCsv(), name: 'huge.csv', size: 2 * 1024 ** 3 },
        /huge\.csv is larger than 512 MB/,
      ],
      [
        'half a gzip file',
        { bytes: Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75]), name: 'd.csv.gz' },
        /gzip file that is damaged/,
      ],
    ];
    it.each(cases)('%s: says so, and takes a better one', async (_, file, sentence) => {
      const thread = await send('train a model to predict label', file);
      const said = await waitFor(thread, sentence);
      expect(said.thread_ts).toBe(thread);
      await expectUsable(thread);
    });
  });

  describe('as a target', () => {
    const label = (i: number) => (i % 3 === 0 ? 'yes' : 'no');
    const cases: [string, string, string, RegExp][] = [
      [
        'always the same',
        'predict outcome',
        table('size,outcome', 40, (i) => `${i * 3},same`),
        /outcome has only one value \("same"\)/,
      ],
      [
        'empty in every row',
        'predict outcome',
        table('size,colour,outcome', 40, (i) => `${i},${i % 2 ? 'r' : 'g'},`),
        /outcome is empty in all 40 rows/,
      ],
      [
        'an identifier',
        'predict customer_id',
        table('customer_id,size,label', 60, (i) => `id-${i},${i % 7},${label(i)}`),
        /customer_id names rows/,
      ],
      [
        'a class with one row',
        'predict label',
        table('size,label', 60, (i) => `${i},${i === 7 ? 'rare' : label(i)}`),
        /class "rare" of label has only one row/,
      ],
    ];
    it.each(cases)('%s: says why it cannot be learned', async (_, request, bytes, sentence) => {
      const thread = await send(request, { bytes, name: 'target.csv' });
      await waitFor(thread, sentence);
      // The data itself is fine, so its profile comes as well, with the way to another target.
      const profile = await waitFor(thread, /target\.csv: \d+ rows/);
      expect(buttonsOf(profile)).toContain('requirements_open');
      await expectUsable(thread);
    });

    it('not in the data: asks which one, and refuses a typed name that is not there', async () => {
      const bytes = table('width,height,depth', 60, (i) => `${i % 7},${(i * 3) % 11},${(i * 5) % 13}`);
      const thread = await send('predict the revenue', { bytes, name: 'boxes.csv' });
      const profile = await waitFor(thread, /boxes\.csv: 60 rows/);
      expect(profile.text + JSON.stringify(profile.blocks)).toMatch(
        /Which column should be predicted|I take/,
      );
      await expectUsable(thread);
    });
  });

  it('without any file: asks for one and takes it', async () => {
    const thread = await send('train a model to predict churn');
    await waitFor(thread, /What I need is the data/);
    await expectUsable(thread);
  });

  it('one class besides missing ones, a column without any value, infinities: reads them and says what it did', async () => {
    const bytes = table(
      'size,void,ratio,label',
      60,
      (i) => `${i},,${i % 9 === 0 ? 'inf' : i / 7},${i % 2 ? 'a' : 'b'}`,
    );
    const thread = await send('predict label', { bytes, name: 'holes.csv' });
    const profile = await waitFor(thread, /holes\.csv: 60 rows/);
    const words = JSON.stringify(profile.blocks);
    expect(words).toMatch(/void/);
    expect(words).toMatch(/ratio.*infinit|infinit.*ratio/i);
    await reply(thread, 'go ahead');
    const plan = await app.driver.waitForMessage((m) => buttonsOf(m).includes('plan_approve'), {
      channel: CHANNEL,
      thread,
    });
    expect(JSON.stringify(plan.blocks)).toMatch(/Not used.*void/);
  });

  it('3,000 columns: profiles them, and finds a target by its name', async () => {
    const names = Array.from({ length: 2999 }, (_, i) => `column_with_a_longer_name_${i}`);
    const bytes = table([...names, 'label'].join(','), 60, (i) =>
      [...names.map((_, j) => ((i * 31 + j * 17) % 101).toString()), i % 2 ? 'yes' : 'no'].join(','),
    );
    const thread = await send('predict label', { bytes, name: 'wide.csv' });
    const profile = await waitFor(thread, /wide\.csv: 60 rows, 3,000 columns/);
    await app.driver.click({ user: 'ana', message: profile, actionId: 'requirements_open' });
    const form = await app.driver.waitForModal('ana', { callbackId: 'requirements_submit' });
    const send2 = (target: string) =>
      app.driver.submitModal({ user: 'ana', viewId: form.id, values: { target, budget: '20' } });
    expect(await send2('no_such_column')).toMatchObject({
      outcome: 'errors',
      errors: { target: expect.any(String) },
    });
    app.driver.closeModal({ user: 'ana', viewId: form.id });
    await expectUsable(thread);
  });

  describe('behind a link', () => {
    const cases: [string, string, RegExp][] = [
      [
        'an address of this machine',
        'https://127.0.0.1/data.csv',
        /private network address \(127\.0\.0\.1\)/,
      ],
      ['an address of the local network', 'https://10.0.0.1:8443/data.csv', /private network address/],
      ['a name of this machine', 'https://localhost/data.csv', /private network address/],
      [
        'a host that does not exist',
        'https://no-such-host.invalid/data.csv',
        /could not reach no-such-host\.invalid/,
      ],
      ['a link with a password', 'https://ana:secret@127.0.0.1/data.csv', /plain https link/],
    ];
    it.each(cases)('%s: says why it is not opened', async (_, url, sentence) => {
      const thread = await send(`predict label from ${url}`);
      await waitFor(thread, sentence);
      await expectUsable(thread);
    });

    it('that is not https: asks for one that is, or for a file', async () => {
      const thread = await send('predict label from http://example.com/data.csv');
      await waitFor(thread, /https/);
      await expectUsable(thread);
    });
  });

  it('a plan for data that has expired: says so, and goes on with the data sent again', async () => {
    const thread = await send('predict label', { bytes: smallCsv(80), name: 'gone.csv' });
    const profile = await waitFor(thread, /gone\.csv: 80 rows/);
    const artifacts = join(app.home, 'artifacts');
    for (const name of await readdir(artifacts, { recursive: true })) {
      if (/datasets\/[0-9a-f]{64}$/.test(name)) await rm(join(artifacts, name));
    }
    await app.driver.click({ user: 'ana', message: profile, actionId: 'assumptions_accept' });
    await waitFor(thread, /has expired and was deleted. Please upload gone\.csv again/);
    await reply(thread, 'here it is again', { bytes: smallCsv(80), name: 'gone.csv' });
    const again = await app.driver.waitForMessage(
      (m) => /gone\.csv: 80 rows/.test(m.text) && m.ts > profile.ts,
      {
        channel: CHANNEL,
        thread,
      },
    );
    await app.driver.click({ user: 'ana', message: again, actionId: 'assumptions_accept' });
    await app.driver.waitForMessage((m) => buttonsOf(m).includes('plan_approve'), {
      channel: CHANNEL,
      thread,
    });
  });
});
