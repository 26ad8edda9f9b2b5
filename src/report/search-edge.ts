/** Whether the winner lies at the end of what was searched, where the best value may be further out. */
import type { Distribution } from '../ml/tuning/distributions.ts';
import type { Plan } from '../plan/plan.ts';
import { SENSE } from '../plan/space-edit.ts';
import type { Report, TrialRow } from './report.ts';

export interface SearchEdge {
  readonly parameter: string;
  readonly value: number;
  readonly end: 'low' | 'high';
  /** Where the search ended. */
  readonly bound: number;
}

/** This close to an end of the range, on the scale that values were drawn on. Wider would cry wolf: of six drawn
 *  values, one lies in the outer 2% at either end in a fifth of all runs anyway. */
const NEAR = 0.02;

/** What no value of a hyperparameter may lie beyond, by name; the search of others is not widened. */
export const LIMITS = SENSE;

/** @returns nothing for a winner that was a default: nobody searched around it. */
export function findSearchEdges(report: Pick<Report, 'winner' | 'trials'>, plan: Plan): SearchEdge[] {
  const trial = report.trials.find((row) => row.number === report.winner.trial);
  return trial ? edgesOf(trial, plan) : [];
}

/** Of any trial. */
export function edgesOf({ family, parameters, origin }: TrialRow, plan: Plan): SearchEdge[] {
  const space = plan.candidates.find((candidate) => candidate.family === family)?.space ?? {};
  if (origin !== 'sampled') return [];
  return Object.entries(space).flatMap(([parameter, distribution]) => {
    const value = parameters[parameter];
    if (distribution.kind === 'categorical' || typeof value !== 'number') return [];
    const place = placeIn(distribution, value);
    if (place > NEAR && place < 1 - NEAR) return [];
    const end = place <= NEAR ? 'low' : 'high';
    // Beyond some ends there is nothing.
    if (distribution[end] === LIMITS[parameter]?.[end === 'low' ? 0 : 1]) return [];
    return [{ parameter, value, end, bound: distribution[end] }];
  });
}

/** 0 at the low end, 1 at the high end; one half in a range of a single value. */
function placeIn(distribution: Exclude<Distribution, { kind: 'categorical' }>, value: number): number {
  const scale = (x: number) => (distribution.log ? Math.log(x) : x);
  const low = scale(distribution.low);
  const high = scale(distribution.high);
  return high === low ? 0.5 : (scale(value) - low) / (high - low);
}
