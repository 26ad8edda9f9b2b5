/** The score against the rows trained on, and where more of them would lead. */
import { METRICS } from '../../ml/metrics/registry.ts';
import type { ChapterSource } from '../chapters/chapter.ts';
import { tellLearning } from '../chapters/learning.ts';
import { studiesOf } from '../chapters/studied.ts';
import { capitalise, formatCount, formatInterval } from '../format.ts';
import { curveChart } from './curve-chart.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet, titledChart } from './sheet.ts';

const HEIGHT = 430;

/** @returns null where there is no curve. */
export function learningPicture(source: ChapterSource): PictureSpec | null {
  const studies = studiesOf(source);
  const told = tellLearning(source);
  if (typeof studies === 'string' || !studies.curve || 'absent' in told) return null;
  const { metric, curve } = studies;
  const { sizes, ahead } = curve;
  const seen = sizes.map(({ rows, score }) => ({ x: rows, score }));
  // What there is now lies next to the largest size that the folds trained on.
  const beyond = ahead.map(({ rows, score }) => ({ x: rows, score }));
  const { title } = told;
  const [answer = ''] = told.sentences;
  const scene = layoutSheet({
    title,
    subtitle: answer,
    blocks: [
      titledChart(
        `${capitalise(METRICS[metric].label)} over the folds, with 95% intervals`,
        HEIGHT,
        curveChart({ metric, seen, beyond }),
      ),
    ],
    footnote:
      beyond.length > 0
        ? `Filled: measured. Hollow: the curve continued, to all ${formatCount(curve.rows)} rows that there are, to twice and four times as many; it assumes that they are like these, and that the setting stays.`
        : 'Measured. There are too few sizes or folds to continue the curve.',
  });
  const points = [...sizes, ...ahead].map(
    ({ rows, score }, i) =>
      `${formatInterval(metric, score)} at ${formatCount(rows)} rows${i < sizes.length ? '' : ' (continued)'}`,
  );
  return { fileName: 'learning.png', title, altText: `${answer} ${points.join('; ')}.`, scene };
}
