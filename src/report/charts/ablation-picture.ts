/** What each part of the model brings. */
import { METRICS } from '../../ml/metrics/registry.ts';
import { partName, partTitle, verdict } from '../chapters/ablation.ts';
import type { ChapterSource } from '../chapters/chapter.ts';
import { studiesOf } from '../chapters/studied.ts';
import { formatDifference, formatScore, plural } from '../format.ts';
import type { PictureSpec } from './picture.ts';
import { layoutSheet } from './sheet.ts';
import { layoutTable, type TableSpec } from './table-picture.ts';
import { COLOUR, MARGIN, WIDTH } from './theme.ts';

const COLOURS = { helps: COLOUR.blue, harms: COLOUR.vermillion, 'not shown': COLOUR.faint } as const;
const KINDS = {
  columns: 'columns',
  step: 'preprocessing',
  augmentation: 'augmentation',
  member: 'member',
} as const;

/** @returns null where nothing was left out. */
export function ablationPicture(source: ChapterSource): PictureSpec | null {
  const studies = studiesOf(source);
  if (typeof studies === 'string' || !studies.ablation) return null;
  const { metric, ablation } = studies;
  const { parts, score, modelScore } = ablation;
  const { label, greaterIsBetter } = METRICS[metric];
  const title = 'What each part is worth';
  const from = Math.min(0, ...parts.map(({ gain }) => gain.low));
  const to = Math.max(Number.EPSILON, ...parts.map(({ gain }) => gain.high));
  const table: TableSpec = {
    columns: [
      { heading: 'Left out', kind: 'text' },
      { heading: '', kind: 'bar' },
      { heading: 'It brings', kind: 'number' },
    ],
    rows: parts.map((part) => ({
      cells: [
        { text: partTitle(part, source.report, 44), note: KINDS[part.kind] },
        {
          bar: {
            ...{ from, to, origin: 0 },
            ...part.gain,
            colour: COLOURS[verdict(part)],
          },
        },
        // The bar shows the interval; a name needs the room more.
        { text: formatDifference(metric, part.gain, part.without).replace(/ \[.*/, '') },
      ],
    })),
  };
  const hasMembers = parts.some(({ kind }) => kind === 'member');
  const whole =
    hasMembers && score !== modelScore
      ? `Whole: ${formatScore(metric, score)} of what was trained again, ${formatScore(metric, modelScore)} of the model that members are left out of.`
      : `Whole: ${formatScore(metric, score)}.`;
  const scene = layoutSheet({
    title,
    subtitle: `${greaterIsBetter ? 'Fall' : 'Rise'} of ${label} when one part is left out and the rest is trained again, on the same ${plural(ablation.rows, 'row')}.`,
    blocks: [layoutTable(table, WIDTH - 2 * MARGIN)],
    footnote: `${whole} Thin line: 95% interval. Blue: shown to help after correcting for ${plural(parts.length, 'part')} (Holm, 5%). Grey: not shown. Orange: better without.`,
  });
  const altText = `${label} lost without each part: ${parts
    .map(
      (part) =>
        `${partName(part, source.report)} ${formatDifference(metric, part.gain, part.without)}, ${verdict(part)}`,
    )
    .join('; ')}. ${whole}`;
  return { fileName: 'ablation.png', title, altText, scene };
}
