import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkClaim, giveClaimUp } from '../../jobs/claim.ts';
import { deliver } from '../../jobs/deliver.ts';
import { readData } from '../../src/command-line/read-data.ts';
import { datasetArtifact } from '../../src/thread/artifact-names.ts';
import type { JobPayloads } from '../../src/thread/ports.ts';
import type { Speaker } from '../../src/thread/speaker.ts';
import { openTestStory, type TestStory } from '../thread/conversation.ts';

let folder: string;
let test: TestStory;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-claim-'));
  test = await openTestStory();
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
});

it('a claim about recordings is not checked on their single rows, which say the outcome of their neighbours', async () => {
  const rows = Array.from({ length: 240 }, (_, i) => {
    const recording = Math.floor(i / 8);
    return `r${recording},${(recording * 7 + i) % 13},${recording % 2 ? 'yes' : 'no'}`;
  });
  const text = `recording,signal,label\n${rows.join('\n')}\n`;
  const path = join(folder, 'waves.csv');
  await writeFile(path, text);
  const { data, reader } = await readData(path, 'waves.csv');
  const target = await reader.profileTarget(data.path, data.name, data.profile, 'label');
  const thread = await test.conversation();
  await thread.dataIsRead({ profile: data.profile, target });
  const { dataset } = await thread.state();
  await test.story.artifacts.put(datasetArtifact('T1', dataset?.hash ?? ''), Buffer.from(text));
  const existing = { metric: null, score: 0.85, wanted: 0.9 };
  const requirements = { existing, windows: { id: 'recording', order: null } };
  await thread.append({ kind: 'requirements-set', user: 'U1', requirements });
  const examine = () => Promise.reject(new Error('single rows were looked at'));
  const { signal } = new AbortController();
  await checkClaim(
    { story: test.story, reader, examine, foreign: examine },
    { threadId: thread.place.id, key: 'k' },
    signal,
  );
  const checks = (await thread.events()).flatMap((event) =>
    event.kind === 'claim-checked' ? [event.check] : [],
  );
  expect(checks).toMatchObject([
    { score: 0.85, findings: null, problem: expect.stringContaining('Recordings are judged as a whole') },
  ]);
});

it('a check that the queue gives up says so in the thread, and one that was made before stands', async () => {
  const thread = await test.conversation();
  const payload = { threadId: thread.place.id, key: 'lost' };
  const failure = { code: 'INTERNAL', sentence: 'Something broke on our side.' };
  await giveClaimUp(test, payload, failure);
  const deliveries = test.story.queue.jobs.filter(({ id }) => id.includes('claim-lost'));
  expect(deliveries).toHaveLength(1);
  const said: string[] = [];
  const speaker: Speaker = {
    say: async (_place, _key, replies) => {
      said.push(...replies.map((reply) => JSON.stringify(reply)));
    },
  };
  const nothing = async () => {};
  const deps = { story: test.story, speaker, runEnded: nothing, planChanged: nothing };
  await deliver(deps, deliveries[0]?.payload as JobPayloads['deliver']);
  expect(said).toEqual([
    expect.stringMatching(/could not check what was said of your model.*Something broke on our side/),
  ]);
  await giveClaimUp(test, payload, { ...failure, sentence: 'Again.' });
  const failed = (await thread.events()).filter(({ kind }) => kind === 'claim-failed');
  expect(failed).toMatchObject([{ sentence: 'Something broke on our side.' }]);
});
