/** Studies of a small model, against what a plain loop over its folds says. */
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { METRICS } from '../../../src/ml/metrics/registry.ts';
import { score } from '../../../src/ml/metrics/score.ts';
import { deriveSeed, Random } from '../../../src/ml/random.ts';
import { concludeStudies } from '../../../src/ml/search/conclude-studies.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { fitMember } from '../../../src/ml/search/fit-member.ts';
import { listComponents } from '../../../src/ml/search/list-components.ts';
import { chosenBy, partOf, probeTrial } from '../../../src/ml/search/probe-trial.ts';
import { type SplitTable, splitTable } from '../../../src/ml/search/split-table.ts';
import type { Probed } from '../../../src/ml/search/studied-model.ts';
import { targetOf } from '../../../src/ml/search/training-set.ts';
import type { Probe } from '../../../src/ml/studies.ts';
import type { TrialSpec } from '../../../src/ml/tuning/trial.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from './small-experiment.ts';

const table = shopTable(900);
const clock = countingClock();
const IMPORTANCE = ['plan', 'age', 'since', 'note'].map((column) => ({
  column,
  mean: 0.1,
  low: 0,
  high: 0.2,
}));

async function predictionsOf(experiment: Experiment, spec: TrialSpec, rows: SplitTable) {
  const predictions: Float32Array[] = [];
  await evaluateTrial(table, experiment, spec, {
    clock,
    rows,
    onFold: (_, prediction) => predictions.push(prediction),
  });
  return predictions;
}

/** Fits the folds one by one, with nothing but the engine's own way to fit. */
async function naively(
  experiment: Experiment,
  spec: TrialSpec,
  { target, split }: SplitTable,
  features: readonly string[],
): Promise<Float64Array> {
  const parts: number[] = [];
  for (const [fold, { training, validation }] of split.folds.entries()) {
    const { pipeline, fitted } = await fitMember(
      table,
      { ...experiment, features: [...features] },
      target,
      spec,
      { training, fit: training },
      { seed: deriveSeed(spec.seed, 'fold', fold) },
    );
    parts.push(...fitted.predict(pipeline.transform(table, validation)));
  }
  return Float64Array.from(parts);
}

async function study(experiment: Experiment, specs: readonly TrialSpec[], probes: readonly Probe[]) {
  const rows = splitTable(table, experiment);
  const weights = specs.length === 1 ? [1] : [0.6, 0.4];
  const members = specs.map(({ number, family }, i) => ({
    trial: number,
    family,
    weight: weights[i] as number,
  }));
  const predictions = await Promise.all(specs.map((spec) => predictionsOf(experiment, spec, rows)));
  const parts = listComponents(table, experiment, rows, specs, IMPORTANCE, 3);
  const jobs = [
    ...specs.flatMap(({ number }) => probes.map((probe) => ({ trial: number, probe }))),
    ...parts.flatMap((part) => part.probes),
  ];
  const probed: Probed[] = [];
  for (const { trial, probe } of jobs) {
    const spec = specs.find(({ number }) => number === trial) as TrialSpec;
    const result = await probeTrial(table, experiment, spec, probe, experiment.folds, { clock, rows });
    probed.push({ trial, probe, predictions: result?.predictions ?? null });
  }
  const found = concludeStudies(table, experiment, rows, {
    model: { members, stacker: null, predictions },
    ...{ nMembers: specs.length, folds: experiment.folds, parts, probed, importance: IMPORTANCE },
  });
  return { ...found, rows, predictions, probed, parts };
}

const SHARES: Probe[] = [0.25, 0.5].map((share) => ({ kind: 'share', share }));
const REPEATS: Probe[] = [1, 2].map((number) => ({ kind: 'repeat', number }));

