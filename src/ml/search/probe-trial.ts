/** A trial once more in its folds, with one thing changed. The rows that are judged stay the same, and so does the rest of
 *  what is done to train: what a probe scores is what the run's own procedure would have scored. */
import type { Table } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import { deriveSeed, Random } from '../random.ts';
import type { LearningCurve, Probe } from '../studies.ts';
import type { TrialSpec } from '../tuning/trial.ts';
import { evaluateTrial, type TrialOptions } from './evaluate-trial.ts';
import type { SplitTable } from './split-table.ts';

export interface ProbeResult {
  /** Of each studied fold Float32Array (judged rows × nOutputs); null where the trial cannot be trained so. */
  readonly predictions: readonly Float32Array<ArrayBuffer>[] | null;
  readonly cpuSeconds: number;
}

/** @param nFolds the first ones, that are studied. @returns null when asked to stop.
 *  @throws MEMORY_TOO_SMALL */
export async function probeTrial(
  table: Table,
  experiment: Experiment,
  spec: TrialSpec,
  probe: Probe,
  nFolds: number,
  options: TrialOptions & { readonly rows: SplitTable },
): Promise<ProbeResult | null> {
  const predictions: Float32Array<ArrayBuffer>[] = [];
  const { race: _, ...unhurried } = spec;
  const { state, cpuSeconds } = await evaluateTrial(
    table,
    changedExperiment(experiment, probe),
    changedSpec(unhurried, probe),
    {
      ...options,
      rows: changedRows(firstFolds(options.rows, nFolds), experiment, probe),
      onFold: (_fold, prediction) => predictions.push(prediction),
    },
  );
  if (state === 'stopped') return null;
  return { predictions: predictions.length === nFolds ? predictions : null, cpuSeconds };
}

export function firstFolds(rows: SplitTable, nFolds: number): SplitTable {
  return { ...rows, split: { ...rows.split, folds: rows.split.folds.slice(0, nFolds) } };
}

function changedExperiment(experiment: Experiment, probe: Probe): Experiment {
  if (probe.kind !== 'columns') return experiment;
  const without = new Set(probe.without);
  return { ...experiment, features: experiment.features.filter((name) => !without.has(name)) };
}

function changedSpec(spec: TrialSpec, probe: Probe): TrialSpec {
  switch (probe.kind) {
    case 'repeat':
      return { ...spec, seed: deriveSeed(spec.seed, 'repeat', probe.number) };
    case 'setting':
      return { ...spec, parameters: { ...spec.parameters, ...probe.change } };
    default:
      return spec;
  }
}

function changedRows(rows: SplitTable, experiment: Experiment, probe: Probe): SplitTable {
  if (probe.kind !== 'share') return rows;
  const folds = rows.split.folds.map((fold, i) => ({
    ...fold,
    training: partOf(fold.training, probe.share, rows, deriveSeed(experiment.seed, 'share', i)),
  }));
  return { ...rows, split: { ...rows.split, folds } };
}

/** How a part of the rows is chosen, so that it is as a smaller data set would have been. */
export function chosenBy({ material }: Pick<SplitTable, 'material'>): LearningCurve['chosen'] {
  if (material.times) return 'newest';
  return material.groups ? 'groups' : 'random';
}

/** A smaller part lies in every larger one. Of groups it is a little more than the share. */
export function partOf(
  training: Uint32Array,
  share: number,
  rows: Pick<SplitTable, 'material'>,
  seed: number,
): Uint32Array {
  const wanted = rowsOfShare(training.length, share);
  const { times, groups } = rows.material;
  const random = new Random(seed);
  switch (chosenBy(rows)) {
    case 'newest':
      return training
        .slice()
        .sort((a, b) => (times?.[b] as number) - (times?.[a] as number) || a - b)
        .slice(0, wanted);
    case 'groups': {
      const members = new Map<number, number[]>();
      for (const row of training) {
        const group = groups?.[row] as number;
        const known = members.get(group);
        if (known) known.push(row);
        else members.set(group, [row]);
      }
      const all = [...members.values()];
      const part: number[] = [];
      for (const group of random.permutation(all.length)) {
        if (part.length >= wanted) break;
        for (const row of all[group] as number[]) part.push(row);
      }
      return Uint32Array.from(part);
    }
    default:
      return random.shuffle(training.slice()).slice(0, wanted);
  }
}

export function rowsOfShare(nRows: number, share: number): number {
  return Math.max(1, Math.round(share * nRows));
}
