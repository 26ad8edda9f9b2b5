/** What dividing the rows of one network costs and brings: its score beside plain training of as many epochs, the processor time
 *  of all parts together, and that of the longest way through them, which is what the clock would show with a free core for
 *  every part. Everything is computed on one thread, so that a busy machine changes none of these numbers. */
import type { ShardWorkers, TrainingSet } from '../../src/ml/estimator.ts';
import { score } from '../../src/ml/metrics/score.ts';
import { mlp } from '../../src/ml/neural/mlp.ts';
import { realmlp } from '../../src/ml/neural/realmlp.ts';
import { readRound, readRows, writeOutcome } from '../../src/ml/neural/shards/shard-round.ts';
import { ShardTrainer } from '../../src/ml/neural/shards/shard-trainer.ts';
import { tabm } from '../../src/ml/neural/tabm.ts';
import { Random } from '../../src/ml/random.ts';
import { PORTFOLIO } from '../../src/ml/tuning/portfolio.ts';

const FAMILIES = { mlp, realmlp, tabm };
type ShardedFamily = keyof typeof FAMILIES;

export function isSharded(family: string): family is ShardedFamily {
  return Object.hasOwn(FAMILIES, family);
}

/** Of the table that is made: as many columns and classes as Covertype has. */
const COLUMNS = 54;
const CLASSES = 7;
/** Rows that early stopping looks at, and rows of the holdout, for each that is trained on. */
const SET_ASIDE = 0.15;
const HELD_OUT = 0.3;

export interface ShardsMeasured {
  readonly family: ShardedFamily;
  readonly shards: number;
  readonly seed: number;
  readonly logLoss: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly cpuSeconds: number;
  /** Of the longest way: what cannot be divided, and the slowest part of every round. */
  readonly pathSeconds: number;
}

/** @param rows that are trained on. @param epochs at most; the family's own default where absent. */
export async function measureShards(
  family: ShardedFamily,
  shards: number,
  { rows, seed, epochs }: { readonly rows: number; readonly seed: number; readonly epochs?: number },
): Promise<ShardsMeasured> {
  const training = coverLike(rows, 1);
  const validation = coverLike(Math.round(SET_ASIDE * rows), 2);
  const holdout = coverLike(Math.round(HELD_OUT * rows), 3);
  const { numericTransform, ...usual } = PORTFOLIO[family].defaults[0] ?? {};
  const setting = { ...usual, shards, ...(epochs !== undefined && { maxSteps: epochs }) };
  const path = timedPath();
  const fitted = await FAMILIES[family].fit(training, setting, { seed, validation, shards: path.workers });
  const { cpuSeconds, pathSeconds } = path.end();
  const prediction = fitted.predict(holdout.features);
  return {
    ...{ family, shards, seed },
    logLoss: score('log_loss', 'multiclass', holdout.target, prediction, CLASSES),
    epochs: fitted.curve.length,
    bestEpoch: fitted.bestStep,
    cpuSeconds,
    pathSeconds,
  };
}

/** Workers that compute every part here, each on a watch of its own. */
function timedPath(): {
  workers: ShardWorkers;
  end(): { cpuSeconds: number; pathSeconds: number };
} {
  const seconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const startedSeconds = seconds();
  const trainers = new Map<number, ShardTrainer>();
  let parts: Parameters<ShardWorkers['open']>[0] = [];
  let round: Parameters<ShardWorkers['offer']>[0];
  let next = 0;
  let offeredSeconds = 0;
  let times: number[] = [];
  let saved = 0;
  return {
    workers: {
      async open(rows) {
        parts = rows;
      },
      async offer(offered) {
        round = offered;
        next = 1;
        times = [];
        offeredSeconds = seconds();
      },
      async next() {
        if (next === 1) times.push(seconds() - offeredSeconds); // the caller's own part
        const fromSeconds = seconds();
        const shard = next++;
        const read = readRound(round);
        const trainer =
          trainers.get(shard) ??
          new ShardTrainer(read.fit, shard, readRows(parts[shard - 1] as (typeof parts)[number]));
        trainers.set(shard, trainer);
        const outcome = writeOutcome(trainer.train(read, undefined));
        times.push(seconds() - fromSeconds);
        if (shard === parts.length) {
          saved += times.reduce((sum, time) => sum + time, 0) - Math.max(...times);
        }
        return { shard, outcome };
      },
      async close() {},
    },
    end() {
      const cpuSeconds = seconds() - startedSeconds;
      return { cpuSeconds, pathSeconds: cpuSeconds - saved };
    },
  };
}

/** Classes by a network that nobody has trained, of ten numbers and 44 indicators, with a tenth of the labels by chance. */
function coverLike(nRows: number, seed: number): TrainingSet {
  const teacher = new Random(77);
  const hidden = 24;
  const first = Array.from({ length: hidden * COLUMNS }, () => teacher.normal());
  const second = Array.from({ length: CLASSES * hidden }, () => teacher.normal());
  const random = new Random(seed);
  const columns = Array.from({ length: COLUMNS }, () => new Float64Array(nRows));
  const target = new Float64Array(nRows);
  const row = new Float64Array(COLUMNS);
  for (let i = 0; i < nRows; i++) {
    row.fill(0);
    for (let j = 0; j < 10; j++) row[j] = random.normal();
    row[10 + random.integer(4)] = 1;
    row[14 + random.integer(40)] = 1;
    for (let j = 0; j < COLUMNS; j++) (columns[j] as Float64Array)[i] = row[j] as number;
    let best = Number.NEGATIVE_INFINITY;
    const activations = Array.from({ length: hidden }, (_, h) => {
      let sum = 0;
      for (let j = 0; j < COLUMNS; j++) sum += (first[h * COLUMNS + j] as number) * (row[j] as number);
      return Math.sin(sum / 3);
    });
    for (let k = 0; k < CLASSES; k++) {
      const logit = activations.reduce(
        (sum, value, h) => sum + value * (second[k * hidden + h] as number),
        0,
      );
      if (logit <= best) continue;
      best = logit;
      target[i] = k;
    }
    if (random.uniform() < 0.1) target[i] = random.integer(CLASSES);
  }
  return {
    task: 'multiclass',
    nClasses: CLASSES,
    features: {
      nRows,
      columns,
      features: columns.map((_, j) => ({ name: `x${j}`, source: `x${j}`, kind: 'numeric' as const })),
    },
    target,
  };
}
