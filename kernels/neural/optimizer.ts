// Over all parameters at once; counts are whole registers of 4.

/** In double precision: the norm of many small numbers must not lose the smallest. */
export function sumOfSquares(values: usize, count: u32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 16) {
    const four = v128.load(at);
    const first = f64x2.promote_low_f32x4(four);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** AdamW (Loshchilov and Hutter 2019), in place, as PyTorch's.
 *  @param factor the gradients are multiplied with first. @param rate the learning rate divided by the first moment's bias
 *  correction. @param shrink what decay leaves of a value. @param correction of the second moment: 1 / sqrt(1 - beta2^t). */
export function updateAdamW(
  values: usize,
  gradients: usize,
  first: usize,
  second: usize,
  count: u32,
  factor: f32,
  rate: f32,
  shrink: f32,
  correction: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  const factors = f32x4.splat(factor);
  const rates = f32x4.splat(rate);
  const shrinks = f32x4.splat(shrink);
  const corrections = f32x4.splat(correction);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(1 - beta1);
  const c2 = f32x4.splat(1 - beta2);
  const epsilons = f32x4.splat(epsilon);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), factors);
    const m = f32x4.add(f32x4.mul(b1, v128.load(first + at)), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(second + at)), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(first + at, m);
    v128.store(second + at, v);
    const direction = f32x4.div(m, f32x4.add(f32x4.mul(f32x4.sqrt(v), corrections), epsilons));
    const value = v128.load(values + at);
    v128.store(values + at, f32x4.sub(f32x4.mul(value, shrinks), f32x4.mul(rates, direction)));
  }
}
