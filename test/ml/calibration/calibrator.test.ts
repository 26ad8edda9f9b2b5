import { describe, expect, it } from 'vitest';
import { applyCalibrator, Calibrator, fitCalibrator, isFor } from '../../../src/ml/calibration/calibrator.ts';
import { fitSteps, type Steps } from '../../../src/ml/calibration/isotonic.ts';
import { fitSigmoid, type Sigmoid } from '../../../src/ml/calibration/platt.ts';
import { CalibrationMethod } from '../../../src/ml/experiment.ts';
import { Random } from '../../../src/ml/random.ts';
import { oracle } from '../metrics/oracle.ts';

interface Case {
  nClasses: number;
  prediction: number[];
  target: number[];
  new: number[];
  platt: number[];
  isotonic: number[];
  temperature: number[];
  sigmoid?: Sigmoid;
  steps?: Steps;
  power: number;
}

const cases = oracle<Case[]>('calibration/calibrators.json');
const f64 = (values: readonly number[]) => Float64Array.from(values);

describe.each(cases)('calibrators of $nClasses classes', (c) => {
  const { nClasses } = c;
  const prediction = f64(c.prediction);
  const target = f64(c.target);
  const said = (method: CalibrationMethod) =>
    applyCalibrator(fitCalibrator(method, prediction, target, nClasses), f64(c.new), nClasses);

  it.each(['platt', 'temperature'] as const)('say by %s what those of scikit-learn say', (method) => {
    const ours = said(method);
    c[method].forEach((value, i) => {
      expect(ours[i]).toBeCloseTo(value, 5);
    });
  });

  it('say by isotonic regression what those of scikit-learn say, but never 0 or 1', () => {
    const ours = said('isotonic');
    c.isotonic.forEach((value, i) => {
      expect(Math.abs((ours[i] as number) - value)).toBeLessThan(nClasses / (target.length + 2) + 1e-9);
      expect(ours[i]).toBeGreaterThan(0);
      expect(ours[i]).toBeLessThan(1);
    });
  });

  it('have the power of scikit-learn', () => {
    const fitted = fitCalibrator('temperature', prediction, target, nClasses);
    expect(fitted.method === 'temperature' && fitted.power).toBeCloseTo(c.power, 6);
  });
});

describe.each(cases.filter(({ nClasses }) => nClasses === 2))('curves of two classes', (c) => {
  it('are those of scikit-learn', () => {
    const outcomes = Uint8Array.from(c.target);
    const positive = Float64Array.from(c.target, (_, row) => c.prediction[2 * row + 1] as number);
    const { slope, intercept } = fitSigmoid(
      positive.map((p) => Math.log(p / (1 - p))),
      outcomes,
    );
    expect(slope).toBeCloseTo(c.sigmoid?.slope as number, 4);
    expect(intercept).toBeCloseTo(c.sigmoid?.intercept as number, 4);
    const steps = fitSteps(positive, outcomes);
    expect(steps.at).toEqual(c.steps?.at);
    steps.share.forEach((value, i) => {
      expect(value).toBeCloseTo(c.steps?.share[i] as number, 12);
    });
  });
});

/** Probabilities, and outcomes that came by them; what was said is the truth to a power. */
function overconfident(nRows: number, nClasses: number, power: number, seed = 4) {
  const random = new Random(seed);
  const prediction = new Float64Array(nRows * nClasses);
  const target = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    const shares = Array.from({ length: nClasses }, () => Math.exp(random.normal()));
    const total = shares.reduce((sum, share) => sum + share, 0);
    let left = random.uniform() * total;
    for (const [k, share] of shares.entries()) {
      if (left >= 0) target[row] = k;
      left -= share;
    }
    const sharp = shares.map((share) => share ** power);
    const whole = sharp.reduce((sum, share) => sum + share, 0);
    sharp.forEach((share, k) => {
      prediction[row * nClasses + k] = share / whole;
    });
  }
  return { prediction, target };
}

const logLoss = (prediction: Float64Array, target: Float64Array, nClasses: number) =>
  target.reduce((sum, k, row) => sum - Math.log(prediction[row * nClasses + k] as number), 0) / target.length;

describe('a calibrator', () => {
  it.each(CalibrationMethod.options)('by %s mends overconfidence on rows that it has not seen', (method) => {
    for (const nClasses of [2, 4]) {
      const known = overconfident(2000, nClasses, 2.5);
      const fresh = overconfident(2000, nClasses, 2.5, 5);
      const calibrator = fitCalibrator(method, known.prediction, known.target, nClasses);
      const mended = applyCalibrator(calibrator, fresh.prediction, nClasses);
      expect(logLoss(mended, fresh.target, nClasses)).toBeLessThan(
        logLoss(fresh.prediction, fresh.target, nClasses) - 0.05,
      );
      for (let row = 0; row < fresh.target.length; row++) {
        const sum = mended.subarray(row * nClasses, (row + 1) * nClasses).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(1, 12);
      }
    }
  });

  it('finds the power that was used', () => {
    const { prediction, target } = overconfident(20_000, 3, 2.5);
    const fitted = fitCalibrator('temperature', prediction, target, 3);
    expect(fitted.method === 'temperature' && fitted.power).toBeCloseTo(1 / 2.5, 1);
  });

  it.each(CalibrationMethod.options)('by %s claims no certainty where rows are separated', (method) => {
    const prediction = Float64Array.from({ length: 200 }, (_, i) => ((i >> 1) % 2 === i % 2 ? 1 : 0));
    const target = Float64Array.from({ length: 100 }, (_, row) => row % 2);
    const calibrator = fitCalibrator(method, prediction, target, 2);
    const said = applyCalibrator(calibrator, Float64Array.of(0.5, 0.5, 0.2, 0.8), 2);
    for (const p of said) expect(p > 0 && p < 1 && Number.isFinite(p)).toBe(true);
    expect(said[3]).toBeGreaterThanOrEqual(said[1] as number);
  });

  it.each(CalibrationMethod.options)('by %s survives being stored', (method) => {
    const { prediction, target } = overconfident(300, 3, 2);
    const calibrator = fitCalibrator(method, prediction, target, 3);
    const restored = Calibrator.parse(JSON.parse(JSON.stringify(calibrator)));
    expect(applyCalibrator(restored, prediction, 3)).toEqual(applyCalibrator(calibrator, prediction, 3));
    expect(isFor(restored, 3)).toBe(true);
    expect(isFor(restored, 4)).toBe(method === 'temperature');
    expect(isFor(restored, 1)).toBe(false);
  });

  it('is refused where its knots are out of order', () => {
    const curves = [{ at: [0.2, 0.1], share: [0.1, 0.3] }];
    expect(Calibrator.safeParse({ method: 'isotonic', curves }).success).toBe(false);
  });
});
