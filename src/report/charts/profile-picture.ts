/** A data set at a glance: size, target, kinds of columns, the columns worth a look, what is missing. */
import type { ColumnProfile, ImageProfile, Profile, TargetProfile } from '../../profile/profile.ts';
import { formatCount, formatShare, joinWords, plural, truncate } from '../format.ts';
import { columnPanel, formatCell, histogramBlock } from './column-panel.ts';
import { classPanels, stamps } from './contact-sheet.ts';
import { drawPicture, type Picture, type PictureSpec } from './picture.ts';
import { type Block, moveShape, type Shape, stack } from './scene.ts';
import { shareBar } from './share-bar.ts';
import { layoutSheet } from './sheet.ts';
import { COLOUR, MARGIN, SIZE, WIDTH } from './theme.ts';

const INNER = WIDTH - 2 * MARGIN;
const GUTTER = 36;
const PANELS = 6;
const MISSING_SHOWN = 4;

/** @param target what is known about the column to predict, if one is known. @param name of the data set. */
export function drawProfile(profile: Profile, target: TargetProfile | null, name: string): Promise<Picture> {
  return drawPicture(profilePicture(profile, target, name));
}

export function profilePicture(profile: Profile, target: TargetProfile | null, name: string): PictureSpec {
  const { rows, columns } = profile;
  const missing = missingShare(profile);
  const shown = interestingColumns(profile, target);
  const suspects = new Set(target?.suspects.map((suspect) => suspect.column));
  const width = (INNER - GUTTER) / 2;
  const panels = shown.map((column) =>
    columnPanel(column, rows, width, suspects.has(column.name) ? 'may leak the target' : undefined),
  );
  const types = typeCounts(columns);
  const title = truncate(name, 60);
  const scene = layoutSheet({
    title,
    subtitle: `${contents(profile, types)} ${
      target
        ? `To predict: ${truncate(target.target, 60)}, ${TASK_WORDS[target.task]}.`
        : 'No target chosen yet.'
    }`,
    blocks: [
      tiles(profile.images?.source === 'files' ? pictureFacts(profile, profile.images) : tableFacts(profile)),
      ...targetBlocks(profile, target),
      ...pictureBlocks(profile, target),
      ...(panels.length > 0 ? [section(panelHeading(shown.length, columns.length), grid(panels))] : []),
      ...missingBlocks(profile),
    ],
    ...footnote(profile, target),
  });
  const altText = [
    `${name}: ${plural(rows, 'row')}, ${plural(columns.length, 'column')} (${types.map((type) => `${type.count} ${type.name}`).join(', ')}), ` +
      `${formatShare(missing)} of cells missing, ${plural(profile.duplicateRows, 'duplicate row')}.`,
    ...(profile.images?.source === 'files' ? [contents(profile, types)] : []),
    targetWords(profile, target),
    ...shown.map((column) => columnWords(column, rows)),
    ...(target?.suspects ?? []).map(suspicion),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
  return { fileName: 'profile.png', title, altText, scene };
}

const TASK_WORDS = {
  binary: 'one of two classes',
  multiclass: 'one of several classes',
  regression: 'a number',
} as const;

type Fact = readonly [value: string, words: string];

function tableFacts(profile: Profile): Fact[] {
  const { rows, columns, duplicateRows } = profile;
  return [
    [formatCount(rows), rows === 1 ? 'row' : 'rows'],
    [formatCount(columns.length), columns.length === 1 ? 'column' : 'columns'],
    [formatShare(missingShare(profile)), 'of cells missing'],
    [formatCount(duplicateRows), duplicateRows === 1 ? 'duplicate row' : 'duplicate rows'],
  ];
}

function pictureFacts({ rows }: Profile, { width, height, copies, nUnreadable }: ImageProfile): Fact[] {
  return [
    [formatCount(rows), rows === 1 ? 'picture' : 'pictures'],
    [`${width} × ${height}`, 'pixels each'],
    [formatCount(copies), copies === 1 ? 'exact copy' : 'exact copies'],
    [formatCount(nUnreadable), 'unreadable'],
  ];
}

/** What the data set consists of, in a sentence. */
function contents({ images }: Profile, types: ReturnType<typeof typeCounts>): string {
  if (images?.source !== 'files') {
    return `Columns: ${joinWords(types.map((type) => `${formatCount(type.count)} ${type.name}`))}.`;
  }
  const formats = joinWords(images.formats.map(({ name, count }) => `${formatCount(count)} ${name}`));
  const [first] = images.sizes;
  const sizes =
    images.nSizes === 1
      ? `all ${first?.width} × ${first?.height}`
      : `in ${formatCount(images.nSizes)} sizes, most often ${first?.width} × ${first?.height}`;
  return `${formats} files, ${sizes}; read in ${images.channels === 1 ? 'grey' : 'colour'}.`;
}

function pictureBlocks({ images }: Profile, target: TargetProfile | null): Block[] {
  if (!images || images.samples.pictures.length === 0) return [];
  const hasClasses = images.samples.pictures.some(({ label }) => label !== null);
  const body = hasClasses ? grid(classPanels(images, target, (INNER - GUTTER) / 2)) : stamps(images, INNER);
  const shown = new Set(images.samples.pictures.map(({ label }) => label)).size;
  const isAll = !target || target.classes.length <= shown;
  const ofClasses = isAll ? 'Some pictures of each class' : `Some pictures of the ${shown} largest classes`;
  return [section(hasClasses ? ofClasses : 'Some of the pictures', body)];
}

function tiles(facts: readonly (readonly [string, string])[]): Block {
  const gap = 14;
  const width = (INNER - gap * (facts.length - 1)) / facts.length;
  const height = 92;
  const shapes = facts.flatMap(([value, words], i): Shape[] => {
    const x = i * (width + gap);
    const text = { kind: 'text', x: x + width / 2, align: 'center', maxWidth: width - 12 } as const;
    return [
      { kind: 'rect', x, y: 0, width, height, fill: COLOUR.track, radius: 12 },
      { ...text, y: 36, text: value, size: 32, weight: 700, colour: COLOUR.ink },
      { ...text, y: 69, text: words, size: SIZE.small - 1, colour: COLOUR.muted },
    ];
  });
  return { height, shapes };
}

function section(heading: string, body: Block): Block {
  const head: Block = {
    height: 24,
    shapes: [
      {
        kind: 'text',
        x: 0,
        y: 12,
        text: heading,
        size: SIZE.body,
        weight: 700,
        colour: COLOUR.ink,
        maxWidth: INNER,
      },
    ],
  };
  return stack([head, body], 16);
}

function targetBlocks(profile: Profile, target: TargetProfile | null): Block[] {
  if (!target) return [];
  const heading = `Target: ${target.target}`;
  if (target.classes.length > 0) {
    const parts = target.classes.map(({ label, count }) => ({ name: label, count }));
    // Many classes: the most frequent ones first, as the rest is drawn as one.
    if (parts.length > 6) parts.sort((a, b) => b.count - a.count);
    return [section(heading, shareBar(parts, INNER))];
  }
  const column = profile.columns.find((one) => one.name === target.target);
  return column?.range ? [section(heading, histogramBlock(column, INNER))] : [];
}

function grid(panels: readonly Block[]): Block {
  const width = (INNER - GUTTER) / 2;
  const lines: Block[] = [];
  for (let i = 0; i < panels.length; i += 2) {
    const [left, right] = [panels[i], panels[i + 1]];
    const moved = right ? right.shapes.map((shape) => moveShape(shape, width + GUTTER, 0)) : [];
    lines.push({ height: left.height, shapes: [...left.shapes, ...moved] });
  }
  return stack(lines, 22);
}

function missingBlocks(profile: Profile): Block[] {
  const gaps = profile.columns.filter((column) => column.missing > 0).sort((a, b) => b.missing - a.missing);
  if (gaps.length === 0) return [];
  const shown = gaps.slice(0, MISSING_SHOWN);
  const line = 32;
  const left = 250;
  const bar = INNER - left - 190;
  const shapes = shown.flatMap(({ name, missing }, i): Shape[] => {
    const y = line * (i + 0.5);
    const share = missing / profile.rows;
    const text = { kind: 'text', y, size: SIZE.small } as const;
    return [
      { ...text, x: 0, text: name, colour: COLOUR.ink, maxWidth: left - 16 },
      { kind: 'rect', x: left, y: y - 7, width: bar, height: 14, fill: COLOUR.track, radius: 4 },
      {
        kind: 'rect',
        x: left,
        y: y - 7,
        width: Math.max(3, bar * share),
        height: 14,
        fill: COLOUR.amber,
        radius: 4,
      },
      {
        ...text,
        x: INNER,
        align: 'right',
        text: `${formatCount(missing)} (${formatShare(share)})`,
        colour: COLOUR.muted,
      },
    ];
  });
  const heading = `Missing values: ${plural(gaps.length, 'column')}${gaps.length > shown.length ? `, the worst ${shown.length} shown` : ''}`;
  return [section(heading, { height: line * shown.length, shapes })];
}

function footnote(profile: Profile, target: TargetProfile | null): { footnote?: string } {
  const suspects =
    target?.suspects.slice(0, 2).map((suspect) => `${truncate(suspect.column, 40)}: ${suspect.evidence}`) ??
    [];
  const sentences = [...suspects, ...profile.warnings].slice(0, 2);
  return sentences.length > 0 ? { footnote: sentences.join(' ') } : {};
}

function suspicion({ column, evidence }: TargetProfile['suspects'][number]): string {
  return `${truncate(column, 40)} may leak the target: ${evidence}`;
}

function panelHeading(shown: number, all: number): string {
  return shown < all ? 'Columns worth a look' : 'Columns';
}

/** What could mislead first (leak suspects, gaps, infinities), then numbers and categories in table order. The
 *  target, identifiers and texts have nothing to show in a small panel. */
function interestingColumns(profile: Profile, target: TargetProfile | null): ColumnProfile[] {
  const suspects = new Set(target?.suspects.map((suspect) => suspect.column));
  const pixels = new Set(profile.images?.pixelColumns);
  const weight = (column: ColumnProfile) =>
    (suspects.has(column.name) ? 8 : 0) +
    (column.missing > 0.01 * profile.rows || column.infinite > 0 ? 2 : 0) +
    (column.range && column.distinct > 10 ? 1.5 : 0) +
    (column.distinct > 2 ? 1 : 0) -
    (column.flags.includes('high-cardinality') ? 2 : 0);
  return profile.columns
    .filter(({ name }) => name !== target?.target && !pixels.has(name))
    .filter(isDrawable)
    .map((column, order) => ({ column, order, weight: weight(column) }))
    .sort((a, b) => b.weight - a.weight || a.order - b.order)
    .slice(0, PANELS)
    .map(({ column }) => column);
}

function isDrawable(column: ColumnProfile): boolean {
  const useless = column.flags.some(
    (flag) => flag === 'constant' || flag === 'all-missing' || flag === 'id-like',
  );
  return !useless && column.type !== 'id' && (column.range !== null || column.top.length > 0);
}

/** Behind a number: of one column, and of several. */
const TYPE_WORDS: Readonly<Record<ColumnProfile['type'], readonly [one: string, many: string]>> = {
  numeric: ['numeric', 'numeric'],
  categorical: ['categorical', 'categorical'],
  boolean: ['yes or no', 'yes or no'],
  datetime: ['date', 'dates'],
  text: ['text', 'texts'],
  id: ['identifier', 'identifiers'],
  image: ['picture', 'pictures'],
  sequence: ['sequence', 'sequences'],
};

function typeCounts(columns: readonly ColumnProfile[]): { name: string; count: number }[] {
  return Object.entries(TYPE_WORDS)
    .map(([type, [one, many]]) => {
      const count = columns.filter((column) => column.type === type).length;
      return { name: count === 1 ? one : many, count };
    })
    .filter(({ count }) => count > 0);
}

function missingShare({ rows, columns }: Profile): number {
  const cells = rows * columns.length;
  return cells === 0 ? 0 : columns.reduce((sum, column) => sum + column.missing, 0) / cells;
}

function targetWords(profile: Profile, target: TargetProfile | null): string {
  if (!target) return 'No target chosen yet.';
  if (target.classes.length > 0) {
    const total = target.classes.reduce((sum, one) => sum + one.count, 0);
    const classes = target.classes
      .slice(0, 8)
      .map(({ label, count }) => `${label} ${formatCount(count)} (${formatShare(count / total)})`);
    const more = target.classes.length > 8 ? [`${target.classes.length - 8} more`] : [];
    return `Target ${target.target}: ${joinWords([...classes, ...more])}.`;
  }
  const column = profile.columns.find((one) => one.name === target.target);
  return column ? `Target ${columnWords(column, profile.rows)}` : `Target ${target.target}.`;
}

function columnWords(column: ColumnProfile, rows: number): string {
  const gaps = column.missing > 0 ? `, ${formatShare(column.missing / rows)} missing` : '';
  if (column.range) {
    const [min, median, max] = [column.range.min, column.range.median, column.range.max].map((value) =>
      formatCell(column, value),
    );
    return `${column.name}: ${min} to ${max}, median ${median}${gaps}.`;
  }
  const [top] = column.top;
  if (!top) return `${column.name}: ${plural(column.distinct, 'value')}${gaps}.`;
  return `${column.name}: ${plural(column.distinct, 'value')}, most often ${truncate(top.value, 40)}${gaps}.`;
}
