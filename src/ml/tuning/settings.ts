/** Settings of a space: built parameter by parameter, and recognised. */
import type { Distribution, Parameters, ParameterValue, SearchSpace } from './distributions.ts';

/** A setting with a value for every parameter that exists in it. A conditional parameter is asked for after the one it
 *  depends on, whatever the order in the space; the keys keep the space's order.
 *  @param space a sound space, see `checkSpace`. */
export function buildSetting(
  space: SearchSpace,
  draw: (name: string, distribution: Distribution) => ParameterValue,
): Parameters {
  const values = new Map<string, ParameterValue | undefined>();
  const settle = (name: string): ParameterValue | undefined => {
    if (!values.has(name)) {
      const distribution = space[name] as Distribution;
      const { when } = distribution;
      const parent = when && settle(when.parameter);
      const exists = !when || (parent !== undefined && when.values.includes(parent));
      values.set(name, exists ? draw(name, distribution) : undefined);
    }
    return values.get(name);
  };
  const entries = Object.keys(space).map((name) => [name, settle(name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Parameters;
}

/** Whether a setting could have been drawn from the space: exactly the parameters that exist in it, each within its
 *  distribution. Parameters that the space does not name are not looked at. */
export function isInSpace(space: SearchSpace, parameters: Parameters): boolean {
  return Object.entries(space).every(([name, distribution]) => {
    const value = parameters[name];
    return existsIn(space, distribution, parameters)
      ? value !== undefined && contains(distribution, value)
      : value === undefined;
  });
}

function existsIn(space: SearchSpace, { when }: Distribution, parameters: Parameters): boolean {
  if (!when) return true;
  const parent = parameters[when.parameter];
  if (parent === undefined || !when.values.includes(parent)) return false;
  return existsIn(space, space[when.parameter] as Distribution, parameters);
}

function contains(distribution: Distribution, value: ParameterValue): boolean {
  if (distribution.kind === 'categorical') return distribution.choices.includes(value);
  if (typeof value !== 'number' || value < distribution.low || value > distribution.high) return false;
  return distribution.kind === 'float' || Number.isInteger(value);
}
