import { describe, expect, it } from 'vitest';
import { Calibrator } from '../../../src/ml/calibration/calibrator.ts';
import { Evidence } from '../../../src/ml/evidence.ts';
import { CalibrationMethod, type Experiment } from '../../../src/ml/experiment.ts';
import { Judgement } from '../../../src/ml/judgement.ts';
import { bestCutOff } from '../../../src/ml/metrics/decision-cost.ts';
import { score } from '../../../src/ml/metrics/score.ts';
import { Random } from '../../../src/ml/random.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { judge } from '../../../src/ml/search/judge.ts';
import { restorePredictor, type SerialisedPredictor } from '../../../src/ml/search/predictor.ts';
import { type RefitResult, refit } from '../../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import { packPredictor, unpackPredictor } from '../../../src/models/pack-predictor.ts';
import { decodeWeights, encodeWeights } from '../../../src/models/weights.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable(2600);

/** A single trial that knows the chances that each outcome came by, and says them to a power: 1 is honest, 3 far too sure. */
function select(experiment: Experiment, power: number, data = table, seed = 1) {
  const split = splitTable(data, experiment);
  const { nClasses } = split.target;
  const values = split.target.values.slice();
  const rows = { ...split, target: { ...split.target, values } };
  const random = new Random(seed);
  const predictions = rows.split.folds.map(({ validation }) => {
    const out = new Float32Array(validation.length * nClasses);
    validation.forEach((row, i) => {
      const chances = Array.from({ length: nClasses }, () => Math.exp(1.2 * random.normal()));
      const total = chances.reduce((sum, chance) => sum + chance, 0);
      let left = random.uniform() * total;
      for (const [k, chance] of chances.entries()) {
        if (left >= 0) values[row] = k;
        left -= chance;
      }
      const said = chances.map((chance) => (chance / total) ** power);
      const sum = said.reduce((all, share) => all + share, 0);
      said.forEach((share, k) => {
        out[i * nClasses + k] = share / sum;
      });
    });
    return out;
  });
  return selectEnsemble(experiment, rows, [{ trial: 0, family: 'gbdt', predictions }]);
}

describe('choosing a calibrator', () => {
  it.each(['binary', 'multiclass'] as const)('mends a model that is too sure (%s)', (task) => {
    const found = Array.from({ length: 6 }, (_, seed) => {
      const { recalibration } = select(shopExperiment(task, { recalibration: 'choose' }), 3, table, seed + 1);
      expect(recalibration?.tried.map(({ method }) => method)).toEqual(CalibrationMethod.options);
      for (const { gain } of recalibration?.tried ?? []) expect(gain.low).toBeGreaterThan(0);
      return recalibration;
    });
    // By chance, 2.5% of the freer ones would be taken in its place.
    const tempered = found.filter((one) => one?.taken === 'temperature');
    expect(tempered.length).toBeGreaterThanOrEqual(5);
    for (const one of tempered) {
      expect(one?.calibrator?.method === 'temperature' && one.calibrator.power).toBeCloseTo(1 / 3, 1);
    }
  });

  it.each(['binary', 'multiclass'] as const)('leaves an honest one alone (%s)', (task) => {
    // By chance, 2.5% of each calibrator would be taken.
    const taken = Array.from({ length: 8 }, (_, seed) => {
      const { recalibration } = select(shopExperiment(task, { recalibration: 'choose' }), 1, table, seed + 1);
      expect(recalibration?.tried).toHaveLength(3);
      return recalibration?.taken;
    });
    expect(taken.filter((method) => method !== null).length).toBeLessThanOrEqual(1);
  });

  it.each(CalibrationMethod.options)('takes %s where a person has named it', (method) => {
    const { recalibration } = select(shopExperiment('binary', { recalibration: method }), 1);
    expect(recalibration).toMatchObject({ taken: method, wanted: method, calibrator: { method } });
    expect(recalibration?.tried).toHaveLength(1);
  });

  it('takes none of few rows, of plans that want none, and of those that know of none', () => {
    const few = select(shopExperiment('binary', { recalibration: 'choose' }), 3, shopTable(300));
    expect(few.recalibration).toMatchObject({ taken: null, tried: [], calibrator: null });
    const none = select(shopExperiment('binary', { recalibration: 'none' }), 3);
    expect(none.recalibration).toMatchObject({ taken: null, tried: [], calibrator: null });
    expect('recalibration' in select(shopExperiment('binary'), 3)).toBe(false);
  });

  it('has the cut-off chosen on the probabilities that people get', () => {
    const experiment = shopExperiment('binary', { recalibration: 'platt', metric: 'f1' });
    const { threshold, recalibration } = select(experiment, 3);
    const { calibrator, plainThreshold } = recalibration ?? {};
    if (calibrator?.method !== 'platt' || !plainThreshold || !threshold) throw new Error('there are both');
    // The sigmoid of the one is near the other: it is the same place in the order of the rows.
    const { slope, intercept } = calibrator.curves[0] as { slope: number; intercept: number };
    const logit = Math.log(plainThreshold / (1 - plainThreshold));
    expect(Math.abs(1 / (1 + Math.exp(-(slope * logit + intercept))) - threshold)).toBeLessThan(0.05);
    expect(Math.abs(plainThreshold - 0.5)).toBeGreaterThan(Math.abs(threshold - 0.5));
  });
});

