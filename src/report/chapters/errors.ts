/** Where the model is wrong more often, or by more, than elsewhere. */
import type { ErrorSlices } from '../../ml/evidence.ts';
import type { Interval } from '../../ml/judgement.ts';
import { formatCount, formatNumber, formatShare, plural, truncate } from '../format.ts';
import { unitOf, unitsOf } from '../unit-words.ts';
import type { Absent, Chapter, ChapterSource } from './chapter.ts';

export type Slice = ErrorSlices['slices'][number];

export function tellErrors({ report, evidence }: ChapterSource): Chapter | Absent {
  const slices = evidence?.slices;
  if (!slices) return { absent: whyNot(report.forecast !== undefined, evidence === null) };
  const { measure, rows, tested, minRows, overall } = slices;
  const clear = slices.slices.filter(isClear);
  const [worst] = clear;
  const what = measure === 'error_rate' ? 'is wrong on' : 'is off by';
  const answer = worst
    ? `It does worst where ${sliceName(worst)}: there it ${what} ${formatError(slices, worst.inside.value)}${measure === 'error_rate' ? ' of' : ' on'} ${plural(worst.rows, unitOf(report))}, elsewhere ${formatError(slices, worst.outside.value)}.`
    : `No group of ${unitsOf(report)} is shown to be worse than the rest: over all ${plural(rows, `held-out ${unitOf(report)}`)} the model ${what} ${formatError(slices, overall)}.`;
  return {
    title: 'Where the model is wrong',
    sentences: [
      answer,
      `${plural(tested, 'group')} of at least ${plural(minRows, unitOf(report))} ${tested === 1 ? 'was' : 'were'} looked at, by one column and by two; ${
        clear.length === 0
          ? 'after correcting for so many looks (Holm) none stands out'
          : `${plural(clear.length, 'one', 'of those shown')} ${clear.length === 1 ? 'stands' : 'stand'} out after correcting for so many looks (Holm, 5%)`
      }.`,
      clear.length === 0
        ? `More held-out ${unitsOf(report)} would show smaller differences.`
        : measure === 'error_rate'
          ? 'A group may be harder rather than treated worse: where outcomes are mixed, every model is wrong more often. More rows or another column about this group are what helps.'
          : 'Errors are often larger where values are larger. If it is the share that counts, predict the logarithm or rank by MAPE.',
    ],
    table: {
      caption:
        measure === 'error_rate'
          ? `Share of held-out ${unitsOf(report)} that are taken for the wrong class`
          : `Mean absolute error on held-out ${unitsOf(report)}`,
      columns: ['Group', 'Rows', 'Error', '95% interval', 'Elsewhere', 'Stands out'],
      rows: slices.slices.map((slice) => [
        sliceName(slice),
        { value: slice.rows, text: formatCount(slice.rows) },
        { value: slice.inside.value, text: formatError(slices, slice.inside.value) },
        formatErrorBounds(slices, slice.inside),
        { value: slice.outside.value, text: formatError(slices, slice.outside.value) },
        isClear(slice) ? `yes, p ${formatP(slice.adjusted)}` : `no, p ${formatP(slice.adjusted)}`,
      ]),
    },
  };
}

export function isClear({ adjusted }: Slice): boolean {
  return adjusted < 0.05;
}

/** `contract is month-to-month and tenure is up to 9`. */
export function sliceName({ conditions }: Slice): string {
  return conditions
    .map(({ column, value }) => `${truncate(column, 40)} is ${truncate(value, 40)}`)
    .join(' and ');
}

export function formatError({ measure }: Pick<ErrorSlices, 'measure'>, value: number): string {
  return measure === 'error_rate' ? formatShare(value) : formatNumber(value);
}

export function formatErrorBounds(slices: Pick<ErrorSlices, 'measure'>, { low, high }: Interval): string {
  return `[${formatError(slices, low)}, ${formatError(slices, high)}]`;
}

function formatP(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3);
}

function whyNot(isForecast: boolean, isOld: boolean): string {
  if (isOld)
    return 'This run is older than this chapter, or ended before it could be made. Make a plan once more, and the next run has it.';
  if (isForecast)
    return 'A forecast is judged by how far ahead it reaches, not by groups of rows: its picture in the report shows the error of each step.';
  return 'Too few rows were held out to compare groups of them: at least 60 are needed. With more data the next run has this chapter.';
}
