// Batch and layer normalisation. Rows have `stride` columns, of which the padding is 0 and stays so: its scale and shift
// are 0.

/** Of each column over the rows: the mean, and the variance around it (divided by nRows). */
export function columnMoments(values: usize, nRows: u32, stride: u32, mean: usize, variance: usize): void {
  const rowBytes = (<usize>stride) << 2;
  const share = f32x4.splat(<f32>1 / <f32>nRows);
  for (let column: usize = 0; column < rowBytes; column += 16) {
    let sum = f32x4.splat(0);
    let at = values + column;
    for (let row: u32 = 0; row < nRows; row++, at += rowBytes) sum = f32x4.add(sum, v128.load(at));
    const centre = f32x4.mul(sum, share);
    let squares = f32x4.splat(0);
    at = values + column;
    for (let row: u32 = 0; row < nRows; row++, at += rowBytes) {
      const gap = f32x4.sub(v128.load(at), centre);
      squares = f32x4.add(squares, f32x4.mul(gap, gap));
    }
    v128.store(mean + column, centre);
    v128.store(variance + column, f32x4.mul(squares, share));
  }
}

/** out = (values − mean) / sqrt(variance + epsilon) × scale + shift, column by column. Rows from `nRows` to `nPadded` of
 *  `out` become 0. */
export function normaliseColumns(
  values: usize,
  nRows: u32,
  nPadded: u32,
  stride: u32,
  mean: usize,
  variance: usize,
  epsilon: f32,
  scale: usize,
  shift: usize,
  out: usize,
): void {
  const rowBytes = (<usize>stride) << 2;
  const one = f32x4.splat(1);
  for (let column: usize = 0; column < rowBytes; column += 16) {
    const deviation = f32x4.sqrt(f32x4.add(v128.load(variance + column), f32x4.splat(epsilon)));
    const factor = f32x4.mul(v128.load(scale + column), f32x4.div(one, deviation));
    const centre = v128.load(mean + column);
    const offset = v128.load(shift + column);
    let at = column;
    for (let row: u32 = 0; row < nRows; row++, at += rowBytes) {
      const gap = f32x4.sub(v128.load(values + at), centre);
      v128.store(out + at, f32x4.add(f32x4.mul(gap, factor), offset));
    }
  }
  memory.fill(out + <usize>nRows * rowBytes, 0, <usize>(nPadded - nRows) * rowBytes);
}

/** What normalised columns were asked to change, told to scale, shift and inputs (Ioffe and Szegedy 2015). Rows from
 *  `nRows` to `nPadded` of `out` become 0. */
export function columnNormGradients(
  gradients: usize,
  values: usize,
  nRows: u32,
  nPadded: u32,
  stride: u32,
  mean: usize,
  variance: usize,
  epsilon: f32,
  scale: usize,
  ofScale: usize,
  ofShift: usize,
  out: usize,
): void {
  const rowBytes = (<usize>stride) << 2;
  const one = f32x4.splat(1);
  const share = f32x4.splat(<f32>1 / <f32>nRows);
  for (let column: usize = 0; column < rowBytes; column += 16) {
    const spread = f32x4.sqrt(f32x4.add(v128.load(variance + column), f32x4.splat(epsilon)));
    const steepness = f32x4.div(one, spread);
    const centre = v128.load(mean + column);
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    let at = column;
    for (let row: u32 = 0; row < nRows; row++, at += rowBytes) {
      const g = v128.load(gradients + at);
      const normal = f32x4.mul(f32x4.sub(v128.load(values + at), centre), steepness);
      sum = f32x4.add(sum, g);
      product = f32x4.add(product, f32x4.mul(g, normal));
    }
    v128.store(ofShift + column, sum);
    v128.store(ofScale + column, product);
    const factor = f32x4.mul(v128.load(scale + column), steepness);
    const level = f32x4.mul(sum, share);
    const tilt = f32x4.mul(f32x4.mul(product, share), steepness);
    at = column;
    for (let row: u32 = 0; row < nRows; row++, at += rowBytes) {
      const gap = f32x4.sub(v128.load(values + at), centre);
      const rest = f32x4.sub(f32x4.sub(v128.load(gradients + at), level), f32x4.mul(gap, tilt));
      v128.store(out + at, f32x4.mul(rest, factor));
    }
  }
  memory.fill(out + <usize>nRows * rowBytes, 0, <usize>(nPadded - nRows) * rowBytes);
}

