/** The density of a set of trials over a search space: a mixture with one product kernel per trial and one for the prior,
 *  as in multivariate TPE (Bergstra et al. 2011; Watanabe 2023, arXiv 2304.11127). Lives on the unit interval of each
 *  parameter; whole numbers are cells, choices are counts. */
import type { Random } from '../../random.ts';
import type { Distribution, Parameters, ParameterValue, SearchSpace } from '../distributions.ts';
import { buildSetting } from '../settings.ts';
import { cellOf, fromUnit, toUnit } from '../unit-interval.ts';
import { normalMass } from './normal.ts';

/** A kernel of one trial for one parameter: a normal cut off at the ends of the interval, or weights of the choices. */
type Kernel =
  | { readonly mean: number; readonly sd: number; readonly log: number }
  | { readonly shares: Float64Array };

export interface ParzenEstimator {
  sample(random: Random): Parameters;
  /** Of a setting of the space. */
  logDensity(parameters: Parameters): number;
}

/** The weight of a trial falls with its age once there are more than this. */
const FULL_WEIGHT = 25;

/** @param trials settings of the space, oldest first. A conditional parameter that a trial lacks has the prior's kernel. */
export function parzenEstimator(space: SearchSpace, trials: readonly Parameters[]): ParzenEstimator {
  const weights = [...agedWeights(trials.length), 1];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const logWeights = weights.map((weight) => Math.log(weight / total));
  const kernels = new Map(
    Object.entries(space).map(([name, distribution]) => [
      name,
      kernelsOf(
        distribution,
        trials.map((trial) => trial[name]),
      ),
    ]),
  );
  const kernelOf = (name: string, at: number) => (kernels.get(name) as Kernel[])[at] as Kernel;

  return {
    sample(random) {
      let left = random.uniform() * total;
      let at = 0;
      while (at < weights.length - 1 && left >= (weights[at] as number)) left -= weights[at++] as number;
      return buildSetting(space, (name, distribution) => draw(distribution, kernelOf(name, at), random));
    },
    logDensity(parameters) {
      const present = Object.keys(space).filter((name) => parameters[name] !== undefined);
      const logs = Float64Array.from(logWeights);
      for (const name of present) {
        const distribution = space[name] as Distribution;
        const value = parameters[name] as ParameterValue;
        for (let at = 0; at < logs.length; at++) logs[at] += logOf(distribution, kernelOf(name, at), value);
      }
      return logSum(logs);
    },
  };
}

/** Oldest first: 1 for the latest ones, rising from 1 / n to 1 before them. */
function agedWeights(n: number): number[] {
  const old = Math.max(0, n - FULL_WEIGHT);
  const rise = (i: number) => (old === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * i) / (old - 1));
  return Array.from({ length: n }, (_, i) => (i < old ? rise(i) : 1));
}

/** @param values one for each trial, undefined where the parameter does not exist in it. @returns the prior's last. */
function kernelsOf(distribution: Distribution, values: readonly (ParameterValue | undefined)[]): Kernel[] {
  const present = values.filter((value) => value !== undefined);
  const nKernels = present.length + 1;
  if (distribution.kind === 'categorical') {
    const n = distribution.choices.length;
    const prior = { shares: new Float64Array(n).fill(1 / n) };
    const around = (value: ParameterValue) => {
      const counts = new Float64Array(n).fill(1 / nKernels);
      counts[distribution.choices.indexOf(value)] += 1;
      return { shares: counts.map((count) => count / (1 + n / nKernels)) };
    };
    return [...values.map((value) => (value === undefined ? prior : around(value))), prior];
  }
  const means = present.map((value) => toUnit(distribution, value));
  const sds = bandwidths(means, nKernels);
  const prior = normalKernel(0.5, 1);
  let next = 0;
  return [
    ...values.map((value) => {
      if (value === undefined) return prior;
      const kernel = normalKernel(means[next] as number, sds[next] as number);
      next++;
      return kernel;
    }),
    prior,
  ];
}

/** The larger distance to a neighbour; the ends of the interval count as one only for a lone value. Not narrower than a
 *  share of the interval that falls with the number of kernels ("magic clip"). */
function bandwidths(means: readonly number[], nKernels: number): number[] {
  const order = means.map((_, i) => i).sort((a, b) => (means[a] as number) - (means[b] as number));
  const narrowest = 1 / Math.min(100, 1 + nKernels);
  const sds = new Array<number>(means.length);
  for (const [place, i] of order.entries()) {
    const mean = means[i] as number;
    const below = place > 0 ? mean - (means[order[place - 1] as number] as number) : null;
    const above = place < order.length - 1 ? (means[order[place + 1] as number] as number) - mean : null;
    const distance = means.length === 1 ? Math.max(mean, 1 - mean) : Math.max(below ?? 0, above ?? 0);
    sds[i] = Math.min(1, Math.max(narrowest, distance));
  }
  return sds;
}

function normalKernel(mean: number, sd: number): Kernel {
  return { mean, sd, log: -Math.log(normalMass(-mean / sd, (1 - mean) / sd)) };
}

function draw(distribution: Distribution, kernel: Kernel, random: Random): ParameterValue {
  if ('shares' in kernel) {
    let left = random.uniform();
    let at = 0;
    while (at < kernel.shares.length - 1 && left >= kernel.shares[at]) left -= kernel.shares[at++];
    return fromUnit(distribution, (at + 0.5) / kernel.shares.length);
  }
  // The mean lies inside and the kernel is at most as wide as the interval, so that a third of all draws do too.
  for (;;) {
    const unit = kernel.mean + kernel.sd * random.normal();
    if (unit >= 0 && unit <= 1) return fromUnit(distribution, unit);
  }
}

/** The logarithm of a density for floats, of a probability for whole numbers and choices. */
function logOf(distribution: Distribution, kernel: Kernel, value: ParameterValue): number {
  if ('shares' in kernel) {
    return Math.log(kernel.shares[(distribution as { choices: ParameterValue[] }).choices.indexOf(value)]);
  }
  const { mean, sd, log } = kernel;
  const [from, to] = cellOf(distribution, value);
  if (distribution.kind === 'int') return log + Math.log(normalMass((from - mean) / sd, (to - mean) / sd));
  const z = (from - mean) / sd;
  return log - 0.5 * z * z - Math.log(sd * Math.sqrt(2 * Math.PI));
}

function logSum(logs: Float64Array): number {
  const largest = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return largest + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
