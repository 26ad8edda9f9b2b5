// Scores of the splits that a whole level of a symmetric tree could share.

/** Least hessian of one side: quotients stay finite where rows are certain. */
const LEAST_HESSIAN: f64 = 1e-3;

const CATEGORICAL: u8 = 1;

/** The two lanes of every vector are one split with missing values on the right and on the left. */
export function addLevelScores(
  histogram: usize,
  features: usize,
  nFeatures: u32,
  facts: usize,
  total: usize,
  gradientScale: f64,
  hessianScale: f64,
  l2: f64,
  countBits: i32,
  scores: usize,
): void {
  const gradient = load<i64>(total);
  const hessian = load<i64>(total, 8);
  for (let k: u32 = 0; k < nFeatures; k++) {
    const entry = features + ((<usize>k) << 3);
    const fact = facts + ((<usize>load<u32>(entry)) << 2);
    const offset = <usize>load<u32>(entry, 4);
    const nBins = <u32>load<u16>(fact);
    const out = scores + offset;
    const cells = histogram + offset;
    if (load<u8>(fact, 2) == CATEGORICAL) {
      for (let bin: u32 = 0; bin <= nBins; bin++) {
        const at = (<usize>bin) << 4;
        const g = load<i64>(cells + at);
        const h = load<i64>(cells + at, 8);
        const both = scoreBoth(g, h, g, h, gradient, hessian, gradientScale, hessianScale, l2, countBits);
        v128.store(out + at, f64x2.add(v128.load(out + at), both));
      }
      continue;
    }
    const missing = cells + ((<usize>nBins) << 4);
    const missingGradient = load<i64>(missing);
    const missingHessian = load<i64>(missing, 8);
    let g: i64 = 0;
    let h: i64 = 0;
    let both = f64x2.splat(0);
    for (let bin: u32 = 0; bin < nBins; bin++) {
      const at = (<usize>bin) << 4;
      const cellHessian = load<i64>(cells + at, 8);
      // A bin without rows leaves both sides, and so the score, as they were.
      if (cellHessian != 0 || bin == 0) {
        g += load<i64>(cells + at);
        h += cellHessian;
        both = scoreBoth(
          g,
          h,
          g + missingGradient,
          h + missingHessian,
          gradient,
          hessian,
          gradientScale,
          hessianScale,
          l2,
          countBits,
        );
      }
      v128.store(out + at, f64x2.add(v128.load(out + at), both));
    }
  }
}

/** gradient² / (hessian + l2) of both sides together, for two left sides. */
// @ts-ignore: decorator
@inline
function scoreBoth(
  gradient0: i64,
  hessian0: i64,
  gradient1: i64,
  hessian1: i64,
  totalGradient: i64,
  totalHessian: i64,
  gradientScale: f64,
  hessianScale: f64,
  l2: f64,
  countBits: i32,
): v128 {
  const toGradient = f64x2.splat(gradientScale);
  const toHessian = f64x2.splat(hessianScale);
  const least = f64x2.splat(LEAST_HESSIAN);
  const penalty = f64x2.splat(l2);
  const left = f64x2.mul(pair(<f64>gradient0, <f64>gradient1), toGradient);
  const right = f64x2.mul(
    pair(<f64>(totalGradient - gradient0), <f64>(totalGradient - gradient1)),
    toGradient,
  );
  const leftHessian = f64x2.mul(pair(sumOf(hessian0, countBits), sumOf(hessian1, countBits)), toHessian);
  const rightHessian = f64x2.mul(
    pair(sumOf(totalHessian - hessian0, countBits), sumOf(totalHessian - hessian1, countBits)),
    toHessian,
  );
  const leftWeight = f64x2.add(f64x2.max(leftHessian, least), penalty);
  const rightWeight = f64x2.add(f64x2.max(rightHessian, least), penalty);
  // a / b + c / d with one division.
  return f64x2.div(
    f64x2.add(
      f64x2.mul(f64x2.mul(left, left), rightWeight),
      f64x2.mul(f64x2.mul(right, right), leftWeight),
    ),
    f64x2.mul(leftWeight, rightWeight),
  );
}

// @ts-ignore: decorator
@inline
function sumOf(hessianAndCount: i64, countBits: i32): f64 {
  return <f64>(<i64>(<u64>hessianAndCount >> countBits));
}

// @ts-ignore: decorator
@inline
function pair(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}
