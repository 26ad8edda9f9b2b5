/** What the model leans on, and what its columns do to single predictions. */
import type { Explanation } from '../../ml/evidence.ts';
import { METRICS } from '../../ml/metrics/registry.ts';
import { cancellingColumns } from '../cancelling-columns.ts';
import { formatCount, formatInterval, joinWords, plural, truncate } from '../format.ts';
import type { Report } from '../report.ts';
import { unitOf, unitsOf } from '../unit-words.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';
import { effectSize, unitWords } from './effect-words.ts';

const SHOWN = 100;

export function tellExplanation({ report, evidence }: ChapterSource): Chapter | Absent {
  const { judgement, metric } = report;
  const { importance } = judgement;
  const { label, greaterIsBetter } = METRICS[metric];
  const explanation = evidence?.explanation ?? null;
  if (importance.length === 0 && !explanation) {
    return {
      absent: `${label} is not defined on the held-out ${unitsOf(report)} of this run, so nothing can be said of what each column adds to it. Train on more rows, or rank by another metric.`,
    };
  }
  const clear = importance.filter(({ low }) => low > 0);
  const cancelling = cancellingColumns(report);
  const top = clear.slice(0, 3).map(({ column }) => truncate(column, 60));
  const sizes = new Map(explanation?.columns.map(({ name, meanSize }) => [name, meanSize]));
  return {
    title: 'What the model leans on',
    sentences: [
      top.length > 0
        ? `It leans mostly on ${joinWords(top)}; ${plural(clear.length, 'column')} of ${importance.length} ${clear.length === 1 ? 'has' : 'have'} a clear effect.`
        : 'No single column has a clear effect: the model hardly does worse when any one of them is shuffled.',
      ...(explanation ? effectSentences(report, explanation) : []),
      ...(cancelling ? [cancelling] : []),
      'What a column does for the model is not what it does in the world: nothing here says that changing it would change the outcome. Columns that move together share their effects.',
    ],
    table: {
      caption: `${greaterIsBetter ? 'Fall' : 'Rise'} of ${label} when a column is shuffled${explanation ? `, and mean size of its effect on a prediction (${unitWords(explanation, report).unit})` : ''}`,
      columns: ['Column', 'When shuffled', '95% interval', ...(explanation ? ['Mean effect'] : [])],
      rows: importance.slice(0, SHOWN).map((one) => {
        const shown = formatInterval(metric, { ...one, value: one.mean });
        const [value = '', bounds = ''] = shown.split(/ (?=\[)/);
        const size = sizes.get(one.column);
        return [
          truncate(one.column, 60),
          { value: one.mean, text: value },
          bounds,
          ...(explanation
            ? [
                size === undefined
                  ? 'not told apart'
                  : { value: size, text: effectSize(explanation.unit, size) },
              ]
            : []),
        ];
      }),
    },
  };
}

function effectSentences(report: Report, explanation: Explanation): string[] {
  const { rows, of, method } = explanation;
  const listed = explanation.columns.filter(({ name }) => name !== null);
  const [first] = listed;
  if (!first) return [];
  const { unit } = unitWords(explanation, report);
  const [example] = rows;
  const how =
    method === 'trees'
      ? 'exact Shapley values of its trees'
      : 'Shapley values from sampled orders, each with its standard error';
  return [
    `On a single ${unitOf(report)} ${truncate(first.name ?? '', 60)} moves the prediction by ${effectSize(explanation.unit, first.meanSize)} on average (${unit}); these are ${how}, of ${formatCount(rows.length)} of ${plural(of, `held-out ${unitOf(report)}`)}.`,
    ...(example === undefined
      ? []
      : [
          `To see one row, ask "why row ${example + 1}?", with its number in the data that was uploaded, counted from 1 below the header.`,
        ]),
  ];
}
