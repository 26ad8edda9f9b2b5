import { z } from 'zod';
import { Condition, DataQuestion, Measure } from '../../../profile/data-question.ts';
import { asData } from '../outside.ts';
import { defineTool, mistake, toldSentence } from '../tool.ts';

/** Groups of fewer rows are not told, unless the workspace shows rows anyway. */
const SMALLEST_GROUP = 5;

const Wire = z.strictObject({
  title: z
    .string()
    .max(120)
    .describe('What is asked, in a few words of the person; the title of the picture.'),
  measures: z
    .array(
      z.strictObject({
        what: Measure.shape.what,
        column: z.string().describe('"" for rows'),
        detail: z
          .string()
          .describe(
            'share: the value counted; correlation: the other column; quantile: from 0 to 1; otherwise ""',
          ),
      }),
    )
    .min(1)
    .max(6),
  groups: z
    .array(
      z.strictObject({
        column: z.string(),
        by: z
          .string()
          .describe(
            '"" for the values themselves; the width of bins of a number; year, quarter, month, week, day, weekday or hour of a date',
          ),
      }),
    )
    .max(2),
  conditions: z
    .array(
      z.strictObject({
        column: z.string(),
        is: Condition.shape.is,
        value: z.string().describe('"" for missing and present'),
      }),
    )
    .max(8),
  order: z.enum(['group', 'size']).describe('size: the largest first measure first'),
  most: z.number().int().min(1).max(50).describe('Groups told, 1 to 50; 20 is usual.'),
  draw: z.boolean().describe('Whether an answer by groups also goes into the thread, as a picture.'),
});

export const queryData = defineTool({
  name: 'query_data',
  description:
    'Asks the data of this thread: counts, means, shares, quantiles and correlations, over groups and under conditions. The only way to a number about the data that the profile does not hold, and with draw the only way to a chart of it.',
  step: 'Asking the data',
  schema: Wire,
  async run({ draw, title, ...wire }, { tools, rows, sources }) {
    const numbers = draw ? sources.unsourced(title) : [];
    if (numbers.length > 0)
      return mistake(`No tool returned ${numbers.join(', ')}. Choose a title without it.`);
    const question = DataQuestion.safeParse(questionOf(wire));
    if (!question.success) return mistake(question.error.issues[0]?.message ?? 'That cannot be asked.');
    const outcome = await tools.askData(question.data, rows === 'plain' ? 1 : SMALLEST_GROUP);
    if (!outcome.ok) return mistake(toldSentence(outcome.sentence));
    const { answer } = outcome;
    return {
      told: asData('query', JSON.stringify(answer), 12_000),
      replies:
        draw && answer.nGroups > 0 && answer.rows.length > 0 ? [{ kind: 'answer', title, answer }] : [],
    };
  },
});

const PARTS = /^(?:year|quarter|month|week|day|weekday|hour)$/;

function questionOf({
  measures,
  groups,
  conditions,
  order,
  most,
}: Omit<z.infer<typeof Wire>, 'draw' | 'title'>): unknown {
  return {
    measures: measures.map(({ what, column, detail }) => ({
      what,
      ...(column !== '' && { column }),
      ...(what === 'share' && { value: detail }),
      ...(what === 'correlation' && { other: detail }),
      ...(what === 'quantile' && { at: Number(detail) }),
    })),
    groups: groups.map(({ column, by }) => ({
      column,
      ...(PARTS.test(by) ? { part: by } : by !== '' && { width: Number(by) }),
    })),
    conditions: conditions.map(({ column, is, value }) => ({
      column,
      is,
      ...(is !== 'missing' && is !== 'present' && { value }),
    })),
    order,
    most,
  };
}
