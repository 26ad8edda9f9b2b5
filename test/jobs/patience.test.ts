import { describe, expect, it } from 'vitest';
import { patient } from '../../jobs/patience.ts';
import { openStore } from '../../src/store/store.ts';
import { tinyJournal } from '../run/tiny-engine.ts';

const refused = () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

/** A journal whose server is away for the first so many questions. */
async function journalAwayFor(times: number, error = refused()) {
  const store = await openStore({ memory: true });
  const journal = tinyJournal(store.runs);
  let asked = 0;
  return {
    asked: () => asked,
    close: () => store.close(),
    journal: {
      ...journal,
      find: (runId: string) => (++asked <= times ? Promise.reject(error) : journal.find(runId)),
    },
  };
}

describe('a patient journal', () => {
  it('asks again while the server is away', async () => {
    const { journal, asked, close } = await journalAwayFor(3);
    expect(await patient(journal, new AbortController().signal).find('nobody')).toBeNull();
    expect(asked()).toBe(4);
    await close();
  });

  it('passes on at once what is no outage', async () => {
    const { journal, asked, close } = await journalAwayFor(
      1,
      Object.assign(new Error('a fault'), { code: '42601' }),
    );
    await expect(patient(journal, new AbortController().signal).find('nobody')).rejects.toThrow('a fault');
    expect(asked()).toBe(1);
    await close();
  });

  it('says what was wrong when its process is asked to end', async () => {
    const { journal, close } = await journalAwayFor(Number.POSITIVE_INFINITY);
    const controller = new AbortController();
    const found = patient(journal, controller.signal).find('nobody');
    controller.abort();
    await expect(found).rejects.toThrow('refused');
    await close();
  });
});
