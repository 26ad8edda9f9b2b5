/** Minimises a function, smooth or with a convex L1 penalty, by limited-memory BFGS (Nocedal and Wright 2006,
 *  Alg. 7.4). With an L1 penalty it is OWL-QN (Andrew and Gao 2007): the penalised gradient is the one of the
 *  orthant that the step may move in, and a step that would leave the orthant ends at its border, at exactly zero. */

/** Pairs of steps and gradient changes that the curvature is estimated from. */
const MEMORY = 10;

/** A step must bring at least this share of the decrease that the gradient promises (Armijo). */
const SUFFICIENT_DECREASE = 1e-4;

/** Halvings of a step after which rounding is what prevents a decrease. */
const MAX_HALVINGS = 40;

export interface MinimiseOptions {
  readonly maxSteps: number;
  /** Ends when no component of the (penalised) gradient is larger. */
  readonly tolerance: number;
  /** Float64Array: L1 weight of each variable. */
  readonly l1?: Float64Array;
  /** Asked before each step. */
  readonly shouldStop: () => boolean;
  /** Called after each step, when `evaluate` was last called with these variables. */
  readonly onStep: (step: number, variables: Float64Array) => void;
}

/** @param evaluate the smooth part: returns its value and overwrites the gradient.
 *  @param start     not changed.
 *  @returns the variables after the last step: the minimum, unless a limit was reached before. */
export function minimise(
  evaluate: (variables: Float64Array, gradient: Float64Array) => number,
  start: Float64Array,
  options: MinimiseOptions,
): Float64Array {
  const l1 = options.l1 ?? new Float64Array(start.length);
  const history: Pair[] = [];
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = evaluate(x, gradient) + l1Penalty(x, l1);
  for (let step = 1; step <= options.maxSteps && !options.shouldStop(); step++) {
    const steepest = penalisedGradient(x, gradient, l1);
    if (largest(steepest) <= options.tolerance) break;
    const direction = descentDirection(steepest, history, l1);
    const next = lineSearch(evaluate, x, value, steepest, direction, l1, history.length === 0);
    if (!next) {
      if (history.length === 0) break;
      history.length = 0; // the curvature estimate may be what misled the search: try the plain gradient once
      step--;
      continue;
    }
    remember(history, difference(next.x, x), difference(next.gradient, gradient));
    ({ x, gradient, value } = next);
    options.onStep(step, x);
  }
  return x;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / (step · change). */
  readonly rho: number;
}

interface Point {
  readonly x: Float64Array<ArrayBuffer>;
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly value: number;
}

function remember(history: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  // Without clearly positive curvature the estimate would stop pointing downhill.
  if (curvature <= 1e-12 * dot(change, change)) return;
  history.push({ step, change, rho: 1 / curvature });
  if (history.length > MEMORY) history.shift();
}

/** The derivative with the L1 penalty; at zero, of the side on which the objective falls, or 0 if on neither. */
function penalisedGradient(x: Float64Array, gradient: Float64Array, l1: Float64Array): Float64Array {
  return gradient.map((g, i) => {
    if (x[i] !== 0) return g + Math.sign(x[i]) * l1[i];
    if (g + l1[i] < 0) return g + l1[i];
    if (g - l1[i] > 0) return g - l1[i];
    return l1[i] === 0 ? g : 0;
  });
}

/** Minus the estimated inverse Hessian times the gradient: the two-loop recursion. */
function descentDirection(steepest: Float64Array, history: readonly Pair[], l1: Float64Array): Float64Array {
  const direction = steepest.map((g) => -g);
  const alphas = new Float64Array(history.length);
  for (let h = history.length - 1; h >= 0; h--) {
    const { step, change, rho } = history[h];
    alphas[h] = rho * dot(step, direction);
    addScaled(-alphas[h], change, direction);
  }
  const latest = history.at(-1);
  if (latest) {
    const scale = 1 / (latest.rho * dot(latest.change, latest.change));
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (let h = 0; h < history.length; h++) {
    const { step, change, rho } = history[h];
    addScaled(alphas[h] - rho * dot(change, direction), step, direction);
  }
  // Under an L1 penalty a component may not move against its own gradient.
  return direction.map((d, i) => (l1[i] > 0 && d * steepest[i] >= 0 ? 0 : d));
}

/** Halves the step until the value falls enough; null when it does not. */
function lineSearch(
  evaluate: (variables: Float64Array, gradient: Float64Array) => number,
  x: Float64Array,
  value: number,
  steepest: Float64Array,
  direction: Float64Array,
  l1: Float64Array,
  isFirst: boolean,
): Point | null {
  const gradient = new Float64Array(x.length);
  let length = isFirst ? Math.min(1, 1 / Math.sqrt(dot(steepest, steepest))) : 1;
  for (let halvings = 0; halvings < MAX_HALVINGS; halvings++, length /= 2) {
    const candidate = Float64Array.from(x, (xi, i) => {
      const moved = xi + length * direction[i];
      const orthant = xi !== 0 ? xi : -steepest[i];
      return l1[i] > 0 && moved * orthant <= 0 ? 0 : moved;
    });
    const promised = dot(steepest, difference(candidate, x));
    if (promised >= 0) return null;
    const candidateValue = evaluate(candidate, gradient) + l1Penalty(candidate, l1);
    if (candidateValue <= value + SUFFICIENT_DECREASE * promised) {
      return { x: candidate, gradient, value: candidateValue };
    }
  }
  return null;
}

function l1Penalty(x: Float64Array, l1: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += l1[i] * Math.abs(x[i]);
  return sum;
}

function largest(x: Float64Array): number {
  let magnitude = 0;
  for (let i = 0; i < x.length; i++) magnitude = Math.max(magnitude, Math.abs(x[i]));
  return magnitude;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((ai, i) => ai - b[i]);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(factor: number, a: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * a[i];
}
