/** A trial's model as it is trained at the end: on more rows than in any fold, with nothing set aside. */
import type { Table } from '../data/table.ts';
import type { CurvePoint, HelperThreads, ShardWorkers } from '../estimator.ts';
import type { Experiment } from '../experiment.ts';
import type { PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import { deriveSeed } from '../random.ts';
import type { Parameters, ParameterValue } from '../tuning/distributions.ts';
import { type FoldResult, NETWORKS, type TrialSpec } from '../tuning/trial.ts';
import type { Clock } from './clock.ts';
import { FAMILIES } from './families.ts';
import { type Checkpoint, fitFrom, savedNowAndThen } from './fit-checkpoint.ts';
import { fitMember } from './fit-member.ts';
import { type SerialisedMember, serialiseMember } from './predictor.ts';
import { type SplitTable, splitTable } from './split-table.ts';
import { thinCurve } from './thin-curve.ts';

/** - `training`: the rows that the folds divided, to be judged on the holdout;
 *  - `all`: every row with a known outcome, for use. */
export type RefitRows = 'training' | 'all';

export interface RefitResult {
  readonly member: SerialisedMember;
  readonly rows: number;
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface RefitOptions {
  readonly clock: Clock;
  /** Asked between steps; once true, `refit` ends with null. */
  readonly shouldStop?: () => boolean;
  readonly rows?: SplitTable;
  /** What the thread may hold, in MB; no limit without it. */
  readonly memoryMb?: number;
  readonly helpers?: HelperThreads;
  readonly shards?: ShardWorkers;
  readonly network?: PretrainedNetwork;
  /** Told the state of a fit that takes long, every ten seconds. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** Where a refit of the same trial on the same rows goes on that an interruption ended in the middle. */
  readonly resumeFrom?: Checkpoint;
}

/** @param folds the trial's: what their fits found on the rows that they set aside is used here.
 *  @returns null when asked to stop. */
export async function refit(
  table: Table,
  experiment: Experiment,
  spec: TrialSpec,
  folds: readonly FoldResult[],
  which: RefitRows,
  options: RefitOptions,
): Promise<RefitResult | null> {
  const { clock, shouldStop = () => false, rows = splitTable(table, experiment) } = options;
  const { memoryMb, helpers, shards, network } = options;
  const startMs = clock.now();
  const startCpuSeconds = clock.cpuSeconds();
  const { target, split } = rows;
  const training = which === 'all' ? target.knownRows : split.training;
  const parameters = refitParameters(spec, folds, training.length);
  const fitted = await fitFrom(options.resumeFrom, (from) =>
    fitMember(
      table,
      experiment,
      target,
      { family: spec.family, parameters },
      { training, fit: training },
      {
        seed: deriveSeed(spec.seed, 'final'),
        shouldStop,
        ...savedNowAndThen(clock, 0, options.onCheckpoint),
        ...from,
        ...(memoryMb !== undefined && { memoryMb }),
        ...(helpers && { helpers }),
        ...(shards && { shards }),
        ...(network && { network }),
      },
    ),
  );
  if (shouldStop()) return null;
  const { curve, bestStep } = fitted.fitted;
  return {
    member: serialiseMember(spec.family, fitted),
    rows: training.length,
    curve: thinCurve(curve, bestStep),
    bestStep,
    seconds: (clock.now() - startMs) / 1000,
    cpuSeconds: clock.cpuSeconds() - startCpuSeconds,
  };
}

/** The setting with what the folds found in place of what they searched: parameters that the fits chose themselves,
 *  and the number of steps, for which then no row has to be set aside.
 *  @param nRows of the refit. */
export function refitParameters(
  { family, parameters }: Pick<TrialSpec, 'family' | 'parameters'>,
  folds: readonly FoldResult[],
  nRows: number,
): Parameters {
  const chosen = folds.flatMap(({ chosen: found }): Parameters[] => (found ? [found] : []));
  const setting = { ...parameters, ...typical(chosen) };
  if (!FAMILIES[family].choosesSteps || folds.length === 0) return setting;
  const mean = (of: (fold: FoldResult) => number) =>
    folds.reduce((sum, fold) => sum + of(fold), 0) / folds.length;
  const growth = NETWORKS.has(family) ? 1 : (nRows / mean((fold) => fold.rowsTrained)) ** STEP_GROWTH;
  const steps = Math.max(1, Math.round(mean((fold) => fold.bestStep) * growth));
  return { ...setting, maxSteps: steps, patience: 0 };
}

/** Trees on more rows overfit later: the number of steps grows with the rows to this power. A network sees more
 *  batches in an epoch anyway. */
const STEP_GROWTH = 0.5;

/** Per parameter the median of numbers, the most frequent of anything else; of equals the first fold's. */
function typical(settings: readonly Parameters[]): Parameters {
  const names = [...new Set(settings.flatMap((setting) => Object.keys(setting)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = settings.map((setting) => setting[name]).filter((value) => value !== undefined);
      return [name, values.every((value) => typeof value === 'number') ? median(values) : mode(values)];
    }),
  );
}

/** The lower one of two middle values, so that it is one that a fold has chosen. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] as number;
}

function mode(values: readonly ParameterValue[]): ParameterValue {
  const count = (value: ParameterValue) => values.filter((other) => other === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best));
}
