/** Rows are divided where one long trial would hold up the others, and where a person says so. */
import { describe, expect, it } from 'vitest';
import { calibrationOf } from './sample-inputs.ts';
import { samplePlan } from './sample-plan.ts';

/** Seconds of a trial of RealMLP whose epochs are so long that a part pays: 32 epochs at most, of which a refit takes 0.6. */
const LONG = 400;

const planOf = (seconds: Parameters<typeof calibrationOf>[0], wanted = {}, threads = 4) =>
  samplePlan({ budgetSeconds: 7200, ...wanted }, { calibration: calibrationOf(seconds), threads });

function shardsOf(plan: ReturnType<typeof samplePlan>): Record<string, unknown[]> {
  return Object.fromEntries(
    plan.candidates.map(({ family, defaults }) => [family, defaults.map(({ shards }) => shards)]),
  );
}

const lineOf = ({ reasons }: ReturnType<typeof samplePlan>) =>
  reasons.find(({ choice }) => choice === 'Rows in parts');

describe('the rows of networks', () => {
  it('stay in one piece where trials are short, and no line speaks of it', () => {
    const plan = planOf({ linear: 0.8, gbdt: 3, realmlp: 5, mlp: 5 });
    expect(Object.values(shardsOf(plan)).flat().filter(Number)).toEqual([]);
    expect(lineOf(plan)).toBeUndefined();
  });

  it('are divided where one trial takes longer than all would side by side', () => {
    const plan = planOf({ linear: 1, realmlp: LONG }, { families: ['linear', 'realmlp'], trials: 2 });
    expect(shardsOf(plan)).toEqual({ linear: [undefined], realmlp: [2] });
    expect(lineOf(plan)).toMatchObject({ value: '2 parts (RealMLP network)' });
    expect(lineOf(plan)?.reason).toMatch(/An epoch takes 5\.2 s in one piece and about 3\.6 s in parts/);
  });

  it('stay in one piece where there are trials enough for every thread', () => {
    const plan = planOf({ realmlp: LONG }, { families: ['realmlp'], trials: 8 });
    expect(plan.candidates[0]?.trials).toBeGreaterThanOrEqual(4);
    expect(lineOf(plan)).toBeUndefined();
  });

  it('stay in one piece on one thread', () => {
    expect(lineOf(planOf({ realmlp: LONG }, { families: ['realmlp'], trials: 1 }, 1))).toBeUndefined();
  });

  it('are divided as a person says, in every setting of every network, and never by 1', () => {
    const four = planOf(
      { linear: 1, realmlp: 5, mlp: 5 },
      { families: ['linear', 'realmlp', 'mlp'], shards: 4 },
    );
    const { linear, ...networks } = shardsOf(four);
    expect(linear?.filter(Number)).toEqual([]);
    expect(Object.keys(networks).sort()).toEqual(['mlp', 'realmlp']);
    expect(new Set(Object.values(networks).flat())).toEqual(new Set([4]));
    expect(lineOf(four)?.reason).toMatch(/^Your choice\./);
    const never = planOf({ realmlp: LONG }, { families: ['realmlp'], trials: 1, shards: 1 });
    expect(lineOf(never)).toBeUndefined();
    expect(shardsOf(never)).toEqual({ realmlp: [undefined] });
  });
});
