import { z } from 'zod';
import { safeMarkdown } from '../safe-markdown.ts';
import { defineTool, mistake, toldReplies } from '../tool.ts';

/** Numbers that are offered and not claimed: how long, how many. */
const OFFERS =
  /\b\d[\d.,]*\s?(?:s|sec(?:ond)?s?|min(?:ute)?s?|h(?:our)?s?|days?|weeks?|months?|trials?|rows?)\b/gi;

export const askPerson = defineTool({
  name: 'ask_person',
  description:
    'Asks a question with a button for each answer, below your words. For questions with a few answers that neither the thread nor the data decides. Never for an approval. Stop after it: the answer comes as a message.',
  step: 'Asking you',
  schema: z.strictObject({
    question: z.string().min(1).max(300),
    options: z.array(z.string().min(1).max(70)).min(2).max(5),
  }),
  async run({ question, options }, { sources }) {
    const claims = [question, ...options.map((option) => option.replace(OFFERS, ''))];
    const numbers = claims.flatMap((words) => sources.unsourced(words));
    if (numbers.length > 0) return mistake(`No tool returned ${numbers.join(', ')}. Ask without it.`);
    const plain = (words: string) =>
      safeMarkdown(words)
        .replace(/[*_`]/g, '')
        .replace(/&(amp|lt|gt);/g, '')
        .trim();
    return {
      ...toldReplies([{ kind: 'choice', question: plain(question), options: options.map(plain) }]),
      told: 'The question is asked below your words. Say at most why you ask, and stop.',
    };
  },
});

export const stopRun = defineTool({
  name: 'stop_run',
  description:
    'Stops the run that is going on in this thread, when a person wants that. The best finished trial is kept and judged.',
  step: 'Stopping the run',
  schema: z.strictObject({}),
  run: async (_, { tools }) => toldReplies(await tools.stopRun()),
});
