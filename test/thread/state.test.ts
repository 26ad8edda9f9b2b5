import { describe, expect, it } from 'vitest';
import { NO_REQUIREMENTS } from '../../src/requirements/requirements.ts';
import type { DataSource, ThreadEvent } from '../../src/thread/events.ts';
import { threadState } from '../../src/thread/state.ts';

const file = (name: string): DataSource => ({ kind: 'file', fileId: `F-${name}`, name, bytes: 1 });
const received = (name: string): ThreadEvent => ({ kind: 'data-received', user: 'U1', source: file(name) });
const refused = (name: string): ThreadEvent => ({
  kind: 'data-refused',
  name,
  code: 'DATA_EMPTY',
  sentence: 'It is empty.',
});
const profiled = (name: string, target: string | null = null, hash = name): ThreadEvent => ({
  kind: 'profiled',
  hash,
  name,
  target,
});
const set = (
  requirements: Extract<ThreadEvent, { kind: 'requirements-set' }>['requirements'],
): ThreadEvent => ({
  kind: 'requirements-set',
  user: 'U1',
  requirements,
});
const requested = (key?: string): ThreadEvent => ({
  kind: 'proposal-requested',
  user: 'U1',
  ...(key ? { key } : {}),
});
const proposed = (planId: string, version = 1): ThreadEvent => ({ kind: 'plan-proposed', planId, version });
const decided = (planId: string, decision: 'approved' | 'rejected'): ThreadEvent => ({
  kind: 'plan-decided',
  user: 'U2',
  planId,
  decision,
  reason: null,
});
const failed: ThreadEvent = { kind: 'proposal-failed', code: 'X', sentence: 'No.' };

describe('the state of a thread', () => {
  it('begins with nothing', () => {
    expect(threadState([])).toEqual({
      requirements: NO_REQUIREMENTS,
      dataset: null,
      theirs: null,
      unread: [],
      reading: null,
      proposing: false,
      proposalKey: null,
      planId: null,
      planStatus: null,
    });
  });

  it('is not changed by what was only said', () => {
    const events: ThreadEvent[] = [
      { kind: 'message', user: 'U1', text: 'hi' },
      { kind: 'replied', text: 'hello' },
      { kind: 'stop-requested', user: 'U1', runId: 'r' },
      { kind: 'run-ended', runId: 'r', state: 'finished' },
    ];
    expect(threadState(events)).toEqual(threadState([]));
  });
});

describe('data', () => {
  it('is being read until it is profiled or refused', () => {
    expect(threadState([received('a')]).reading).toEqual(file('a'));
    expect(threadState([received('a'), refused('a')])).toMatchObject({ reading: null, dataset: null });
    expect(threadState([received('a'), profiled('a')])).toMatchObject({
      reading: null,
      dataset: { name: 'a' },
    });
  });

  it('that comes while other data is read waits for its turn, whatever becomes of the first', () => {
    for (const end of [profiled('a'), refused('a')]) {
      expect(threadState([received('a'), received('b'), end]).reading).toEqual(file('b'));
    }
  });

  it('that was overtaken by newer data is not read any more', () => {
    expect(threadState([received('a'), received('b'), profiled('b')])).toMatchObject({
      reading: null,
      unread: [],
      dataset: { name: 'b' },
    });
  });

  it('that is refused under another name is the oldest that waits', () => {
    expect(threadState([received('a'), refused('the data')]).reading).toBeNull();
    expect(threadState([received('a'), received('b'), refused('the data')]).reading).toEqual(file('b'));
  });

  it('that is sent twice under one name is read twice', () => {
    expect(threadState([received('a'), received('a'), profiled('a')]).reading).toEqual(file('a'));
    expect(threadState([received('a'), received('a'), profiled('a'), profiled('a')]).reading).toBeNull();
  });

  it('that is new forgets what was decided about columns, and keeps what is wanted', () => {
    const { requirements } = threadState([
      profiled('a', 'churn'),
      set({ goal: 'predict churn', budgetSeconds: 60, split: { kind: 'time', column: 'day' } }),
      { kind: 'column-decided', user: 'U1', column: 'id', decision: 'drop' },
      profiled('b', 'label'),
    ]);
    expect(requirements).toEqual({
      ...NO_REQUIREMENTS,
      goal: 'predict churn',
      budgetSeconds: 60,
      target: 'label',
    });
  });

  it('that is the same keeps the decisions, and takes a target that was named this time', () => {
    const { requirements } = threadState([
      profiled('a', null),
      { kind: 'column-decided', user: 'U1', column: 'id', decision: 'drop' },
      profiled('a', 'churn'),
    ]);
    expect(requirements).toMatchObject({ target: 'churn', columnDecisions: { id: 'drop' } });
  });
});

describe('requirements', () => {
  it('add up over messages and buttons', () => {
    const { requirements } = threadState([
      set({ goal: 'predict churn' }),
      set({ metric: 'recall', columnDecisions: { a: 'keep' } }),
      { kind: 'column-decided', user: 'U1', column: 'b', decision: 'known' },
      set({ metric: null }),
    ]);
    expect(requirements).toEqual({
      ...NO_REQUIREMENTS,
      goal: 'predict churn',
      columnDecisions: { a: 'keep', b: 'known' },
    });
  });

  it('hold decisions about columns of any name', () => {
    const events = ['__proto__', 'constructor'].map(
      (column): ThreadEvent => ({ kind: 'column-decided', user: 'U1', column, decision: 'drop' }),
    );
    const { columnDecisions } = threadState(events).requirements;
    expect(Object.keys(columnDecisions)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(columnDecisions)).toBe(Object.prototype);
  });
});

describe('plans', () => {
  it('are being made from the request until one is proposed or cannot be', () => {
    expect(threadState([requested('k1')])).toMatchObject({ proposing: true, proposalKey: 'k1' });
    expect(threadState([requested()])).toMatchObject({ proposing: true, proposalKey: null });
    expect(threadState([requested('k1'), failed])).toMatchObject({ proposing: false, proposalKey: null });
    expect(threadState([requested('k1'), proposed('p1')])).toMatchObject({
      proposing: false,
      planId: 'p1',
      planStatus: 'proposed',
    });
  });

  it('are known by the newest, and a decision on an older one does not count for it', () => {
    const events = [proposed('p1'), proposed('p2', 2), decided('p1', 'approved')];
    expect(threadState(events)).toMatchObject({ planId: 'p2', planStatus: 'proposed' });
    expect(threadState([...events, decided('p2', 'rejected')])).toMatchObject({ planStatus: 'rejected' });
  });
});
