import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, planHash, planId } from '../../src/plan/identity.ts';
import { Plan } from '../../src/plan/plan.ts';
import { samplePlan } from './sample-plan.ts';

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'medium' }), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('says the same as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('sorts by code unit at every depth and leaves undefined members out', () => {
    expect(canonicalJson({ b: [{ z: 1, a: undefined, A: 2 }], a: null })).toBe(
      '{"a":null,"b":[{"A":2,"z":1}]}',
    );
  });
});

describe('the hash of a plan', () => {
  // Python: hashlib.sha256('{"candidates":[{"a":1e+21,"b":0.30000000000000004}],...}'.encode()).hexdigest()
  it('is stable across versions of this program: a stored hash still fits', () => {
    const stored = { format: 1, goal: 'predict churn ünï', candidates: [{ b: 0.1 + 0.2, a: 1e21 }] };
    expect(planHash(stored as unknown as Plan)).toBe(
      '5d5db115e4bbd816a22557beda6b6097ebd6c668543182653158f16a6bb2c082',
    );
  });

  it('survives JSON, the schema and another order of keys', () => {
    const plan = samplePlan();
    expect(planHash(Plan.parse(JSON.parse(JSON.stringify(plan))))).toBe(planHash(plan));
    expect(planHash(shuffled(plan) as Plan)).toBe(planHash(plan));
  });

  it('changes with anything in the plan', () => {
    const hashes = [
      samplePlan(),
      samplePlan({ seed: 2 }),
      samplePlan({ metric: 'recall' }),
      samplePlan({ goal: 'predict it' }),
    ].map(planHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('the id of a plan', () => {
  it('is new for every version in every thread, and safe in a button and a job id', () => {
    const ids = [
      planId('T1-C1-1.1', 1, 'aa'),
      planId('T1-C1-1.1', 2, 'aa'),
      planId('T1-C1-2.1', 1, 'aa'),
      planId('T1-C1-1.1', 1, 'ab'),
    ];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});