describe('what a part is worth', () => {
  it.each(['binary', 'regression'] as const)('in %s is what a plain loop finds', async (task) => {
    const experiment = shopExperiment(task);
    const spec = quickSpec('linear');
    const { ablation, rows, parts } = await study(experiment, [spec], []);
    const { metric, features } = experiment;
    const truth = targetOf(
      rows.target,
      Uint32Array.from(rows.split.folds.flatMap(({ validation }) => [...validation])),
    );
    const { nClasses } = rows.target;
    const of = (prediction: Float64Array, counts?: Uint32Array) =>
      score(metric, task, truth, prediction, nClasses, counts);
    const sign = METRICS[metric].greaterIsBetter ? 1 : -1;
    const whole = await naively(experiment, spec, rows, features);
    expect(Math.abs((ablation?.score ?? 0) / of(whole) - 1)).toBeLessThan(1e-5);
    expect(parts.map(({ component }) => component.columns.join())).toEqual(['plan', 'age', 'since,note']);
    for (const { component } of parts) {
      const found = ablation?.parts.find(({ name }) => name === component.name);
      if (!found) throw new Error('every part was left out');
      const rest = await naively(
        experiment,
        spec,
        rows,
        features.filter((name) => !component.columns.includes(name)),
      );
      const scale = Math.max(1e-3, Math.abs(of(rest)));
      expect(Math.abs(found.without - of(rest)) / scale).toBeLessThan(1e-5);
      expect(Math.abs(found.gain.value - sign * (of(whole) - of(rest))) / scale).toBeLessThan(1e-4);
      // Rows drawn freely, both judged on each draw.
      const random = new Random(2);
      const draws = Array.from({ length: 600 }, () => {
        const counts = new Uint32Array(truth.length);
        for (let i = 0; i < truth.length; i++) {
          const drawn = random.integer(truth.length);
          counts[drawn] = (counts[drawn] as number) + 1;
        }
        return of(whole, counts) - of(rest, counts);
      });
      const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
      const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
      const half = (found.gain.high - found.gain.low) / 2;
      expect(Math.abs(half / (1.96 * deviation) - 1)).toBeLessThan(0.2);
    }
    // The outcome is made from these two, and from neither of the others.
    const gains = Object.fromEntries((ablation?.parts ?? []).map((part) => [part.name, part]));
    for (const name of ['plan', 'age']) expect(gains[name]?.adjusted).toBeLessThan(0.001);
    expect(gains['since and note']?.gain.low).toBeLessThan(0);
  });

  it('holds the luck of a seed where something was trained again, and not where a member was left out', async () => {
    const specs = [quickSpec('gbdt'), quickSpec('linear', { number: 4 })];
    const calm = await study(shopExperiment('binary'), specs, []);
    const repeated = await study(shopExperiment('binary'), specs, REPEATS);
    const { seedOfMean = 0 } = repeated.stability ?? {};
    expect(seedOfMean).toBeGreaterThan(0);
    for (const part of repeated.ablation?.parts ?? []) {
      const before = calm.ablation?.parts.find(
        ({ name, member }) => name === part.name && member?.trial === part.member?.trial,
      );
      const widthOf = ({ low, high }: { low: number; high: number }) => high - low;
      if (part.kind === 'member') expect(part).toEqual({ ...before, adjusted: part.adjusted });
      else expect(widthOf(part.gain)).toBeGreaterThan(widthOf(before?.gain ?? part.gain));
    }
    expect(repeated.ablation?.parts.filter(({ kind }) => kind === 'member')).toHaveLength(2);
  });

  it('of a member is the ensemble against the other alone', async () => {
    const specs = [quickSpec('gbdt'), quickSpec('linear', { number: 4 })];
    const { ablation, predictions, rows } = await study(shopExperiment('regression'), specs, []);
    const truth = targetOf(
      rows.target,
      Uint32Array.from(rows.split.folds.flatMap(({ validation }) => [...validation])),
    );
    specs.forEach(({ number }, i) => {
      const other = Float64Array.from((predictions[1 - i] ?? []).flatMap((part) => [...part]));
      const part = ablation?.parts.find(({ member }) => member?.trial === number);
      expect(part?.without).toBeCloseTo(score('rmse', 'regression', truth, other, 1), 9);
    });
  });

  it('counts the steps that a setting has, and leaves those out that it has not', () => {
    const experiment = shopExperiment('binary');
    const rows = splitTable(table, experiment);
    const spec = quickSpec('linear', {
      parameters: { interactions: 'arithmetic', numericTransform: 'quantile', aggregates: false },
    });
    const steps = listComponents(table, experiment, rows, [spec, quickSpec('gbdt')], IMPORTANCE, 6).filter(
      ({ component }) => component.kind === 'step',
    );
    expect(steps.map(({ component }) => component.name)).toEqual([
      'pairs of columns',
      'the spread of numbers',
    ]);
    const few = listComponents(table, experiment, rows, [spec], IMPORTANCE, 3).map(
      ({ component }) => component,
    );
    expect(few.map(({ kind }) => kind)).toEqual(['columns', 'columns', 'step']);
    expect(steps[0]?.probes).toEqual([
      { trial: 3, probe: { kind: 'setting', change: { interactions: 'none' } } },
    ]);
  });
});

