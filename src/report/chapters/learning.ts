/** What more rows would bring. */
import { METRICS } from '../../ml/metrics/registry.ts';
import type { LearningCurve, Studies } from '../../ml/studies.ts';
import { formatBounds, formatCount, formatDifference, formatInterval, formatScore } from '../format.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';
import { NOT_REACHED, studiedSentence, studiesOf } from './studied.ts';

export function tellLearning(source: ChapterSource): Chapter | Absent {
  const studies = studiesOf(source);
  if (typeof studies === 'string') return { absent: studies };
  const { curve, metric } = studies;
  if (source.report.forecast) return { absent: FORECAST };
  if (!curve) return { absent: NOT_REACHED };
  const { label } = METRICS[metric];
  return {
    title: 'Would more rows help?',
    sentences: [
      answer(curve, studies),
      ...doublingSentence(curve, studies),
      CHOSEN[curve.chosen],
      'The setting is the same at every size. It was chosen for all rows, so that with few of them a simpler one might do better.',
      studiedSentence(studies, source.report),
    ],
    table: {
      caption: `${label} by rows trained on, over the folds`,
      columns: ['Rows trained on', label, '95% interval', 'From'],
      rows: [
        ...curve.sizes.map((size) => ({ ...size, from: 'measured' })),
        ...curve.ahead.map((size) => ({ ...size, from: 'curve continued' })),
      ].map(({ rows, score, from }) => [
        { value: rows, text: formatCount(rows) },
        { value: score.value, text: formatScore(metric, score.value) },
        formatBounds(metric, score),
        from,
      ]),
    },
  };
}

const FORECAST =
  'A forecast learns from the whole history of its series: a smaller part of it would be another question, not a smaller table. "Stability" tells how far its score is luck.';

const CHOSEN: Readonly<Record<LearningCurve['chosen'], string>> = {
  random:
    'Smaller sizes are random parts of the training rows, each within the next; it is assumed that more rows would be like these.',
  groups: 'Smaller sizes are whole groups of rows; it is assumed that more groups would be like these.',
  newest: 'Smaller sizes are the newest rows before those that are judged: more rows would be older ones.',
};

function answer({ rows, ahead, sizes }: LearningCurve, { metric }: Studies): string {
  const { label } = METRICS[metric];
  const [now, twice] = ahead;
  const last = sizes.at(-1);
  if (!now || !twice || !last) {
    return `With so few sizes or folds the curve cannot be continued: at ${formatCount(last?.rows ?? 0)} rows ${label} is ${last ? formatInterval(metric, last.score) : 'not known'}.`;
  }
  return `Twice the rows, ${formatCount(twice.rows)} in place of ${formatCount(rows)}, would bring ${label} to about ${formatInterval(metric, twice.score)}, against ${formatScore(metric, now.score.value)} with what there is: ${
    isBeyond(now.score, twice.score)
      ? 'more rows should help'
      : 'within what the folds differ by, so do not expect much'
  }.`;
}

/** Whether the continued score lies outside of the interval of today's. */
function isBeyond(now: { low: number; high: number }, then: { value: number }): boolean {
  return then.value < now.low || then.value > now.high;
}

function doublingSentence({ lastDoubling, sizes }: LearningCurve, { metric }: Studies): string[] {
  const [half, last] = sizes.slice(-2);
  if (!lastDoubling || !half || !last) return [];
  const shown = lastDoubling.low > 0 ? 'which is more than chance' : 'which may be chance';
  return [
    `From ${formatCount(half.rows)} to ${formatCount(last.rows)} rows the same folds gained ${formatDifference(metric, lastDoubling, last.score.value)}, ${shown}.`,
  ];
}