/** out = (values − mean of the row) / sqrt(variance of the row + epsilon) × scale + shift (Ba et al. 2016). Mean and the
 *  inverse of the deviation of each row are left in `moments` (two numbers a row). */
export function normaliseRows(
  values: usize,
  nRows: u32,
  width: u32,
  stride: u32,
  epsilon: f32,
  scale: usize,
  shift: usize,
  moments: usize,
  out: usize,
): void {
  const rowBytes = (<usize>stride) << 2;
  const usedBytes = (<usize>width) << 2;
  for (let row: u32 = 0; row < nRows; row++) {
    const from = values + <usize>row * rowBytes;
    const to = out + <usize>row * rowBytes;
    let sum: f64 = 0;
    for (let at: usize = 0; at < usedBytes; at += 4) sum += <f64>load<f32>(from + at);
    const mean = sum / <f64>width;
    let squares: f64 = 0;
    for (let at: usize = 0; at < usedBytes; at += 4) {
      const gap = <f64>load<f32>(from + at) - mean;
      squares += gap * gap;
    }
    const steepness = <f32>(1 / Math.sqrt(squares / <f64>width + <f64>epsilon));
    store<f32>(moments + ((<usize>row) << 3), <f32>mean);
    store<f32>(moments + ((<usize>row) << 3), steepness, 4);
    const centres = f32x4.splat(<f32>mean);
    const factors = f32x4.splat(steepness);
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(from + at), centres), factors);
      v128.store(to + at, f32x4.add(f32x4.mul(normal, v128.load(scale + at)), v128.load(shift + at)));
    }
  }
}

/** @param ofScale, ofShift overwritten with sums over the rows. */
export function rowNormGradients(
  gradients: usize,
  values: usize,
  nRows: u32,
  width: u32,
  stride: u32,
  scale: usize,
  moments: usize,
  ofScale: usize,
  ofShift: usize,
  out: usize,
): void {
  const rowBytes = (<usize>stride) << 2;
  const usedBytes = (<usize>width) << 2;
  memory.fill(ofScale, 0, rowBytes);
  memory.fill(ofShift, 0, rowBytes);
  for (let row: u32 = 0; row < nRows; row++) {
    const mean = load<f32>(moments + ((<usize>row) << 3));
    const steepness = load<f32>(moments + ((<usize>row) << 3), 4);
    const offset = <usize>row * rowBytes;
    let sum: f64 = 0;
    let product: f64 = 0;
    for (let at: usize = 0; at < usedBytes; at += 4) {
      const asked = load<f32>(gradients + offset + at);
      const normal = (load<f32>(values + offset + at) - mean) * steepness;
      store<f32>(ofScale + at, load<f32>(ofScale + at) + asked * normal);
      store<f32>(ofShift + at, load<f32>(ofShift + at) + asked);
      const g = <f64>(asked * load<f32>(scale + at));
      sum += g;
      product += g * <f64>normal;
    }
    const level = <f32>(sum / <f64>width);
    const tilt = <f32>(product / <f64>width);
    for (let at: usize = 0; at < usedBytes; at += 4) {
      const normal = (load<f32>(values + offset + at) - mean) * steepness;
      const g = load<f32>(gradients + offset + at) * load<f32>(scale + at);
      store<f32>(out + offset + at, (g - level - normal * tilt) * steepness);
    }
    memory.fill(out + offset + usedBytes, 0, rowBytes - usedBytes);
  }
}
