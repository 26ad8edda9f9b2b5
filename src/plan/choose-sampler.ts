/** How the settings after the defaults are found: by how many there are to find, unless a person says so. */
import type { SamplerName } from '../ml/tuning/samplers/sampler.ts';
import type { Candidate } from './plan.ts';

/** A sampler that learns needs some results of a family before it can say anything. */
const FEW = 12;

const REASONS: Readonly<Record<SamplerName, string>> = {
  random: 'Further settings are drawn independently of each other.',
  'quasi-random': 'Further settings are spread evenly over the space.',
  tpe: 'Further settings are drawn from where the best ones so far are dense and the others are not.',
  'gaussian-process':
    'Further settings are the ones from which a smooth model of the scores so far expects the largest improvement.',
  grid: 'Further settings are the points of a grid over the space, in a random order.',
};

/** @param wanted by a person; null for "you choose". */
export function chooseSampler(
  wanted: SamplerName | null,
  candidates: readonly Pick<Candidate, 'trials' | 'defaults' | 'starts' | 'earlier'>[],
): { readonly sampler: SamplerName; readonly reason: string } {
  if (wanted) return { sampler: wanted, reason: `Your choice. ${REASONS[wanted]}` };
  const known = Math.max(...candidates.map(({ earlier }) => earlier?.trials.length ?? 0));
  if (known >= FEW)
    return { sampler: 'tpe', reason: `${REASONS.tpe} It knows earlier trials from the start.` };
  const most = Math.max(
    ...candidates.map(({ trials, defaults, starts = [] }) => trials - defaults.length - starts.length),
  );
  if (most < FEW) {
    return {
      sampler: 'quasi-random',
      reason: `${REASONS['quasi-random']} With so few for each family, a search that learns has nothing to learn from.`,
    };
  }
  return { sampler: 'tpe', reason: REASONS.tpe };
}
