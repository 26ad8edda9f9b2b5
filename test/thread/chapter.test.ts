import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChapterName } from '../../src/report/chapters/chapter.ts';
import { CHAPTERS } from '../../src/report/chapters/chapters.ts';
import { chapterIn } from '../../src/specialist/rule-based/chapter-words.ts';
import { understand } from '../../src/specialist/rule-based/understand.ts';
import { evidenceArtifact } from '../../src/thread/artifact-names.ts';
import { openChapter } from '../../src/thread/chapter.ts';
import { approvePlan } from '../../src/thread/decide.ts';
import { telcoReport } from '../report/sample-runs.ts';
import { ANYONE, AT, openTestStory, person, spoken, type TestStory } from './conversation.ts';

describe('asking for a chapter', () => {
  let test: TestStory;
  beforeAll(async () => {
    test = await openTestStory();
  });
  afterAll(() => test.close());

  /** A thread whose run has ended with a report, and with nothing beside it: an old one. */
  async function oldRun() {
    const thread = await test.conversation();
    await thread.dataIsRead();
    const { id, hash } = await thread.planIsProposed();
    await approvePlan(test.story, ANYONE, person('U1'), { planId: id, hash });
    const run = await test.story.runs.create(id, thread.place.id, 'T1', AT);
    const report = { ...telcoReport(), runId: run.id };
    await test.story.reports.save(report, { threadId: thread.place.id, team: 'T1' });
    return { thread, run, report };
  }

  it('gets every chapter that needs nothing but the report, and for the others why not', async () => {
    const { thread, run } = await oldRun();
    for (const chapter of ChapterName.options) {
      const [reply] = await openChapter(test.story, thread.place, { chapter, runId: run.id });
      if (reply?.kind === 'chapter')
        expect(CHAPTERS[chapter].tell(reply.source)).not.toHaveProperty('absent');
      else expect(spoken(reply ? [reply] : [])).toMatch(/^\*?[\w ]+, run \d+:.{20,}/);
    }
  });

  it('says that there is no report yet, and none of another thread', async () => {
    const { run } = await oldRun();
    const other = await test.conversation();
    const sentence = 'There is no report in this thread yet: once a run has ended, ask me again.';
    expect(spoken(await openChapter(test.story, other.place, { chapter: 'explain', runId: run.id }))).toBe(
      sentence,
    );
    expect(spoken(await other.say('explain the model'))).toBe(sentence);
  });

  it('takes a sentence for the word that columns are sensitive, without a new plan', async () => {
    const { thread } = await oldRun();
    expect(spoken(await thread.say('sensitive: contract and tenure'))).toMatch(/^Noted: .*are sensitive/);
    expect((await thread.state()).requirements.sensitive?.slice().sort()).toEqual(['contract', 'tenure']);
    expect(thread.jobs('propose')).toHaveLength(0);
    await thread.say('no column is sensitive');
    expect((await thread.state()).requirements.sensitive).toEqual([]);
  });

  it('takes what it cannot read for a run without chapters', async () => {
    const { thread, run } = await oldRun();
    const bytes = new TextEncoder().encode('{"heldOut": 3}');
    await test.story.artifacts.put(evidenceArtifact('T1', run.id), bytes);
    const [reply] = await openChapter(test.story, thread.place, { chapter: 'explain', runId: run.id });
    expect(reply).toMatchObject({ kind: 'chapter', source: { evidence: null } });
  });
});

describe('words for chapters', () => {
  it.each([
    ['explain', 'explain'],
    ['explain the model', 'explain'],
    ['which columns matter?', 'explain'],
    ['can you explain it?', 'explain'],
    ['is it fair?', 'fairness'],
    ['does it discriminate?', 'fairness'],
    ['where is it wrong?', 'errors'],
    ['show me the worst slices', 'errors'],
    ['why was row 17 flagged?', 'row'],
    ['row 1,204?', 'row'],
    ['how stable is it?', 'stability'],
    ['is the score just luck?', 'stability'],
    ['what happens with another seed?', 'stability'],
    ['show the ablation', 'ablation'],
    ['which columns can we drop?', 'ablation'],
    ['what parts of the model matter?', 'ablation'],
    ['learning curve?', 'learning'],
    ['would more data help?', 'learning'],
    ['what would twice the rows bring?', 'learning'],
  ] as const)('takes %j for %s', (words, chapter) => {
    expect(understand(words)).toMatchObject({ intent: 'chapter', chapter: { chapter } });
  });

  it.each([
    'explain auc',
    'why this split?',
    'explain stratified',
    'predict shap',
    'train a model that explains churn',
    'how many rows are there?',
    'what is a seed?',
    'use seed 7',
    'I can give you more data',
    'what does learning rate mean?',
    'drop the column age',
    'train a model that helps with more rows',
  ])('leaves %j to others', (words) => {
    expect(understand(words).intent).not.toBe('chapter');
    expect(chapterIn('')).toBeNull();
  });
});
