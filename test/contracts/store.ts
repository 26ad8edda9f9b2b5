/** What every store promises, whatever database it is built on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { type ThreadEvent, type ThreadPlace, threadPlace } from '../../src/thread/events.ts';
import type { UsageEntry } from '../../src/thread/ports.ts';
import {
  AT,
  foldResult,
  PROFILE,
  planRecord,
  report,
  targetProfile,
  trialResult,
  WILD_TEXT,
} from './store-samples.ts';

const MESSAGE: ThreadEvent = { kind: 'message', user: 'U1', text: WILD_TEXT };

export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    let count = 0;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    /** Every test has a thread in a workspace of its own. */
    async function openThread(): Promise<ThreadPlace> {
      const place = threadPlace(`T${++count}`, 'C1', '1700000000.000100');
      await store.threads.open(place, 'U1');
      return place;
    }

    describe('usage', () => {
      const entry = (change: Partial<UsageEntry>): UsageEntry => ({
        key: 'k1',
        team: 'T1',
        threadId: 'thread',
        user: 'U1',
        at: AT,
        model: 'claude',
        inputTokens: 10,
        outputTokens: 20,
        cacheReadTokens: 3_000_000_000,
        cacheWriteTokens: 40,
        microdollars: 5_000_000_000,
        ...change,
      });

      it('adds up by workspace, person, thread and time, each request once', async () => {
        const { team, id: threadId } = await openThread();
        const { usage } = store;
        const since = AT.slice(0, 8);
        expect(await usage.total(team, '')).toMatchObject({ requests: 0, microdollars: 0 });
        await usage.add(entry({ key: `${team}-1`, team, threadId }));
        await usage.add(entry({ key: `${team}-1`, team, threadId, inputTokens: 999 }));
        await usage.add(entry({ key: `${team}-2`, team, user: 'U2' }));
        await usage.add(entry({ key: `${team}-3`, team: `${team}-other` }));
        await usage.add(entry({ key: `${team}-4`, team, at: '2000-01-01T00:00:00.000Z' }));
        expect(await usage.total(team, since)).toEqual({
          requests: 2,
          inputTokens: 20,
          outputTokens: 40,
          cacheReadTokens: 6_000_000_000,
          cacheWriteTokens: 80,
          microdollars: 10_000_000_000,
        });
        expect((await usage.total(team, since, { user: 'U2' })).requests).toBe(1);
        expect((await usage.total(team, '', { threadId })).requests).toBe(1);
        expect((await usage.total(team, '')).requests).toBe(3);
      });
    });

    describe('threads', () => {
      it('remember their place and their first owner', async () => {
        const place = await openThread();
        await store.threads.open(place, 'U2');
        expect(await store.threads.find(place.id)).toEqual({ place, owner: 'U1' });
        expect(await store.threads.find('T0-C1-1.0')).toBeNull();
      });

      it('keep events in order, each key once, text as it was', async () => {
        const { id } = await openThread();
        const other = await openThread();
        expect(await store.threads.append(id, 'a', MESSAGE)).toBe(true);
        expect(await store.threads.append(id, 'b', { kind: 'replied', text: 'second' })).toBe(true);
        expect(await store.threads.append(id, 'a', { kind: 'replied', text: 'a again' })).toBe(false);
        expect(await store.threads.append(other.id, 'a', { kind: 'replied', text: 'elsewhere' })).toBe(true);
        expect(await store.threads.events(id)).toEqual([MESSAGE, { kind: 'replied', text: 'second' }]);
        expect(await store.threads.event(id, 'b')).toEqual({ kind: 'replied', text: 'second' });
        expect(await store.threads.event(id, 'c')).toBeNull();
      });

      it('give one of many simultaneous appends of a key to one caller, and lose none of different keys', async () => {
        const { id } = await openThread();
        const appends = Array.from({ length: 30 }, (_, i) =>
          store.threads.append(id, `key-${i % 10}`, { kind: 'replied', text: `key-${i % 10}` }),
        );
        expect((await Promise.all(appends)).filter(Boolean)).toHaveLength(10);
        const texts = (await store.threads.events(id)).map((event) => event.kind === 'replied' && event.text);
        expect(texts.sort()).toEqual(Array.from({ length: 10 }, (_, i) => `key-${i}`));
      });

      it('refuse events of a thread that was never opened', async () => {
        await expect(store.threads.append('T0-C1-1.0', 'a', MESSAGE)).rejects.toThrow(/no thread/);
      });

      it('refuse events that are none', async () => {
        const { id } = await openThread();
        await expect(store.threads.append(id, 'a', { kind: 'gossip' } as never)).rejects.toThrow();
        expect(await store.threads.events(id)).toEqual([]);
      });
    });

    describe('data sets', () => {
      it('come back as they were saved, to their own workspace only', async () => {
        const { team } = await openThread();
        const dataset = {
          team,
          hash: 'b'.repeat(64),
          name: WILD_TEXT,
          format: 'csv',
          bytes: 3e9,
          profile: PROFILE,
        };
        await store.datasets.save({ ...dataset, notes: [] });
        await store.datasets.save({ ...dataset, notes: ['read again'] });
        expect(await store.datasets.find(team, dataset.hash)).toEqual({ ...dataset, notes: ['read again'] });
        expect(await store.datasets.find('T0', dataset.hash)).toBeNull();
      });

      it('have a profile for each target, whatever the column is called', async () => {
        const { team } = await openThread();
        const hash = 'c'.repeat(64);
        for (const target of ['churn', WILD_TEXT, 'x'.repeat(20_000)]) {
          await store.datasets.saveTargetProfile(team, hash, targetProfile(target));
          expect(await store.datasets.findTargetProfile(team, hash, target)).toEqual(targetProfile(target));
          expect(await store.datasets.findTargetProfile('T0', hash, target)).toBeNull();
        }
        expect(await store.datasets.findTargetProfile(team, hash, 'other')).toBeNull();
      });
    });

    describe('plans', () => {
      it('come back with the order of their keys, oldest version first', async () => {
        const { id } = await openThread();
        await store.plans.propose(planRecord(id, 1));
        await store.plans.propose(planRecord(id, 2));
        const [first, second] = await store.plans.ofThread(id);
        expect(first).toEqual({ ...planRecord(id, 1), status: 'superseded' });
        expect(second).toEqual(planRecord(id, 2));
        expect(JSON.stringify(second.plan)).toBe(JSON.stringify(planRecord(id, 2).plan));
        expect(await store.plans.find('none')).toBeNull();
      });

      it('do not mind being proposed again, even late', async () => {
        const { id } = await openThread();
        for (const version of [1, 2, 1, 2]) await store.plans.propose(planRecord(id, version));
        const statuses = (await store.plans.ofThread(id)).map(({ status }) => status);
        expect(statuses).toEqual(['superseded', 'proposed']);
      });

      it('leave one proposed plan when several arrive at once in any order', async () => {
        const { id } = await openThread();
        await Promise.all([3, 1, 4, 2].map((version) => store.plans.propose(planRecord(id, version))));
        const statuses = (await store.plans.ofThread(id)).map(({ status }) => status);
        expect(statuses).toEqual(['superseded', 'superseded', 'superseded', 'proposed']);
      });

      it('give a version to one of two people who edit at once, and tell the other', async () => {
        const { id } = await openThread();
        const edits = [planRecord(id, 1), { ...planRecord(id, 1), id: `other-${id}`, hash: 'other' }];
        const outcomes = await Promise.allSettled(edits.map((edit) => store.plans.propose(edit)));
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
          reason: { code: 'PLAN_VERSION_TAKEN' },
        });
      });

      it('are decided once, by one of many clicks at once', async () => {
        const { id } = await openThread();
        const plan = planRecord(id, 1);
        await store.plans.propose(plan);
        const clicks = Array.from({ length: 12 }, (_, i) =>
          store.plans.decide(plan.id, plan.hash, i % 2 ? 'approved' : 'rejected', {
            by: `U${i}`,
            at: AT,
            reason: WILD_TEXT,
          }),
        );
        const outcomes = await Promise.all(clicks);
        const winner = outcomes.findIndex(({ decided }) => decided);
        expect(outcomes.filter(({ decided }) => decided)).toHaveLength(1);
        for (const { record } of outcomes) {
          expect(record).toEqual({
            ...plan,
            status: winner % 2 ? 'approved' : 'rejected',
            decision: { by: `U${winner}`, at: AT, reason: WILD_TEXT },
          });
        }
      });

      it('are not decided by a stale card: wrong hash, superseded, unknown', async () => {
        const { id } = await openThread();
        const [old, current] = [planRecord(id, 1), planRecord(id, 2)];
        await store.plans.propose(old);
        await store.plans.propose(current);
        const decision = { by: 'U1', at: AT, reason: null };
        const superseded = await store.plans.decide(old.id, old.hash, 'approved', decision);
        expect(superseded).toMatchObject({
          decided: false,
          record: { status: 'superseded', decision: null },
        });
        const edited = await store.plans.decide(current.id, 'another hash', 'approved', decision);
        expect(edited).toMatchObject({ decided: false, record: { status: 'proposed' } });
        expect(await store.plans.decide('none', 'h', 'approved', decision)).toEqual({
          decided: false,
          record: null,
        });
      });

      it('that were decided stay so when a newer version is proposed', async () => {
        const { id } = await openThread();
        const plan = planRecord(id, 1);
        await store.plans.propose(plan);
        await store.plans.decide(plan.id, plan.hash, 'approved', { by: 'U1', at: AT, reason: null });
        await store.plans.propose(planRecord(id, 2));
        expect((await store.plans.ofThread(id)).map(({ status }) => status)).toEqual([
          'approved',
          'proposed',
        ]);
      });
    });

    describe('runs', () => {
      const unused = { earlierSeconds: 0, cpuSeconds: 0 };
      const queued = { startedAt: null, endedAt: null, stoppedBy: null, reason: null, ...unused };

      it('are created once for a plan and numbered without gaps in their workspace', async () => {
        const { id, team } = await openThread();
        const plans = Array.from({ length: 20 }, (_, i) => `${id}-plan-${i % 5}`);
        const runs = await Promise.all(plans.map((plan) => store.runs.create(plan, id, team, AT)));
        expect(new Set(runs.map((run) => `${run.id} ${run.number}`)).size).toBe(5);
        expect([...new Set(runs.map((run) => run.number))].sort()).toEqual([1, 2, 3, 4, 5]);
        expect(runs[0]).toEqual({
          id: plans[0],
          threadId: id,
          number: runs[0].number,
          state: 'queued',
          queuedAt: AT,
          ...queued,
        });
      });

      it('are found by id, by number in their workspace, by thread and newest first by workspace', async () => {
        const [mine, other] = [await openThread(), await openThread()];
        const first = await store.runs.create(`${mine.id}-a`, mine.id, mine.team, AT);
        const second = await store.runs.create(`${mine.id}-b`, mine.id, mine.team, AT);
        const foreign = await store.runs.create(`${other.id}-a`, other.id, other.team, AT);
        expect(await store.runs.find(second.id)).toEqual(second);
        expect(await store.runs.findByNumber(mine.team, 2)).toEqual(second);
        expect(await store.runs.findByNumber(other.team, 1)).toEqual(foreign);
        expect(await store.runs.findByNumber(other.team, 2)).toBeNull();
        expect(await store.runs.ofThread(mine.id)).toEqual([first, second]);
        expect(await store.runs.ofTeam(mine.team, 10)).toEqual([second, first]);
        expect(await store.runs.ofTeam(mine.team, 1)).toEqual([second]);
        expect(await store.runs.find('none')).toBeNull();
      });

      it('move through legal states only, with the fields given and no others', async () => {
        const { id, team } = await openThread();
        const run = await store.runs.create(`${id}-a`, id, team, AT);
        expect(await store.runs.move(run.id, 'finished')).toBeNull();
        expect(await store.runs.move(run.id, 'running', { startedAt: AT })).toEqual({
          ...run,
          state: 'running',
          startedAt: AT,
        });
        const used = { earlierSeconds: 1.25, cpuSeconds: 2.5 };
        expect(await store.runs.move(run.id, 'running', used)).toMatchObject({
          startedAt: AT,
          ...used,
        });
        expect(await store.runs.move(run.id, 'stopping', { stoppedBy: 'U2' })).toMatchObject({
          stoppedBy: 'U2',
        });
        expect(await store.runs.move(run.id, 'judging')).toMatchObject({ state: 'judging' });
        const ended = await store.runs.move(run.id, 'stopped', { endedAt: AT, reason: WILD_TEXT });
        expect(ended).toMatchObject({ state: 'stopped', reason: WILD_TEXT, stoppedBy: 'U2', startedAt: AT });
        expect(await store.runs.move(run.id, 'failed')).toBeNull();
        expect(await store.runs.find(run.id)).toEqual(ended);
        expect(await store.runs.move('none', 'running')).toBeNull();
      });

      it('end once when several end them at once', async () => {
        const { id, team } = await openThread();
        const run = await store.runs.create(`${id}-a`, id, team, AT);
        await store.runs.move(run.id, 'running');
        await store.runs.move(run.id, 'judging');
        const ends = await Promise.all(
          Array.from({ length: 8 }, (_, i) =>
            store.runs.move(run.id, i % 2 ? 'finished' : 'failed', { reason: `${i}` }),
          ),
        );
        expect(ends.filter(Boolean)).toHaveLength(1);
      });

      it('keep folds and trials bit for bit, each once, by number', async () => {
        const { id, team } = await openThread();
        const { id: run } = await store.runs.create(`${id}-a`, id, team, AT);
        await Promise.all([1, 0, 1].map((fold) => store.runs.saveFold(run, 3, foldResult(fold))));
        await store.runs.saveFold(run, 10, foldResult(0));
        await store.runs.saveFold(run, 3, { ...foldResult(0), bestStep: 99 });
        expect(await store.runs.folds(run)).toEqual([
          { trialNumber: 3, fold: foldResult(0) },
          { trialNumber: 3, fold: foldResult(1) },
          { trialNumber: 10, fold: foldResult(0) },
        ]);
        const kept = await Promise.all(
          [10, 2, 2, 10].map((number) => store.runs.saveTrial(run, trialResult(number))),
        );
        expect(kept.filter(Boolean)).toHaveLength(2);
        expect(await store.runs.trials(run)).toEqual([trialResult(2), trialResult(10)]);
        expect(await store.runs.trials('none')).toEqual([]);
      });

      it('refuse results with numbers that JSON cannot hold', async () => {
        const { id } = await openThread();
        await expect(store.runs.saveTrial(id, { ...trialResult(0), seconds: Number.NaN })).rejects.toThrow();
        await expect(
          store.runs.saveFold(id, 0, { ...foldResult(0), fitSeconds: Infinity }),
        ).rejects.toThrow();
      });
    });

    it('reports come back as they were saved last', async () => {
      const place = await openThread();
      const value = report(`${place.id}-a`);
      const shelf = { threadId: place.id, team: place.team };
      await store.reports.save({ ...value, caveats: ['first'] }, shelf);
      await store.reports.save(value, shelf);
      expect(await store.reports.find(value.runId)).toEqual(value);
      expect(await store.reports.find('none')).toBeNull();
    });

    it("a workspace's reports are those of its newest runs, and no other's", async () => {
      const [place, other] = [await openThread(), await openThread()];
      const team = `${place.team}-reports`;
      const numbers: number[] = [];
      for (const name of ['first', 'second', 'third']) {
        const id = `${place.id}-${name}`;
        const run = await store.runs.create(id, place.id, team, '2026-01-31T12:00:00.000Z');
        numbers.unshift(run.number);
        await store.reports.save({ ...report(id), runNumber: run.number }, { threadId: place.id, team });
      }
      const elsewhere = `${other.id}-elsewhere`;
      await store.runs.create(elsewhere, other.id, `${team}-other`, '2026-01-31T12:00:00.000Z');
      await store.reports.save(report(elsewhere), { threadId: other.id, team: `${team}-other` });
      const found = await store.reports.ofTeam(team, 2);
      expect(found.map(({ runNumber }) => runNumber)).toEqual(numbers.slice(0, 2));
    });

    describe('the inbox', () => {
      it('takes a thing once, under either of its names', async () => {
        const name = `inbox-${++count}`;
        expect(await store.inbox.record(`${name}-Ev1`, { text: WILD_TEXT }, `${name}-T1-C1-1.0`)).toBe(true);
        expect(await store.inbox.record(`${name}-Ev1`, {})).toBe(false);
        expect(await store.inbox.record(`${name}-Ev2`, {}, `${name}-T1-C1-1.0`)).toBe(false);
        expect(await store.inbox.record(`${name}-Ev3`, {})).toBe(true);
        const races = await Promise.all(
          Array.from({ length: 10 }, (_, i) => store.inbox.record(`${name}-race-${i}`, {}, `${name}-same`)),
        );
        expect(races.filter(Boolean)).toHaveLength(1);
      });

      it('replays what was not done, oldest first, and forgets what is old', async () => {
        await store.inbox.forgetOlderThan(0);
        await store.inbox.record('Ev-b', { n: 1, text: WILD_TEXT });
        await store.inbox.record('Ev-a', { n: 2 });
        await store.inbox.record('Ev-c', { n: 3 });
        await store.inbox.done('Ev-a');
        await store.inbox.done('Ev-unknown');
        expect(await store.inbox.pending()).toEqual([
          { eventId: 'Ev-b', body: { n: 1, text: WILD_TEXT } },
          { eventId: 'Ev-c', body: { n: 3 } },
        ]);
        expect(await store.inbox.forgetOlderThan(1)).toBe(0);
        expect(await store.inbox.forgetOlderThan(0)).toBe(3);
        expect(await store.inbox.pending()).toEqual([]);
      });
    });

    describe('the ledger of posts', () => {
      it('gives a key to one of many who claim it, and later says where it was posted', async () => {
        const key = `post-${++count}`;
        const claims = await Promise.all(Array.from({ length: 8 }, () => store.posts.claim(key)));
        expect(claims.map(({ state }) => state).sort()).toEqual(['new', ...Array(7).fill('pending')]);
        expect(await store.posts.find(key)).toBeNull();
        await store.posts.posted(key, 'C1', '1.5');
        expect(await store.posts.claim(key)).toEqual({ state: 'posted', channel: 'C1', ts: '1.5' });
        expect(await store.posts.find(key)).toEqual({ channel: 'C1', ts: '1.5' });
      });

      it('remembers the first file that was uploaded under a key', async () => {
        const key = `upload-${++count}`;
        expect(await store.posts.findUpload(key)).toBeNull();
        await store.posts.uploaded(key, 'F1');
        await store.posts.uploaded(key, 'F2');
        expect(await store.posts.findUpload(key)).toBe('F1');
      });
    });
  });
}