describe('a part of the rows', () => {
  it('is what the same trial learns from, and nothing else', async () => {
    const experiment = shopExperiment('regression');
    const { curve, rows, probed } = await study(experiment, [quickSpec('linear')], SHARES);
    expect(curve?.sizes.map((size) => size.rows)).toEqual(
      [150, 300, 600].map((n) => Math.round((n * 450) / 600)),
    );
    expect(curve?.rows).toBe(900);
    expect(curve?.ahead.map((one) => one.rows)).toEqual([900, 1800, 3600]);
    for (const { score: one } of [...(curve?.sizes ?? []), ...(curve?.ahead ?? [])]) {
      expect(one.low <= one.value && one.value <= one.high).toBe(true);
    }
    const truth = rows.split.folds.map(({ validation }) => targetOf(rows.target, validation));
    const half = probed.find(({ probe }) => probe.kind === 'share' && probe.share === 0.5);
    const scores = truth.map((own, fold) =>
      score('rmse', 'regression', own, Float64Array.from(half?.predictions?.[fold] ?? []), 1),
    );
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    expect(curve?.sizes.at(-2)?.score.value).toBeCloseTo(mean, 9);
  });

  const partsOf = (split: Experiment['split']) => {
    const rows = splitTable(table, shopExperiment('regression', { split }));
    const [{ training = new Uint32Array() } = {}] = rows.split.folds;
    return { rows, training, parts: [0.125, 0.5].map((share) => partOf(training, share, rows, 9)) };
  };
  const isWithin = (some: Uint32Array, all: Uint32Array) => {
    const known = new Set(all);
    return some.length < all.length && some.every((row) => known.has(row));
  };

  it.each([
    ['random', { kind: 'stratified' }],
    ['groups', { kind: 'group', column: 'customer' }],
    ['newest', { kind: 'time', column: 'since' }],
  ] as const)('that is chosen by %s lies in every larger part', (chosen, split) => {
    const { rows, training, parts } = partsOf(split);
    const [small = training, half = training] = parts;
    expect(chosenBy(rows)).toBe(chosen);
    expect(isWithin(small, half) && isWithin(half, training)).toBe(true);
    expect(half.length).toBeGreaterThanOrEqual(Math.round(training.length / 2));
  });

  it('holds whole groups where rows belong together', () => {
    const { rows, training, parts } = partsOf({ kind: 'group', column: 'customer' });
    const groupOf = (row: number) => rows.material.groups?.[row];
    const [small = training] = parts;
    const inside = new Set(Array.from(small, groupOf));
    expect(inside.size).toBeGreaterThan(1);
    expect(training.filter((row) => inside.has(groupOf(row))).sort()).toEqual(small.slice().sort());
  });

  it('is the newest where rows follow each other in time', () => {
    const { rows, training, parts } = partsOf({ kind: 'time', column: 'since' });
    const [small = training] = parts;
    const timeOf = (row: number) => rows.material.times?.[row] as number;
    const oldest = Math.min(...Array.from(small, timeOf));
    const chosen = new Set(small);
    for (const row of training) if (!chosen.has(row)) expect(timeOf(row)).toBeLessThanOrEqual(oldest);
  });
});

describe('stability', () => {
  it('has the scores of every seed in every fold, the run\u2019s own first, and shares that add up', async () => {
    const experiment = shopExperiment('binary');
    const { stability, rows, predictions } = await study(experiment, [quickSpec('gbdt')], REPEATS);
    if (!stability) throw new Error('seeds were repeated');
    const own = rows.split.folds.map(({ validation }, fold) =>
      score(
        'roc_auc',
        'binary',
        targetOf(rows.target, validation),
        Float64Array.from(predictions[0]?.[fold] ?? []),
        2,
      ),
    );
    expect(stability.scores).toHaveLength(3);
    expect(stability.scores[0]).toEqual(own);
    expect(stability.scores[1]).not.toEqual(own);
    expect(stability.seedOfMean).toBeCloseTo(stability.seed.value / Math.sqrt(3), 12);
    const { seed, rows: ofRows, rest } = stability.variance;
    expect(seed).toBeCloseTo(stability.seed.value ** 2, 12);
    expect(Math.min(seed, ofRows, rest)).toBeGreaterThanOrEqual(0);
  });

  it('has no seed to speak of where training draws nothing', async () => {
    const { stability } = await study(shopExperiment('regression'), [quickSpec('linear')], REPEATS);
    expect(stability?.seed.value ?? 1).toBeLessThan(1e-6 * Math.abs(stability?.mean ?? 0));
  });

  it('finds the column whose groups are predicted with other errors', async () => {
    const noisy = shopTable(900);
    const spend = noisy.columns.find(({ name }) => name === 'spend');
    const plan = noisy.columns.find(({ name }) => name === 'plan');
    if (spend?.type !== 'numeric' || plan?.type !== 'categorical') throw new Error('the table has both');
    const random = new Random(8);
    const values = spend.values.map((value, row) =>
      plan.codes[row] === 0 ? value + 60 * random.normal() : value,
    );
    const changed = {
      ...noisy,
      columns: noisy.columns.map((column) => (column === spend ? { ...spend, values } : column)),
    };
    const experiment = shopExperiment('regression');
    const rows = splitTable(changed, experiment);
    const spec = quickSpec('linear');
    const predictions: Float32Array[] = [];
    await evaluateTrial(changed, experiment, spec, {
      clock,
      rows,
      onFold: (_, part) => predictions.push(part),
    });
    const probe: Probe = { kind: 'repeat', number: 1 };
    const again = await probeTrial(changed, experiment, spec, probe, 3, { clock, rows });
    const { stability } = concludeStudies(changed, experiment, rows, {
      model: {
        members: [{ trial: 3, family: 'linear', weight: 1 }],
        stacker: null,
        predictions: [predictions],
      },
      ...{ nMembers: 1, folds: 3, parts: [], importance: IMPORTANCE },
      probed: [{ trial: 3, probe, predictions: again?.predictions ?? null }],
    });
    const byName = Object.fromEntries((stability?.slices ?? []).map((one) => [one.column, one]));
    expect(byName.plan?.adjusted).toBeLessThan(0.001);
    expect(byName.plan?.spread).toBeGreaterThan(5);
    expect(byName.since?.isTime).toBe(true);
    expect(byName.since?.adjusted).toBeGreaterThan(0.05);
  });
});
