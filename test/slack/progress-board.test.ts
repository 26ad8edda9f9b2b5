import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../src/slack/blocks.ts';
import { ProgressBoard } from '../../src/slack/progress-board.ts';

const say = (text: string): Message => ({ text, blocks: [] });

interface Shown {
  readonly key: string;
  readonly text: string;
  readonly atMs: number;
}

describe('the progress board', () => {
  const start = Date.parse('2026-03-04T10:00:00Z');
  let shown: Shown[];
  let errors: unknown[];
  /** What Slack answers; by default it takes everything. */
  let slack: (key: string) => Promise<boolean>;
  let board: ProgressBoard;

  beforeEach(() => {
    vi.useFakeTimers({ now: start });
    shown = [];
    errors = [];
    slack = async () => true;
    board = new ProgressBoard(
      (key, { text }) => {
        shown.push({ key, text, atMs: Date.now() - start });
        return slack(key);
      },
      (error) => errors.push(error),
    );
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const texts = () => shown.map((entry) => entry.text);

  it('shows the first state at once and then only the newest of every three seconds', async () => {
    for (let i = 0; i <= 100; i++) {
      board.show('run', say(`${i}`));
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts()).toEqual(['0', '29', '59', '89', '100']);
    expect(shown.map((entry) => entry.atMs)).toEqual([0, 3000, 6000, 9000, 12_000]);
  });

  it('touches a workspace at most forty times in any minute, and shows every message in the end', async () => {
    for (let second = 0; second < 180; second++) {
      for (let run = 0; run < 30; run++) board.show(`run-${run}`, say(`${second}`));
      await vi.advanceTimersByTimeAsync(1000);
    }
    for (const { atMs } of shown) {
      const within = shown.filter((entry) => entry.atMs >= atMs && entry.atMs < atMs + 60_000);
      expect(within.length).toBeLessThanOrEqual(40);
    }
    await vi.advanceTimersByTimeAsync(120_000);
    const last = new Map(shown.map((entry) => [entry.key, entry.text]));
    expect([...last.values()]).toEqual(Array.from({ length: 30 }, () => '179'));
  });

  it('lets an ended run go before the others when the minute is full', async () => {
    for (let run = 0; run < 60; run++) board.show(`run-${run}`, say('going'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown).toHaveLength(40);
    board.show('run-59', say('finished'), true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shown[40]).toMatchObject({ key: 'run-59', text: 'finished' });
  });

  it('does not keep a new message waiting for an older one’s turn', async () => {
    board.show('a', say('1'));
    await vi.advanceTimersByTimeAsync(10);
    board.show('a', say('2'));
    board.show('b', say('1'));
    await vi.advanceTimersByTimeAsync(10);
    expect(shown.map((entry) => entry.key)).toEqual(['a', 'b']);
  });

  it('always shows the last state, and nothing after it', async () => {
    board.show('run', say('50%'));
    await vi.advanceTimersByTimeAsync(100);
    board.show('run', say('finished'), true);
    board.show('run', say('a late 60%'));
    await vi.advanceTimersByTimeAsync(3000);
    board.show('run', say('a very late 70%'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(texts()).toEqual(['50%', 'finished']);
  });

  it('never lets a slow older update overtake the last one', async () => {
    const landed: string[] = [];
    let isFirst = true;
    board = new ProgressBoard(
      async (_, { text }) => {
        const delayMs = isFirst ? 20_000 : 10;
        isFirst = false;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        landed.push(text);
        return true;
      },
      () => {},
    );
    board.show('run', say('slow 50%'));
    await vi.advanceTimersByTimeAsync(4000);
    board.show('run', say('finished'), true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(landed).toEqual(['slow 50%', 'finished']);
  });

  it('tries a refused state a bounded number of times, and a newer one afresh', async () => {
    slack = async () => {
      throw new Error('ratelimited');
    };
    board.show('run', say('50%'));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(shown).toHaveLength(5);
    expect(errors).toHaveLength(5);
    slack = async () => true;
    board.show('run', say('60%'));
    await vi.advanceTimersByTimeAsync(10);
    expect(texts().at(-1)).toBe('60%');
  });

  it('comes back to a message that was not posted yet', async () => {
    let isPosted = false;
    slack = async () => isPosted;
    board.show('run', say('finished'), true);
    await vi.advanceTimersByTimeAsync(2000);
    isPosted = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shown).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it('shows what waits when it closes, and is silent from then on', async () => {
    board.show('a', say('1'));
    await vi.advanceTimersByTimeAsync(10);
    board.show('a', say('2'));
    board.show('b', say('1'), true);
    await board.close();
    expect(shown.map(({ key, text }) => `${key} ${text}`)).toEqual(['a 1', 'a 2', 'b 1']);
    slack = async () => false;
    board.show('a', say('3'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shown).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for an update on its way before it is closed', async () => {
    let land: (taken: boolean) => void = () => {};
    slack = () => new Promise((resolve) => (land = resolve));
    board.show('a', say('1'));
    await vi.advanceTimersByTimeAsync(10);
    let isClosed = false;
    const closing = board.close().then(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(isClosed).toBe(false);
    land(true);
    await closing;
    expect(texts()).toEqual(['1']);
  });
});
