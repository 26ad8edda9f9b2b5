/** Standard test functions of global optimisation (Surjanovic and Bingham, Virtual Library of Simulation Experiments), to be
 *  minimised. `bench/peers/optuna_tpe.py` has the same ones. */
import type { Parameters, SearchSpace } from '../../src/ml/tuning/distributions.ts';

export interface TestFunction {
  readonly name: string;
  readonly space: SearchSpace;
  /** The lowest value. */
  readonly minimum: number;
  value(parameters: Parameters): number;
}

type Formula = (x: readonly number[]) => number;

/** A function of real numbers on a box. */
function onBox(
  name: string,
  ranges: readonly (readonly [number, number])[],
  minimum: number,
  formula: Formula,
): TestFunction {
  const names = ranges.map((_, i) => `x${i + 1}`);
  const space: SearchSpace = Object.fromEntries(
    ranges.map(([low, high], i) => [names[i] as string, { kind: 'float', low, high, log: false }]),
  );
  return {
    name,
    space,
    minimum,
    value: (parameters) => formula(names.map((one) => parameters[one] as number)),
  };
}

const cube = (n: number, low: number, high: number) =>
  Array.from({ length: n }, (): readonly [number, number] => [low, high]);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function branin([x = 0, y = 0]: readonly number[]): number {
  const curve = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
  return curve * curve + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
}

function goldsteinPrice([x = 0, y = 0]: readonly number[]): number {
  const first = (x + y + 1) ** 2 * (19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y);
  const second = (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y);
  return (1 + first) * (30 + second);
}

function ackley(x: readonly number[]): number {
  const distance = Math.sqrt(sum(x.map((xi) => xi * xi)) / x.length);
  const waves = sum(x.map((xi) => Math.cos(2 * Math.PI * xi))) / x.length;
  return -20 * Math.exp(-0.2 * distance) - Math.exp(waves) + 20 + Math.E;
}

function rosenbrock(x: readonly number[]): number {
  return sum(
    x.slice(1).map((next, i) => 100 * (next - (x[i] as number) ** 2) ** 2 + (1 - (x[i] as number)) ** 2),
  );
}

function levy(x: readonly number[]): number {
  const w = x.map((xi) => 1 + (xi - 1) / 4);
  const last = w.at(-1) as number;
  const middle = w.slice(0, -1).map((wi) => (wi - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * wi + 1) ** 2));
  return (
    Math.sin(Math.PI * (w[0] as number)) ** 2 +
    sum(middle) +
    (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
  );
}

function styblinskiTang(x: readonly number[]): number {
  return sum(x.map((xi) => xi ** 4 - 16 * xi * xi + 5 * xi)) / 2;
}

const HARTMANN_WEIGHTS = [1, 1.2, 3, 3.2];

/** Dixon and Szego 1978. */
function hartmann(a: readonly (readonly number[])[], p: readonly (readonly number[])[]): Formula {
  return (x) =>
    -sum(
      HARTMANN_WEIGHTS.map((weight, i) => {
        const [ai = [], pi = []] = [a[i], p[i]];
        return weight * Math.exp(-sum(x.map((xj, j) => (ai[j] as number) * (xj - (pi[j] as number)) ** 2)));
      }),
    );
}

const hartmann3 = hartmann(
  [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  [
    [0.3689, 0.117, 0.2673],
    [0.4699, 0.4387, 0.747],
    [0.1091, 0.8732, 0.5547],
    [0.0381, 0.5743, 0.8828],
  ],
);

const hartmann6 = hartmann(
  [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
);

export const TEST_FUNCTIONS: readonly TestFunction[] = [
  onBox(
    'branin',
    [
      [-5, 10],
      [0, 15],
    ],
    0.397887,
    branin,
  ),
  onBox('goldstein_price', cube(2, -2, 2), 3, goldsteinPrice),
  onBox('hartmann3', cube(3, 0, 1), -3.86278, hartmann3),
  onBox('hartmann6', cube(6, 0, 1), -3.32237, hartmann6),
  onBox('ackley5', cube(5, -32.768, 32.768), 0, ackley),
  onBox('rosenbrock4', cube(4, -5, 10), 0, rosenbrock),
  onBox('levy4', cube(4, -10, 10), 0, levy),
  onBox('styblinski_tang5', cube(5, -5, 5), -195.83083, styblinskiTang),
];
