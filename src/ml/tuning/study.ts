/** A study: settings are asked for, and what came of them is told. */
import type { Parameters, SearchSpace } from './distributions.ts';
import type { Observation, Sampler } from './samplers/sampler.ts';
import { isInSpace } from './settings.ts';

export interface Asked {
  /** Counts from 0. */
  readonly number: number;
  readonly parameters: Parameters;
}

interface StudyOptions {
  /** A sound space, see `checkSpace`. */
  readonly space: SearchSpace;
  readonly sampler: Sampler;
  readonly seed: number;
  /** How many settings will be asked for. */
  readonly planned: number;
  /** What is known before the first is: trials of an earlier study, or settings somebody chose. Only those that lie in the
   *  space are learned from; parameters that it does not name are not looked at. */
  readonly earlier?: readonly Observation[];
}

/** Suggestions depend on the options and on what was asked and told in which order, on nothing else. */
export class Study {
  readonly #options: StudyOptions;
  readonly #earlier: readonly Observation[];
  readonly #trials: Observation[] = [];

  constructor(options: StudyOptions) {
    this.#options = options;
    this.#earlier = (options.earlier ?? []).filter(({ parameters }) => isInSpace(options.space, parameters));
  }

  /** The setting runs from now on, until it is told. */
  ask(): Asked {
    const { space, sampler, seed, planned } = this.#options;
    const number = this.#trials.length;
    const trials = [...this.#earlier, ...this.#trials];
    const parameters = sampler.suggest({ space, seed, number, planned, trials });
    this.#trials.push({ parameters, state: 'running', value: Number.NaN });
    return { number, parameters };
  }

  /** @param value lower is better; anything that is not finite is a failure. */
  tell(number: number, value: number): void {
    const { parameters, state } = this.#trials[number] as Observation;
    if (state !== 'running') throw new Error(`trial ${number} was told before`);
    this.#trials[number] = Number.isFinite(value)
      ? { parameters, state: 'complete', value }
      : { parameters, state: 'failed', value: Number.NaN };
  }
}
