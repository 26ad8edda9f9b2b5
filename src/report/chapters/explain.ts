/** What the model leans on. */
import { METRICS } from '../../ml/metrics/registry.ts';
import { formatInterval, joinWords, plural, truncate } from '../format.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';

const SHOWN = 100;

export function tellExplanation({ report }: ChapterSource): Chapter | Absent {
  const { judgement, metric } = report;
  const { importance } = judgement;
  const { label, greaterIsBetter } = METRICS[metric];
  if (importance.length === 0) {
    return {
      absent: `${label} is not defined on the held-out rows of this run, so nothing can be said of what each column adds to it. Train on more rows, or rank by another metric.`,
    };
  }
  const clear = importance.filter(({ low }) => low > 0);
  const top = clear.slice(0, 3).map(({ column }) => truncate(column, 60));
  return {
    title: 'What the model leans on',
    sentences: [
      top.length > 0
        ? `It leans mostly on ${joinWords(top)}; ${plural(clear.length, 'column')} of ${importance.length} ${clear.length === 1 ? 'has' : 'have'} a clear effect.`
        : 'No single column has a clear effect: the model hardly does worse when any one of them is shuffled.',
      'What a column does for the model is not what it does in the world: nothing here says that changing it would change the outcome.',
    ],
    table: {
      caption: `${greaterIsBetter ? 'Fall' : 'Rise'} of ${label} when a column is shuffled`,
      columns: ['Column', 'Effect', '95% interval'],
      rows: importance.slice(0, SHOWN).map((one) => {
        const shown = formatInterval(metric, { ...one, value: one.mean });
        const [value = '', bounds = ''] = shown.split(/ (?=\[)/);
        return [truncate(one.column, 60), { value: one.mean, text: value }, bounds];
      }),
    },
  };
}
