/** Rates by group, for each sensitive column. */
import type { SensitiveColumn } from '../../ml/evidence.ts';
import type { Interval } from '../../ml/judgement.ts';
import type { ChapterSource } from '../chapters/chapter.ts';
import { confirmedColumns, positiveName } from '../chapters/fairness.ts';
import { formatShare, plural, truncate } from '../format.ts';
import type { PictureSpec } from './picture.ts';
import type { Block } from './scene.ts';
import { stack } from './scene.ts';
import { layoutSheet } from './sheet.ts';
import { type Bar, layoutTable, type TableCell, type TableSpec } from './table-picture.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';

/** More would make a picture that nobody scrolls through; the table has them all. */
const MOST_COLUMNS = 3;

type Group = SensitiveColumn['groups'][number];

/** @returns null where nothing was called sensitive. */
export function fairnessPicture(source: ChapterSource): PictureSpec | null {
  const columns = confirmedColumns(source);
  if (columns.length === 0) return null;
  const positive = positiveName(source.report);
  const title = 'How groups are treated';
  const blocks = columns
    .slice(0, MOST_COLUMNS)
    .flatMap((column): Block[] => [
      stack(
        [heading(`By ${truncate(column.column, 50)}`), layoutTable(ratesTable(column), WIDTH - 2 * MARGIN)],
        4,
      ),
    ]);
  const hidden = columns.length - MOST_COLUMNS;
  const scene = layoutSheet({
    title,
    subtitle: `Selected: the share that is taken for ${positive}. Found: of those that are, the share taken for it. Wrongly taken: of those that are not. Happened: the share that is.`,
    blocks,
    footnote: `Bars: 95% intervals, each from 0% to 100%. Ring under Happened: what was predicted on average; calibrated where it lies within the bar. Grey groups have too few rows (under 30) and are in no comparison.${
      hidden > 0 ? ` ${plural(hidden, 'more column is', 'more columns are')} in the table.` : ''
    }`,
  });
  const altText = columns
    .map(
      ({ column, groups }) =>
        `By ${column}: ${groups
          .map(
            (group) =>
              `${groupName(column, group.group)} (${plural(group.rows, 'row')}${group.isSmall ? ', too few' : ''}) selected ${share(group.selectionRate)}, found ${share(group.truePositiveRate)}, wrongly taken ${share(group.falsePositiveRate)}, predicted ${formatShare(group.meanProbability)}, happened ${share(group.observedRate)}`,
          )
          .join('; ')}.`,
    )
    .join(' ');
  return { fileName: 'fairness.png', title, altText, scene };
}

function heading(text: string): Block {
  return {
    height: 30,
    shapes: [{ kind: 'text', x: 0, y: 15, text, size: SIZE.body, weight: 700, colour: COLOUR.ink }],
  };
}

const RATES = [
  { heading: 'Selected', of: (group: Group) => group.selectionRate },
  { heading: 'Found', of: (group: Group) => group.truePositiveRate },
  { heading: 'Wrongly taken', of: (group: Group) => group.falsePositiveRate },
  {
    heading: 'Happened',
    of: (group: Group) => group.observedRate,
    ring: (group: Group) => group.meanProbability,
  },
] as const;

/** What a flag or a number says nothing without: the name of its column. */
function groupName(column: string, group: string): string {
  return /^(-?[\d.]+|yes|no|true|false)$/i.test(group)
    ? `${truncate(column, 24)} = ${truncate(group, 8)}`
    : truncate(group, 26);
}

function ratesTable({ column, groups }: SensitiveColumn): TableSpec {
  return {
    columns: [
      { heading: 'Group', kind: 'text' },
      ...RATES.map(({ heading: name }) => ({ heading: name, kind: 'bar' as const })),
    ],
    rows: groups.map((group) => ({
      cells: [
        { text: groupName(column, group.group), note: plural(group.rows, 'row') },
        ...RATES.map((rate): TableCell => {
          const interval = rate.of(group);
          if (!interval) return { text: '–' };
          const ring = 'ring' in rate ? rate.ring(group) : undefined;
          return { text: formatShare(interval.value), bar: bar(interval, group.isSmall, ring) };
        }),
      ],
    })),
  };
}

function bar({ value, low, high }: Interval, isSmall: boolean, reference?: number): Bar {
  return {
    from: 0,
    to: 1,
    value,
    low,
    high,
    ...(reference === undefined ? {} : { reference }),
    colour: isSmall ? COLOUR.faint : COLOUR.blue,
  };
}

function share(interval: Interval | null): string {
  return interval ? formatShare(interval.value) : 'of no rows';
}
