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

/** Stochastic gradient descent with Nesterov's momentum, as PyTorch's. @param velocity updated; with momentum 0 unused. */
export function updateNesterov(
  values: usize,
  gradients: usize,
  velocity: usize,
  count: u32,
  factor: f32,
  rate: f32,
  decay: f32,
  momentum: f32,
): void {
  const factors = f32x4.splat(factor);
  const rates = f32x4.splat(rate);
  const decays = f32x4.splat(decay);
  const momenta = f32x4.splat(momentum);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const value = v128.load(values + at);
    const g = f32x4.add(f32x4.mul(v128.load(gradients + at), factors), f32x4.mul(decays, value));
    const speed = f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), g);
    v128.store(velocity + at, speed);
    const direction = f32x4.add(g, f32x4.mul(momenta, speed));
    v128.store(values + at, f32x4.sub(value, f32x4.mul(rates, direction)));
  }
}

/** Lion (Chen et al. 2023): every number moves by the rate, in the direction of a mixture of momentum and gradient. */
export function updateLion(
  values: usize,
  gradients: usize,
  momentum: usize,
  count: u32,
  factor: f32,
  rate: f32,
  shrink: f32,
  beta1: f32,
  beta2: f32,
): void {
  const zero = f32x4.splat(0);
  const sign = v128.splat<u32>(0x80000000);
  const factors = f32x4.splat(factor);
  const rates = f32x4.splat(rate);
  const shrinks = f32x4.splat(shrink);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(1 - beta1);
  const c2 = f32x4.splat(1 - beta2);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), factors);
    const m = v128.load(momentum + at);
    const mixed = f32x4.add(f32x4.mul(b1, m), f32x4.mul(c1, g));
    const move = v128.or(v128.and(mixed, sign), v128.and(rates, f32x4.ne(mixed, zero)));
    v128.store(values + at, f32x4.sub(f32x4.mul(v128.load(values + at), shrinks), move));
    v128.store(momentum + at, f32x4.add(f32x4.mul(b2, m), f32x4.mul(c2, g)));
  }
}

/** RMSProp as PyTorch's, with decoupled decay. */
export function updateRmsProp(
  values: usize,
  gradients: usize,
  squares: usize,
  count: u32,
  factor: f32,
  rate: f32,
  shrink: f32,
  alpha: f32,
  epsilon: f32,
): void {
  const factors = f32x4.splat(factor);
  const rates = f32x4.splat(rate);
  const shrinks = f32x4.splat(shrink);
  const keep = f32x4.splat(alpha);
  const take = f32x4.splat(1 - alpha);
  const epsilons = f32x4.splat(epsilon);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), factors);
    const v = f32x4.add(f32x4.mul(keep, v128.load(squares + at)), f32x4.mul(take, f32x4.mul(g, g)));
    v128.store(squares + at, v);
    const direction = f32x4.div(g, f32x4.add(f32x4.sqrt(v), epsilons));
    v128.store(values + at, f32x4.sub(f32x4.mul(v128.load(values + at), shrinks), f32x4.mul(rates, direction)));
  }
}

/** sums += values × share. */
export function addScaled(sums: usize, values: usize, count: u32, share: f32): void {
  const shares = f32x4.splat(share);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    v128.store(sums + at, f32x4.add(v128.load(sums + at), f32x4.mul(v128.load(values + at), shares)));
  }
}

/** values += (goal × factor − values) × share: a moving average. */
export function moveTowards(values: usize, goal: usize, count: u32, share: f32, factor: f32): void {
  const shares = f32x4.splat(share);
  const factors = f32x4.splat(factor);
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    const value = v128.load(values + at);
    const gap = f32x4.sub(f32x4.mul(v128.load(goal + at), factors), value);
    v128.store(values + at, f32x4.add(value, f32x4.mul(gap, shares)));
  }
}

/** Draws every number in to [−limit, limit]. */
export function clipValues(values: usize, count: u32, limit: f32): void {
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  for (let at = values, end = values + ((<usize>count) << 2); at < end; at += 16) {
    v128.store(at, f32x4.max(low, f32x4.min(high, v128.load(at))));
  }
}
