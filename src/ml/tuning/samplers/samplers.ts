/** The samplers by name. */
import { gaussianProcessSampler } from './gaussian-process/sampler.ts';
import { gridSampler } from './grid.ts';
import { quasiRandomSampler } from './quasi-random.ts';
import { randomSampler } from './random.ts';
import type { Sampler, SamplerName } from './sampler.ts';
import { tpeSampler } from './tpe.ts';

export const SAMPLERS: Readonly<Record<SamplerName, Sampler>> = {
  random: randomSampler,
  'quasi-random': quasiRandomSampler,
  tpe: tpeSampler,
  'gaussian-process': gaussianProcessSampler,
  grid: gridSampler,
};
