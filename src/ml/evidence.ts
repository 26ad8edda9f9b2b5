/** What a run keeps beside its report for the chapters that people ask for later: one value for each chapter. Gathered by
 *  `ml/search/gather-evidence.ts`, stored as an artifact of its own, so that a conversation does not carry it along. */
import { z } from 'zod';
import { Interval, type Judgement } from './judgement.ts';
import { Studies, Unstudied } from './studies.ts';

/** What was said of the held-out rows. */
export const HeldOut = z.object({
  /** Of how many rows these are: all, or evenly thinned. */
  of: z.number().int(),
  /** Numbers in the table that was uploaded, from 0, ascending. */
  rows: z.array(z.number().int()),
  /** Value or class index of each. */
  actual: z.array(z.number()),
  /** One list for each class, or for the value; each as long as `rows`. */
  predicted: z.array(z.array(z.number())),
  /** The same before a calibrator mended it; absent where none did. */
  uncalibrated: z.array(z.array(z.number())).exactOptional(),
});
export type HeldOut = z.infer<typeof HeldOut>;

/** What each column did to the prediction of single rows (Shapley values): base + the effects of a row = what is said of it. */
export const Explanation = z.object({
  /** Exact over all orders by the trees' own counts, or estimated from sampled orders. */
  method: z.enum(['trees', 'sampling']),
  /** What effects are in: units of the target, probability, or what becomes one (log-odds, class scores). */
  unit: z.enum(['value', 'probability', 'log-odds', 'score']),
  /** Held-out rows that these are thinned from. */
  of: z.number().int(),
  /** Numbers in the table, from 0, ascending. */
  rows: z.array(z.number().int()),
  /** What is explained of each row: the class it is taken for; in binary tasks always the positive one; 0 in regression. */
  output: z.array(z.number().int()),
  /** Of each output. */
  base: z.array(z.number()),
  /** The largest mean effect first. */
  columns: z.array(
    z.object({
      /** Null for all columns that are not listed, together. */
      name: z.string().nullable(),
      /** Mean size of the effect over rows and outputs. */
      meanSize: z.number(),
      /** By row. */
      effects: z.array(z.number()),
      /** Standard errors of the effects; null where they are exact. */
      errors: z.array(z.number()).nullable(),
      /** What the cells hold, as a person would read it, and as a share of the way from the lowest to the highest rank;
       *  null where missing, or where values have no order. */
      cells: z.array(z.string().nullable()),
      ranks: z.array(z.number().nullable()),
    }),
  ),
  /** How the prediction moves with one column while the others stay. */
  dependence: z.array(
    z.object({
      column: z.string(),
      kind: z.enum(['numeric', 'datetime', 'named']),
      /** Where it was set to: numbers, or names. */
      at: z.array(z.union([z.number(), z.string()])),
      /** For each output the mean over the rows. */
      mean: z.array(z.array(z.number())),
      /** Single rows (ICE) of the last output, at most 30; none with several classes. */
      single: z.array(z.array(z.number())),
    }),
  ),
});
export type Explanation = z.infer<typeof Explanation>;

/** Groups of rows that the model is worse on. */
export const ErrorSlices = z.object({
  measure: z.enum(['error_rate', 'absolute_error']),
  rows: z.number().int(),
  minRows: z.number().int(),
  /** Groups that were looked at. */
  tested: z.number().int(),
  overall: z.number(),
  /** See `inspection/error-slices.ts` for their order. */
  slices: z.array(
    z.object({
      conditions: z.array(z.object({ column: z.string(), value: z.string() })),
      rows: z.number().int(),
      inside: Interval,
      outside: Interval,
      pValue: z.number(),
      /** After Holm's correction. */
      adjusted: z.number(),
    }),
  ),
});
export type ErrorSlices = z.infer<typeof ErrorSlices>;

export const SensitiveColumn = z.object({
  column: z.string(),
  /** Whether a person had called it sensitive when the run was planned; else its name suggests it. */
  confirmed: z.boolean(),
  groups: z.array(
    z.object({
      group: z.string(),
      rows: z.number().int(),
      positives: z.number().int(),
      /** Too few rows to conclude anything. */
      isSmall: z.boolean(),
      selectionRate: Interval.nullable(),
      truePositiveRate: Interval.nullable(),
      falsePositiveRate: Interval.nullable(),
      /** Calibration: what is predicted and what happened, on average. */
      meanProbability: z.number(),
      observedRate: Interval,
    }),
  ),
  /** Between the groups that are not small; null where fewer than two are. */
  gaps: z.object({ parityDifference: Interval, parityRatio: Interval, oddsDifference: Interval }).nullable(),
  /** With a cut-off for each group, such that all are selected at one rate; `change` is that of the accuracy. */
  oneRate: z
    .object({
      accuracy: z.number(),
      change: Interval,
      parityDifference: Interval,
      oddsDifference: Interval,
    })
    .nullable(),
});
export type SensitiveColumn = z.infer<typeof SensitiveColumn>;

export const Fairness = z.object({
  rows: z.number().int(),
  threshold: z.number(),
  columns: z.array(SensitiveColumn),
});
export type Fairness = z.infer<typeof Fairness>;

export const Evidence = z.object({
  /** Null in forecasts, whose rows are not those of the table. */
  heldOut: HeldOut.nullable(),
  explanation: Explanation.nullable().exactOptional(),
  slices: ErrorSlices.nullable().exactOptional(),
  fairness: Fairness.nullable().exactOptional(),
  studies: z.union([Studies, Unstudied]).exactOptional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** What the engine says of a run's model: the part that makes the report, and the part that waits to be asked for. */
export type Judged = Judgement & { readonly evidence?: Evidence };
