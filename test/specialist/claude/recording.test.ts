import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diligentModel } from '../../../playground/claude/diligent-model.ts';
import { replayed, startRecorder } from '../../../playground/claude/recording.ts';
import { startFakeClaude } from '../../../playground/claude/server.ts';
import type { Reply } from '../../../src/thread/reply.ts';
import { API_KEY, type ClaudeStory, openClaudeStory } from './claude-story.ts';

let test: ClaudeStory;
let folder: string;
let file: string;
let recorded: readonly Reply[];
beforeAll(async () => {
  test = await openClaudeStory();
  folder = await mkdtemp(join(tmpdir(), 'mw-recording-'));
  file = join(folder, 'conversation.jsonl');
  const recorder = await startRecorder(file, test.claude.url);
  test.claude.play(diligentModel);
  recorded = await talk(recorder.url);
  await recorder.close();
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

/** @returns everything that was answered. */
async function talk(baseUrl: string, last = 'go ahead'): Promise<readonly Reply[]> {
  const thread = await test.conversation(test.specialist({}, baseUrl));
  await thread.dataIsRead();
  const replies: Reply[] = [];
  for (const words of ['what is the mean of amount by plan?', 'predict churned, use 4 trials', last])
    replies.push(...(await thread.say(words)));
  return replies;
}

describe('a recorded conversation', () => {
  it('is played again word for word, tools and all, without the model', async () => {
    expect(recorded.length).toBeGreaterThan(2);
    const player = await startFakeClaude(await replayed(file));
    try {
      expect(await talk(player.url)).toEqual(recorded);
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      expect(player.requests).toHaveLength(lines.length);
    } finally {
      await player.close();
    }
  });

  it('holds requests and answers, and no key', async () => {
    const text = await readFile(file, 'utf8');
    expect(text).toContain('go ahead');
    expect(text).toContain('message_stop');
    expect(text).not.toContain(API_KEY);
  });

  it('is no answer to other words', async () => {
    const model = await replayed(file);
    const [first] = (await readFile(file, 'utf8')).split('\n');
    const { request } = JSON.parse(first as string);
    expect(model(request, 0)).toMatchObject({ events: expect.any(Array) });
    expect(() => model(request, 1)).toThrow(/request 1 is not the recorded one/);
    expect(() => model(request, 1000)).toThrow(/only \d+ answers/);
  });
});
