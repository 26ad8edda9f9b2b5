/** Minimises a function of a few variables without derivatives (Nelder and Mead 1965, coefficients 1, 2, ½, ½). */

const TOLERANCE = 1e-7;

/** @param start the first corner; the others lie `reach` away from it along each axis.
 *  @param loss  may be infinite where a point is not allowed, but not at the start.
 *  @returns the best point seen. Deterministic. */
export function minimise(
  loss: (point: readonly number[]) => number,
  start: readonly number[],
  { reach = 0.6, maxSteps = 200 } = {},
): { point: readonly number[]; loss: number } {
  const n = start.length;
  const evaluate = (point: readonly number[]) => {
    const value = loss(point);
    return { point, loss: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  const simplex = [
    evaluate(start),
    ...start.map((_, axis) => evaluate(start.map((x, i) => (i === axis ? x + reach : x)))),
  ];
  const byLoss = (a: { loss: number }, b: { loss: number }) => a.loss - b.loss;
  simplex.sort(byLoss);
  for (let step = 0; n > 0 && step < maxSteps; step++) {
    const [best] = simplex;
    const worst = simplex[n];
    if (worst.loss - best.loss <= TOLERANCE * (Math.abs(best.loss) + TOLERANCE)) break;
    const centre = start.map((_, i) => simplex.slice(0, n).reduce((sum, { point }) => sum + point[i], 0) / n);
    const along = (factor: number) =>
      evaluate(centre.map((middle, i) => middle + factor * (worst.point[i] - middle)));
    const reflected = along(-1);
    if (reflected.loss < best.loss) {
      const expanded = along(-2);
      simplex[n] = expanded.loss < reflected.loss ? expanded : reflected;
    } else if (reflected.loss < simplex[n - 1].loss) {
      simplex[n] = reflected;
    } else {
      const contracted = along(reflected.loss < worst.loss ? -0.5 : 0.5);
      if (contracted.loss < Math.min(reflected.loss, worst.loss)) simplex[n] = contracted;
      else {
        for (let corner = 1; corner <= n; corner++) {
          const { point } = simplex[corner];
          simplex[corner] = evaluate(point.map((x, i) => best.point[i] + 0.5 * (x - best.point[i])));
        }
      }
    }
    simplex.sort(byLoss);
  }
  return simplex[0];
}
