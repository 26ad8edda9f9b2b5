import { z } from 'zod';
import type { Turn } from '../../../thread/specialist.ts';
import { asData, maskCell } from '../outside.ts';
import type { RowPolicy } from '../settings.ts';
import { columnsOf } from '../situation.ts';
import { defineTool, mistake, toldReplies, toldSentence } from '../tool.ts';

const MOST_COLUMNS = 60;
/** A category of fewer rows may be a person. */
const FEWEST_PER_LABEL = 5;

export const profileData = defineTool({
  name: 'profile_data',
  description:
    'What was seen in the data of this thread: rows, columns with their types, missing values and statistics, warnings, and for the target its classes, the suspects that may give the answer away, the useless columns and the split that the data demands. Call it before you speak of the data.',
  step: 'Looking at the profile',
  schema: z.strictObject({
    columns: z.array(z.string()).describe('Only these columns; empty for all of them.'),
  }),
  async run({ columns }, { turn, rows }) {
    const { data } = turn;
    if (!data) return mistake('There is no data in this thread yet. Ask for a file or an https link to one.');
    const { profile, notes } = data.dataset;
    const unknown = columns.find((name) => !profile.columns.some((column) => column.name === name));
    if (unknown !== undefined) return mistake(`There is no column ${JSON.stringify(unknown)} in the data.`);
    const described = columnsOf(turn, columns, (name) => mayShowLabels(turn, name, rows));
    const told = {
      rows: profile.rows,
      columns: profile.columns.length,
      duplicateRows: profile.duplicateRows,
      likelyTargets: profile.targetCandidates.slice(0, 5).map(({ column, reason }) => ({ column, reason })),
      warnings: profile.warnings,
      notes,
      described: described.slice(0, MOST_COLUMNS),
      ...(described.length > MOST_COLUMNS && { notDescribed: described.length - MOST_COLUMNS }),
      target: data.target && {
        ...data.target,
        classes: data.target.classes.filter(({ count }) => rows === 'plain' || count >= FEWEST_PER_LABEL),
        series: data.target.series?.found.slice(0, 3) ?? null,
      },
    };
    return { told: asData('profile', JSON.stringify(told), 24_000) };
  },
});

/** Categories are statistics where each stands for several rows; names of people and things are not. */
function mayShowLabels({ data }: Turn, name: string, rows: RowPolicy): boolean {
  if (rows === 'plain') return true;
  const column = data?.dataset.profile.columns.find((one) => one.name === name);
  if (!column || (column.type !== 'categorical' && column.type !== 'boolean')) return false;
  return column.top.every(({ count }) => count >= FEWEST_PER_LABEL) && maskCell(name, false, 'x') === 'x';
}

export const sampleRows = defineTool({
  name: 'sample_rows',
  description:
    'A few rows of the data, to see how values are written. What looks personal may be masked, and a workspace may forbid rows altogether.',
  step: 'Looking at a few rows',
  schema: z.strictObject({ count: z.number().int().min(1).max(10).describe('1 to 10') }),
  async run({ count }, { turn, tools, rows }) {
    if (rows === 'never') {
      return mistake('This workspace shows no rows to a language model, only columns and statistics.');
    }
    const outcome = await tools.sampleRows(count);
    if (!outcome.ok) return mistake(toldSentence(outcome.sentence));
    const types = new Map(turn.data?.dataset.profile.columns.map(({ name, type }) => [name, type]));
    const { columns, rows: sampled } = outcome.sample;
    const shown = sampled.map((row) =>
      row.map((value, j) => {
        const column = columns[j] as string;
        const type = types.get(column);
        return rows === 'plain' ? value : maskCell(column, type === 'text' || type === 'id', value);
      }),
    );
    return { told: asData('rows', JSON.stringify({ columns, rows: shown }), 12_000) };
  },
});

export const showProfile = defineTool({
  name: 'show_profile',
  description:
    'Puts the card with the profile, its picture, and the open questions with their buttons and their form into the thread.',
  step: 'Showing the profile',
  schema: z.strictObject({}),
  run: async (_, { tools }) => toldReplies(await tools.showProfile()),
});
