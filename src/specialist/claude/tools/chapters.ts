import { z } from 'zod';
import { ChapterName } from '../../../report/chapters/chapter.ts';
import { CHAPTERS } from '../../../report/chapters/chapters.ts';
import type { Reply } from '../../../thread/reply.ts';
import { asData } from '../outside.ts';
import { defineTool, toldReplies } from '../tool.ts';

export const openChapter = defineTool({
  name: 'open_chapter',
  description: `Puts a chapter of the newest report into the thread, with its pictures and its table, and tells you what it says.
- explain: what the model leans on; row: why one held-out row was predicted as it was; errors: where it is wrong most
- fairness: how groups of people are treated; decide: calibration, cut-off and what mistakes cost
- stability: how far the score is luck (seed, folds, rows, time); ablation: what each part of the model is worth
- learning: what more rows would bring
- trials: every trial with its settings; card: the model card as a file`,
  step: 'Opening a chapter of the report',
  schema: z.strictObject({
    chapter: ChapterName,
    row: z.number().int().min(0).describe('For row: its number, counted from 1 below the header; else 0.'),
  }),
  async run({ chapter, row }, { tools }) {
    const replies = await tools.openChapter({ chapter, ...(row > 0 && { row }) });
    const result = toldReplies(replies);
    const said = replies.flatMap((reply) => (reply.kind === 'chapter' ? [wordsOf(reply)] : []));
    return said.length > 0
      ? { ...result, told: `${result.told}\n${asData('chapter', said.join('\n'), 12_000)}` }
      : result;
  },
});

/** Sentences and table, without the file that is shared beside them. */
function wordsOf({ chapter, source }: Extract<Reply, { kind: 'chapter' }>): string {
  const told = CHAPTERS[chapter].tell(source);
  return 'absent' in told ? told.absent : JSON.stringify([told.sentences, told.table]);
}

export const checkClaim = defineTool({
  name: 'check_claim',
  description:
    'Checks on the data what is said of the model that people have today: how sure its score is, how many rows would prove a gain, whether there is room for it. Note existing_score first. The answer comes into the thread by itself.',
  step: 'Checking the claim on the data',
  schema: z.strictObject({}),
  async run(_, { tools }) {
    const replies = await tools.checkClaim();
    return replies.length > 0
      ? toldReplies(replies)
      : {
          told: 'There is nothing to check yet: no score of an existing model is noted, or no data has been read.',
        };
  },
});
