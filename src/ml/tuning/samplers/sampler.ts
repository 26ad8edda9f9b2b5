/** What a sampler is: a pure function from what a study knows to its next setting. */
import { z } from 'zod';
import type { Parameters, SearchSpace } from '../distributions.ts';

export const SamplerName = z.enum(['random', 'quasi-random', 'tpe', 'gaussian-process', 'grid']);
export type SamplerName = z.infer<typeof SamplerName>;

/** A trial as samplers see it. */
export interface Observation {
  readonly parameters: Parameters;
  /** `running`: asked for, and its value is not known yet. `failed`: it ended without a value. */
  readonly state: 'complete' | 'running' | 'failed';
  /** Lower is better; NaN unless complete. */
  readonly value: number;
}

export interface SamplerInput {
  /** A sound space, see `checkSpace`. */
  readonly space: SearchSpace;
  /** Of the study: every random choice follows from it and `number`. */
  readonly seed: number;
  /** Counts from 0 over the settings that were asked for in this study. */
  readonly number: number;
  /** How many settings the study will ask for, as far as it knows. */
  readonly planned: number;
  /** Oldest first; every setting lies in the space. */
  readonly trials: readonly Observation[];
}

export interface Sampler {
  /** As written in a sentence. */
  readonly label: string;
  /** Whether a suggestion depends on the trials before it. */
  readonly learns: boolean;
  suggest(input: SamplerInput): Parameters;
}
