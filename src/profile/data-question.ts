/** A question about a table as values: which measures, over which groups, of which rows. Whoever asks names columns and
 *  never writes a query, so there is nothing in it to escape, and nothing that reaches beyond the table. */
import { z } from 'zod';

export const Measure = z.strictObject({
  what: z.enum([
    'rows',
    'present',
    'missing',
    'distinct',
    'mean',
    'median',
    'sd',
    'sum',
    'min',
    'max',
    'quantile',
    'share',
    'correlation',
  ]),
  /** Of every measure but `rows`. */
  column: z.string().exactOptional(),
  /** Of `share`: the value that is counted. */
  value: z.string().exactOptional(),
  /** Of `correlation`: the other column. */
  other: z.string().exactOptional(),
  /** Of `quantile`: between 0 and 1. */
  at: z.number().min(0).max(1).exactOptional(),
});
export type Measure = z.infer<typeof Measure>;

export const Condition = z.strictObject({
  column: z.string(),
  is: z.enum(['=', '!=', '<', '<=', '>', '>=', 'missing', 'present']),
  /** As text, also of a number or a date (ISO 8601); not of `missing` and `present`. */
  value: z.string().max(500).exactOptional(),
});
export type Condition = z.infer<typeof Condition>;

export const Grouping = z.strictObject({
  column: z.string(),
  /** Width of the bins of a number; without it a column of numbers is cut into ten. */
  width: z.number().positive().exactOptional(),
  /** Part of a date; without it the month. */
  part: z.enum(['year', 'quarter', 'month', 'week', 'day', 'weekday', 'hour']).exactOptional(),
});
export type Grouping = z.infer<typeof Grouping>;

export const DataQuestion = z.strictObject({
  measures: z.array(Measure).min(1).max(6),
  groups: z.array(Grouping).max(2).exactOptional(),
  conditions: z.array(Condition).max(8).exactOptional(),
  /** `size` puts the largest value of the first measure first; otherwise groups come in their own order. */
  order: z.enum(['group', 'size']).exactOptional(),
  most: z.number().int().min(1).max(50).exactOptional(),
});
export type DataQuestion = z.infer<typeof DataQuestion>;

export interface DataAnswer {
  /** The groups first, then the measures. */
  readonly columns: readonly string[];
  /** How many of the columns are groups. */
  readonly nGroups: number;
  /** Places of the columns whose numbers are shares of rows, from 0 to 1. */
  readonly shares: readonly number[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Rows of the table that fulfil the conditions, in all groups. */
  readonly rowsMeant: number;
  /** Groups beyond `most`. */
  readonly moreGroups: number;
  /** Groups of fewer rows than may be spoken about. */
  readonly groupsTooSmall: number;
}

/** Some rows as people would read them. */
export interface SampledRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}
