import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunState } from '../../src/run/run.ts';
import { stopRun } from '../../src/thread/stop.ts';
import { AT, type Conversation, openTestStory, spoken, type TestStory } from './conversation.ts';

let test: TestStory;
beforeAll(async () => {
  test = await openTestStory();
});
afterAll(() => test.close());

async function withRuns(...paths: RunState[][]) {
  const thread = await test.conversation();
  const { id, team } = thread.place;
  const runs = [];
  for (const [i, path] of paths.entries()) {
    const run = await test.story.runs.create(`${id}-run${i}`, id, team, AT);
    for (const state of path) await test.story.runs.move(run.id, state);
    runs.push(run);
  }
  return { thread, runs };
}
const stop = ({ place }: Conversation, runId?: string) => stopRun(test.story, place.id, 'U2', 'k', runId);
const stateOf = async (runId: string) => (await test.story.runs.find(runId))?.state;

describe('stopping', () => {
  it('says so when nothing is running', async () => {
    const { thread } = await withRuns(['running', 'judging', 'finished']);
    expect(spoken(await stop(thread))).toBe('Nothing is running in this thread.');
  });

  it.each([[['running']], [[]]] as RunState[][][])(
    'asks a run to stop, and notes who did: %j',
    async (path) => {
      const { thread, runs } = await withRuns(path as RunState[]);
      const { id, number } = runs[0] as (typeof runs)[0];
      expect(spoken(await stop(thread))).toBe(
        `Stopping run ${number}. The best finished trial is kept and judged.`,
      );
      expect(await test.story.runs.find(id)).toMatchObject({ state: 'stopping', stoppedBy: 'U2' });
      expect(await thread.events()).toContainEqual({ kind: 'stop-requested', user: 'U2', runId: id });
      expect(spoken(await stop(thread))).toBe(`Run ${number} is already stopping.`);
    },
  );

  it('leaves a run that is being judged to its end', async () => {
    const { thread, runs } = await withRuns(['running', 'judging']);
    expect(spoken(await stop(thread))).toContain('is past its trials');
    expect(await stateOf(runs[0]?.id ?? '')).toBe('judging');
  });

  it('without a name stops everything that goes on in the thread', async () => {
    const { thread, runs } = await withRuns(['running', 'judging', 'finished'], ['running'], []);
    expect(spoken(await stop(thread)).split('\n')).toHaveLength(2);
    expect(await Promise.all(runs.map(({ id }) => stateOf(id)))).toEqual([
      'finished',
      'stopping',
      'stopping',
    ]);
  });

  it('with a name stops that run only, and none of another thread', async () => {
    const { thread, runs } = await withRuns(['running'], ['running']);
    await stop(thread, runs[1]?.id);
    expect(await Promise.all(runs.map(({ id }) => stateOf(id)))).toEqual(['running', 'stopping']);
    const { thread: other } = await withRuns();
    expect(spoken(await stop(other, runs[0]?.id))).toBe('Nothing is running in this thread.');
    expect(await stateOf(runs[0]?.id ?? '')).toBe('running');
  });
});
