/** Columns that a model sets off against each other, such as a total and one of its parts: shuffled alone, each seems to matter more
 *  than the whole model does. */
import type { MetricName } from '../ml/experiment.ts';
import { formatScore, joinWords, truncate } from './format.ts';
import type { Report } from './report.ts';

/** Errors that grow no faster than the square. Where effects of columns do not depend on each other, the effects of one vary no more
 *  than all of them together do, and shuffling it adds their variance twice: once because what it said is gone, and once because it
 *  says something else. So it costs at most twice what the model gains over saying the mean. */
const BOUNDED: ReadonlySet<MetricName> = new Set(['rmse', 'mae', 'r2', 'brier_score']);
const MOST_TIMES = 2;
const SHOWN = 3;

/** @returns a sentence about those columns whose importance, at the low end of its interval, lies beyond that bound; else null. */
export function cancellingColumns({
  judgement,
  metric,
  forecast,
}: Pick<Report, 'judgement' | 'metric' | 'forecast'>): string | null {
  const { gain, importance } = judgement;
  if (forecast || !BOUNDED.has(metric) || gain.value <= 0) return null;
  const beyond = importance.filter(({ low }) => low > MOST_TIMES * gain.value);
  const [first] = beyond;
  if (!first) return null;
  const names = beyond.slice(0, SHOWN).map(({ column }) => truncate(column, 60));
  const [each, they, them] = beyond.length > 1 ? [' alone', 'they are', 'them'] : ['', 'it is', 'it'];
  return (
    `Shuffling ${joinWords(names)}${each} costs more than twice what the whole model gains over the baseline ` +
    `(${names[0]} ${formatScore(metric, first.mean)}, the model ${formatScore(metric, gain.value)}). That is no sign of great worth: ` +
    `${they} set off against columns that move with ${them}, and shuffled rows are ones that never occur. ` +
    `The ablation trains without ${them} and tells what is really lost.`
  );
}
