/** What was seen in a data set: the answer to every question that we need not ask a person.
 *  `profileTable` (profile-table.ts) fills `Profile`; `profileTarget` (profile-target.ts) fills `TargetProfile`
 *  once a target is known or guessed. Both are stored as JSON. */
import { z } from 'zod';
import { Split, Task } from '../ml/experiment.ts';
import { Step } from '../ml/forecast.ts';

const Histogram = z.object({
  /** `counts.length + 1` ascending edges. */
  edges: z.array(z.number()),
  counts: z.array(z.number().int()),
});
export type Histogram = z.infer<typeof Histogram>;

const ValueCount = z.object({ value: z.string(), count: z.number().int() });

export const ColumnProfile = z.object({
  name: z.string(),
  type: z.enum(['numeric', 'boolean', 'categorical', 'id', 'text', 'datetime', 'image', 'sequence']),
  missing: z.number().int(),
  /** Distinct present values (exact). */
  distinct: z.number().int(),
  /** Numeric and datetime (in milliseconds since 1970) columns with at least one value. */
  range: z
    .object({
      min: z.number(),
      q1: z.number(),
      median: z.number(),
      q3: z.number(),
      max: z.number(),
      mean: z.number(),
      sd: z.number(),
      histogram: Histogram,
    })
    .nullable(),
  /** Most frequent values first, at most 12; empty for numeric, datetime and text columns. */
  top: z.array(ValueCount),
  /** Cells that were infinite in the source and are read as missing. */
  infinite: z.number().int(),
  flags: z.array(z.enum(['constant', 'all-missing', 'mostly-missing', 'id-like', 'high-cardinality'])),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const TargetCandidate = z.object({
  column: z.string(),
  task: Task,
  /** 0..1, larger is likelier; only the order matters. */
  plausibility: z.number(),
  /** One sentence: "named like an outcome and has two values". */
  reason: z.string(),
});
export type TargetCandidate = z.infer<typeof TargetCandidate>;

/** Pictures among the data. */
export const ImageProfile = z.object({
  /** Files of their own, or rows whose columns are the pixels. */
  source: z.enum(['files', 'columns']),
  /** Of an image column; null where the pixels are columns. */
  column: z.string().nullable(),
  /** The column with the names of the files; null where there are no files. */
  fileColumn: z.string().nullable(),
  /** The columns that are pixels, row by row; empty where there are files. */
  pixelColumns: z.array(z.string()),
  /** That all pictures are brought to. */
  height: z.number().int(),
  width: z.number().int(),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** As the files came, the most frequent first, at most six of `nSizes`. */
  sizes: z.array(z.object({ width: z.number().int(), height: z.number().int(), count: z.number().int() })),
  nSizes: z.number().int(),
  formats: z.array(z.object({ name: z.string(), count: z.number().int() })),
  /** Files that were left out, at most twelve of `nUnreadable`. */
  unreadable: z.array(z.object({ file: z.string(), reason: z.string() })),
  nUnreadable: z.number().int(),
  /** Pictures that look exactly like an earlier one. */
  copies: z.number().int(),
  /** For people to look at, small, by the classes of the likeliest target (at most ten of them). */
  samples: z.object({
    height: z.number().int(),
    width: z.number().int(),
    channels: z.union([z.literal(1), z.literal(3)]),
    /** `pixels` as in an image column, in base64. */
    pictures: z.array(z.object({ label: z.string().nullable(), pixels: z.string() })),
  }),
});
export type ImageProfile = z.infer<typeof ImageProfile>;

export const Profile = z.object({
  rows: z.number().int(),
  columns: z.array(ColumnProfile),
  duplicateRows: z.number().int(),
  /** Likeliest first. */
  targetCandidates: z.array(TargetCandidate),
  /** Datetime columns that could order the rows. */
  timeColumns: z.array(z.string()),
  /** Columns whose values repeat and name an entity (customer_id...), so that rows of one entity belong together. */
  groupColumns: z.array(z.string()),
  /** Sentences worth reading before anything is trained. */
  warnings: z.array(z.string()),
  /** What the pictures look like, where there are some. */
  images: ImageProfile.optional(),
});
export type Profile = z.infer<typeof Profile>;

/** A column that may know the answer in a way that will not hold when the model is used. */
export const LeakSuspect = z.object({
  column: z.string(),
  kind: z.enum(['predicts-alone', 'copy-of-target', 'filled-after-outcome', 'identifier', 'row-order']),
  /** One sentence with the number that raised the suspicion. */
  evidence: z.string(),
  /** What we would do: shown as the preselected button. */
  suggestion: z.enum(['keep', 'drop']),
});
export type LeakSuspect = z.infer<typeof LeakSuspect>;

/** One way to read the table as series in equal steps, see `ml/forecasting/detect-series.ts`. */
export const SeriesProfile = z.object({
  time: z.string(),
  series: z.string().nullable(),
  step: Step,
  season: z.number().int(),
  nSeries: z.number().int(),
  length: z.number().int(),
  gaps: z.number().int(),
  lastMs: z.number(),
});
export type SeriesProfile = z.infer<typeof SeriesProfile>;

export const TargetProfile = z.object({
  target: z.string(),
  task: Task,
  /** Classes in the order of the class indices (the positive class of a binary task last); empty in regression. */
  classes: z.array(z.object({ label: z.string(), count: z.number().int() })),
  missing: z.number().int(),
  suspects: z.array(LeakSuspect),
  /** Columns that no model should see (constant, all missing, identifiers), each with its reason. */
  useless: z.array(z.object({ column: z.string(), reason: z.string() })),
  split: Split,
  /** Why the data demands that split, one sentence. */
  splitReason: z.string(),
  /** Identical feature rows with different outcomes: no model can be right on all of them. */
  conflictingRows: z.number().int(),
  /** Rows that repeat an earlier one in the outcome and in every feature, though a useless column tells them apart; not
   *  those that repeat it exactly, which the profile counts. Absent in profiles of before it was counted. */
  repeatedRows: z.number().int().exactOptional(),
  /** How the target could be forecast, the likeliest way first; or why it cannot be. Absent where it is no number. */
  series: z.object({ found: z.array(SeriesProfile), problem: z.string().nullable() }).optional(),
  /** Sentences about this target worth reading before anything is trained. */
  warnings: z.array(z.string()).optional(),
});
export type TargetProfile = z.infer<typeof TargetProfile>;
