import type { Distribution, SearchSpace } from './distributions.ts';

/** What is wrong with a space, one sentence per fault; empty when it can be sampled from. Goes beyond its schema:
 *  ends of whole-number ranges must be whole, ends finite and in order, choices different, and conditions must name
 *  choices of a categorical parameter without going round in a circle. */
export function checkSpace(space: SearchSpace): string[] {
  return Object.entries(space).flatMap(([name, distribution]) =>
    [...faults(distribution), ...faultsOfCondition(name, distribution, space)].map(
      (fault) => `${name}: ${fault}`,
    ),
  );
}

function faults(distribution: Distribution): string[] {
  if (distribution.kind === 'categorical') {
    const { choices } = distribution;
    if (choices.length === 0) return ['there is nothing to choose from'];
    return new Set(choices).size < choices.length ? ['a choice is listed twice'] : [];
  }
  const { kind, low, high, log } = distribution;
  if (!Number.isFinite(low) || !Number.isFinite(high))
    return [`the ends ${low} and ${high} are not both finite`];
  const found: string[] = [];
  if (low > high) found.push(`the low end ${low} is above the high end ${high}`);
  if (log && low <= 0) found.push(`a log range must start above 0, not at ${low}`);
  if (kind === 'int' && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))) {
    found.push(`the ends ${low} and ${high} must be whole numbers`);
  }
  return found;
}

function faultsOfCondition(name: string, { when }: Distribution, space: SearchSpace): string[] {
  if (!when) return [];
  const parent = Object.hasOwn(space, when.parameter) ? space[when.parameter] : undefined;
  if (parent?.kind !== 'categorical') return [`it depends on ${when.parameter}, which is not a choice here`];
  if (isCircular(name, space)) return ['it depends on itself'];
  const unknown = when.values.filter((value) => !parent.choices.includes(value));
  return unknown.length > 0 ? [`${when.parameter} is never ${unknown.join(' or ')}`] : [];
}

function isCircular(name: string, space: SearchSpace): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined; at = space[at]?.when?.parameter) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}
