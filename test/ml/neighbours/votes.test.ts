import { describe, expect, it } from 'vitest';
import { NeighboursParameters } from '../../../src/ml/neighbours/parameters.ts';
import { priorOf, tellVotes, type Voters } from '../../../src/ml/neighbours/votes.ts';

const classes: Voters = {
  task: 'multiclass',
  nClasses: 3,
  target: Float64Array.of(0, 1, 1, 0),
  rowWeights: null,
  prior: Float64Array.of(0.5, 0.3, 0.2),
};
const values: Voters = {
  task: 'regression',
  nClasses: 1,
  target: Float64Array.of(10, 20, 40, 80),
  rowWeights: null,
  prior: Float64Array.of(37.5),
};

function told(voters: Voters, parameters: object, squares: number[], positions = [0, 1, 2]): number[] {
  const out = new Float64Array(voters.nClasses + 1).fill(9);
  const nearest = {
    n: squares.length,
    squares: Float64Array.from(squares),
    positions: Uint32Array.from(positions),
  };
  tellVotes(nearest, voters, NeighboursParameters.parse(parameters), out, 1);
  expect(out[0]).toBe(9);
  return [...out.subarray(1)];
}

const close = (...expected: number[]) => expected.map((x) => expect.closeTo(x, 12));

describe('tellVotes', () => {
  it('adds the prior as so many neighbours', () => {
    expect(told(classes, { smoothing: 2 }, [1, 1, 1])).toEqual(close(2 / 5, 2.6 / 5, 0.4 / 5));
  });

  it('weighs by nearness, and lets neighbours at distance 0 vote alone', () => {
    expect(told(values, { weights: 'distance' }, [1, 4, 16])).toEqual(close((10 + 10 + 10) / 1.75));
    expect(told(values, { weights: 'distance' }, [0, 0, 1])).toEqual(close(15));
    expect(told(values, { weights: 'distance' }, [1e-300, 1e300, 1e300])).toEqual(close(10));
  });

  it('weighs by the rows too', () => {
    const rowWeights = Float64Array.of(0.5, 1, 2, 0.5);
    expect(told({ ...values, rowWeights }, {}, [1, 1, 1])).toEqual(close((5 + 20 + 80) / 3.5));
    // Votes are scaled to the number of neighbours: 0.5 and 3 of 3.5 become 3/7 and 18/7 of 3.
    expect(told({ ...classes, rowWeights }, { smoothing: 1 }, [1, 1, 1])).toEqual(
      close((3 / 7 + 0.5) / 4, (18 / 7 + 0.3) / 4, 0.2 / 4),
    );
  });

  it('says the prior where nobody votes', () => {
    expect(told(classes, {}, [])).toEqual(close(0.5, 0.3, 0.2));
    expect(told(values, {}, [])).toEqual([37.5]);
  });
});

describe('priorOf', () => {
  it('is the mean, or the shares of the classes, none of them 0', () => {
    expect([...priorOf('regression', 1, Float64Array.of(1, 4), null)]).toEqual([2.5]);
    expect([...priorOf('regression', 1, Float64Array.of(1, 4), Float64Array.of(0.5, 1.5))]).toEqual([3.25]);
    expect([...priorOf('multiclass', 3, Float64Array.of(0, 0, 1), null)]).toEqual(
      close(2 / 3.5, 1 / 3.5, 0.5 / 3.5),
    );
    expect([...priorOf('binary', 2, Float64Array.of(0, 1), Float64Array.of(0.5, 1.5))]).toEqual([0.25, 0.75]);
  });
});
