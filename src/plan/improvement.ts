/** What a plan takes over from earlier runs: settings to start from, results that the sampler learns from, and where it
 *  continues a run, what it does otherwise and why. Stored in the plan, so that it can be run again without them. */
import { z } from 'zod';
import type { Experiment } from '../ml/experiment.ts';
import { Parameters, type SearchSpace } from '../ml/tuning/distributions.ts';
import { Family } from '../ml/tuning/trial.ts';

/** A setting to begin with. */
export const Start = z.object({
  parameters: Parameters,
  /** `changed`: made from that trial by what its curves and scores showed. */
  origin: z.enum(['earlier', 'changed']),
  /** The trial of the earlier run. */
  run: z.number().int(),
  trial: z.number().int(),
});
export type Start = z.infer<typeof Start>;

/** Complete trials of an earlier run with the same rows, folds and metric. */
export const EarlierTrials = z.object({
  trials: z.array(z.object({ parameters: Parameters, score: z.number() })),
  /** Settings that the sampler drew in earlier runs: it goes on after them. */
  drawn: z.number().int().min(0),
});
export type EarlierTrials = z.infer<typeof EarlierTrials>;

/** One thing that is done otherwise than before. */
export const Change = z.object({
  /** What, in a few words. */
  change: z.string(),
  /** What the earlier run showed, with its numbers. */
  why: z.string(),
  /** What it may bring, and at most. */
  gain: z.string(),
  /** What it costs in thread seconds; negative where it saves some. */
  seconds: z.number(),
  /** The family that it is about, where the plan must try it for the change to be one. */
  family: Family.exactOptional(),
  /** The family that it leaves out. */
  drops: Family.exactOptional(),
});
export type Change = z.infer<typeof Change>;

/** Scores of a run's model in each fold, in the ranking metric. */
export const ModelFolds = z.object({
  scores: z.array(z.number()),
  rowsTrained: z.number().int(),
  rowsJudged: z.number().int(),
});
export type ModelFolds = z.infer<typeof ModelFolds>;

export const Improvement = z.object({
  run: z.number().int(),
  planHash: z.string(),
  /** Of its model; null where the folds are not the same, so that the two cannot be compared fold by fold. */
  folds: ModelFolds.nullable(),
  changes: z.array(Change),
});
export type Improvement = z.infer<typeof Improvement>;

/** Where a family goes on. */
export interface FamilyDirection {
  readonly starts: readonly Start[];
  readonly space: SearchSpace;
  readonly base: Parameters;
  readonly earlier: EarlierTrials;
}

/** What the next plan makes of a run. */
export interface Direction extends Improvement {
  /** What is tried, unless a person has chosen families: those of the run without the dropped ones, and new ones. */
  readonly families: readonly Family[];
  /** Of the families that the run tried; others begin as in any plan. */
  readonly directions: ReadonlyMap<Family, FamilyDirection>;
  /** Folds of the run, and how often they are drawn, which the plan keeps. */
  readonly division: Pick<Experiment, 'folds' | 'repeats'>;
  /** Thread seconds that changed settings take beyond those of a usual trial. */
  readonly extraSeconds: number;
}