describe('what mistakes cost', () => {
  const costs = { missed: 400, falseAlarm: 20 };

  it('is where the cut-off follows from, unless the metric that decides has one of its own', () => {
    expect(select(shopExperiment('binary', { costs }), 1).threshold).toBe(bestCutOff(costs));
    expect(select(shopExperiment('binary'), 1).threshold).toBeNull();
    expect(select(shopExperiment('binary', { costs, metric: 'f1' }), 1).threshold).toBe(
      select(shopExperiment('binary', { metric: 'f1' }), 1).threshold,
    );
  });
});

describe.each(CalibrationMethod.options)('a model corrected by %s', (recalibration) => {
  it.each(['binary', 'multiclass'] as const)(
    'is judged, kept and used as what it says after that (%s)',
    async (task) => {
      const data = shopTable(500);
      const experiment = shopExperiment(task, { recalibration });
      const spec = quickSpec('gbdt');
      const clock = countingClock();
      const predictions: Float32Array[] = [];
      const onFold = (_: unknown, prediction: Float32Array) => predictions.push(prediction);
      const trial = await evaluateTrial(data, experiment, spec, { clock, onFold });
      const rows = splitTable(data, experiment);
      const selection = selectEnsemble(experiment, rows, [{ trial: 3, family: 'gbdt', predictions }]);
      const fitted = (await refit(data, experiment, spec, trial.folds, 'training', { clock })) as RefitResult;
      const judged = await judge(data, experiment, selection, [{ ...fitted, trial: 3 }], { clock });
      if (!judged?.evidence?.heldOut) throw new Error('nobody asked to stop');
      const { evidence, ...judgement } = judged;
      expect(Judgement.parse(JSON.parse(JSON.stringify(judgement)))).toEqual(judgement);
      expect(Evidence.parse(JSON.parse(JSON.stringify(evidence)))).toEqual(evidence);
      expect(judgement.recalibration).toMatchObject({ wanted: recalibration, taken: recalibration });

      const calibrator = selection.recalibration?.calibrator as Calibrator;
      const model: SerialisedPredictor = {
        format: 'modelwright-predictor-2',
        experiment,
        members: [{ ...fitted.member, weight: 1 }],
        stacker: null,
        calibrator,
        threshold: selection.threshold,
      };
      const stored = unpackPredictor(decodeWeights(encodeWeights(packPredictor(model))));
      const said = (await restorePredictor(stored)).predict(data);
      const { calibrator: _, ...uncalibrated } = model;
      const plain = (await restorePredictor(uncalibrated)).predict(data);
      if (said.kind !== 'classes' || plain.kind !== 'classes') throw new Error('classes are predicted');
      const nClasses = experiment.classes.length;
      const { heldOut } = judged.evidence;
      heldOut.rows.forEach((row, i) => {
        for (let k = 0; k < nClasses; k++) {
          const at = row * nClasses + k;
          expect(heldOut.predicted[k]?.[i]).toBeCloseTo(said.probabilities[at] as number, 6);
          expect(heldOut.uncalibrated?.[k]?.[i]).toBeCloseTo(plain.probabilities[at] as number, 6);
        }
      });
      const lossOf = (values: number[][]) =>
        score(
          'log_loss',
          task,
          Float64Array.from(heldOut.actual),
          Float64Array.from(heldOut.rows.flatMap((_, i) => values.map((ofClass) => ofClass[i] as number))),
          nClasses,
        );
      expect(judgement.holdout.log_loss?.value).toBeCloseTo(lossOf(heldOut.predicted), 5);
      expect(judgement.recalibration?.holdoutGain?.value).toBeCloseTo(
        lossOf(heldOut.uncalibrated as number[][]) - lossOf(heldOut.predicted),
        5,
      );
      // The sum of trees is not what it says any more.
      expect(judged.evidence.explanation?.method).toBe('sampling');
    },
  );
});

it('a stored calibrator of other classes is refused', async () => {
  const calibrator = Calibrator.parse({ method: 'platt', curves: [{ slope: 1, intercept: 0 }] });
  const experiment = shopExperiment('multiclass');
  const broken = {
    ...{ format: 'modelwright-predictor-2', experiment, stacker: null, calibrator, threshold: null },
    members: [{ family: 'gbdt', pipeline: {}, estimator: { json: {}, arrays: {} }, weight: 1 }],
  };
  await expect(restorePredictor(broken)).rejects.toMatchObject({ code: 'MODEL_FORMAT_UNKNOWN' });
});
