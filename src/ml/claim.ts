/** What was seen in the data about a claim ("our model has 85%, we need 90%") before anything was trained: made by
 *  `ml/search/examine-claim.ts`, kept as an event of the thread, put into words by `report/claim-words.ts`. */
import { z } from 'zod';
import { MetricName, Task } from './experiment.ts';
import { Interval } from './judgement.ts';
import { Family } from './tuning/trial.ts';

export const ClaimFindings = z.object({
  task: Task,
  metric: MetricName,
  /** Training rows that were looked at; the holdout stays unopened. */
  rows: z.number().int(),
  /** Of the baseline. */
  baseline: z.number(),
  /** Quick models of unlike families in cross-validation, the best first. */
  quick: z.array(z.object({ family: Family, score: Interval })).min(1),
  /** How much better the best is than the next, over the folds; null of one family. */
  lead: Interval.nullable(),
  /** Of the best quick model: mean score by rows trained on, the fewest first. */
  curve: z.array(z.object({ rows: z.number().int(), score: Interval })),
  /** At so many times the rows of the largest size, by the curve. */
  ahead: z.array(z.object({ times: z.number(), score: Interval })),
  /** What the last doubling of the rows brought, over the folds; positive is better. */
  lastDoubling: Interval.nullable(),
  /** Accuracy that the probabilities promise: the mean of the highest one. Only in classification. */
  promised: z.number().nullable(),
  labels: z
    .object({
      /** Share of the rows whose label the models doubt. */
      suspected: z.number(),
      /** Of the surest rows, those that are labelled otherwise. */
      floor: Interval.nullable(),
      /** Share of the rows that have an equal with another label, and that no model can therefore get right. */
      conflicting: z.number(),
      lost: z.number(),
    })
    .nullable(),
});
export type ClaimFindings = z.infer<typeof ClaimFindings>;
