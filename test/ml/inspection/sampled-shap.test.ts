import { describe, expect, it } from 'vitest';
import { sampledShap } from '../../../src/ml/inspection/sampled-shap.ts';
import { Random } from '../../../src/ml/random.ts';

const X = [
  [1, 2, 3],
  [-1, 0.5, 2],
];
const Z = Array.from({ length: 64 }, (_, b) => {
  const random = new Random(9).derive('background', b);
  return [random.normal(), random.normal(), random.normal()];
});

function explain(model: (row: readonly number[]) => number[], nBackground = Z.length) {
  const asked: number[] = [];
  const found = sampledShap({
    nPlayers: 3,
    nRows: X.length,
    nBackground,
    nOutputs: model([0, 0, 0]).length,
    random: new Random(5),
    predict: (rows, backgrounds, known) => {
      asked.push(rows.length);
      return Float64Array.from(rows, (_, e) => e).length === 0
        ? new Float64Array()
        : Float64Array.from(
            [...rows].flatMap((row, e) =>
              model(
                [0, 1, 2].map((player) =>
                  known[3 * e + player]
                    ? (X[row]?.[player] as number)
                    : (Z[backgrounds[e] as number]?.[player] as number),
                ),
              ),
            ),
          );
    },
  });
  return { ...found, asked };
}

describe('sampled effects', () => {
  it('of a sum are its parts, however few orders are drawn', () => {
    const { effects, base } = explain(([a = 0, b = 0, c = 0]) => [2 * a - b + c], 2);
    const mean = (player: number) => ((Z[0]?.[player] ?? 0) + (Z[1]?.[player] ?? 0)) / 2;
    expect(effects[0]).toBeCloseTo(2 * (1 - mean(0)), 10);
    expect(effects[1]).toBeCloseTo(-(2 - mean(1)), 10);
    expect(effects[5]).toBeCloseTo(2 - mean(2), 10);
    expect(base[0]).toBeCloseTo(2 * mean(0) - mean(1) + mean(2), 10);
  });

  it('add up to what is said of a row, for every output', () => {
    const model = ([a = 0, b = 0, c = 0]: readonly number[]) => [a * b + c ** 2, Math.sin(a) * c];
    const { effects, base } = explain(model, 4);
    X.forEach((x, row) => {
      for (let k = 0; k < 2; k++) {
        const sum = [0, 1, 2].reduce(
          (total, player) => total + (effects[(row * 3 + player) * 2 + k] as number),
          0,
        );
        expect((base[k] as number) + sum).toBeCloseTo(model(x)[k] as number, 10);
      }
    });
  });

  it('lie within a few standard errors of those of all orders', () => {
    const model = ([a = 0, b = 0, c = 0]: readonly number[]) => [a * b * c + a * b];
    const { effects, errors } = explain(model);
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    X.forEach((x, row) => {
      const exact = [0, 0, 0];
      for (const z of Z) {
        for (const order of orders) {
          const mixed = [...z];
          for (const player of order) {
            const before = model(mixed)[0] as number;
            mixed[player] = x[player] as number;
            exact[player] = (exact[player] as number) + ((model(mixed)[0] as number) - before) / 6 / Z.length;
          }
        }
      }
      exact.forEach((value, player) => {
        const error = errors[row * 3 + player] as number;
        expect(error).toBeGreaterThan(0);
        expect(Math.abs((effects[row * 3 + player] as number) - value)).toBeLessThan(3.5 * error);
      });
    });
  });

  it('come out the same a second time', () => {
    const model = ([a = 0, b = 0]: readonly number[]) => [a * b];
    expect(explain(model).effects).toEqual(explain(model).effects);
  });
});
