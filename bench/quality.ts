/** How good the models of a whole run are, on real tables, against single models of well-known libraries.
 *
 *  `npm run bench -- quality --data FOLDER [--budget 60] [--sets telco_churn,ames,...] [--seed 1] [--cache FILE]
 *  [--metric log_loss] [--peers-only] [--folds K]`
 *
 *  Each table in FOLDER is divided once, 70 to 30. `modelwright train` and the peers of `peers/quality_peers.py` learn from
 *  the same 70%, on two threads; the same code judges all of them on the 30%. The mark is the best peer, chosen by
 *  hindsight on those 30%, which favours the peers. XGBoost is tuned for the same wall time as ours.
 *
 *  Classification is judged by log loss, and ours is told to optimise it; `--metric default` leaves that to the command
 *  line. Peers do not change while we work: `--cache` keeps their results, by data, seed, budget and versions.
 *  With `--folds K` there are no peers: ours is trained without each of K folds in turn and judged on that, and all losses
 *  together are compared with what is known of a greedy ensemble of default models.
 *  `BENCH_PYTHON` names the interpreter that has them, else the first `python3` of the PATH that does. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { Bench } from './index.ts';
import { findPythons, type Python, pythonEnvironment } from './python.ts';
import { compareLosses } from './quality/compare-losses.ts';
import { outOfFold } from './quality/out-of-fold.ts';
import { PeerCache } from './quality/peer-cache.ts';
import { printOutOfFold, printSet, printTotal } from './quality/print.ts';
import {
  DATA_SETS,
  type DataSet,
  type Judged,
  METRIC_OF,
  type OutOfFoldResult,
  type Peers,
  type SetResult,
} from './quality/rows.ts';
import { scratchFolder } from './scratch-folder.ts';
import { usage } from './usage.ts';

const run = promisify(execFile);
const THREADS = 2;
const JUDGE_PACKAGES = ['numpy'];
const PEER_PACKAGES = ['numpy', 'pandas', 'sklearn', 'xgboost', 'optuna'];
/** Goes up whenever the peers' scripts change what comes out of them, so that no stored result is taken for a new one. */
const PROTOCOL = 1;
const MAX_OUTPUT_BYTES = 1 << 28;

export const bench: Bench = async (args) => {
  const options = readOptions(args);
  return options.folds === null ? againstPeers(options) : crossValidated(options, options.folds);
};

async function crossValidated(options: Options, nFolds: number) {
  const python = await findPython(JUDGE_PACKAGES);
  const scratch = scratchFolder('quality');
  const sets: OutOfFoldResult[] = [];
  for (const dataSet of options.sets) {
    const folds: Judged[] = [];
    for (let fold = 0; fold < nFolds; fold++) {
      const context = { ...options, dataSet, folder: join(scratch, `${dataSet.name}-${fold}`), python };
      await divide(context, ['--fold', `${fold}/${nFolds}`]);
      folds.push(await oursOf(context));
    }
    const result = outOfFold(dataSet, folds);
    printOutOfFold(result);
    sets.push(result);
  }
  return { budgetSeconds: options.budget, seed: options.seed, sets };
}

async function againstPeers(options: Options) {
  const python = await findPython(PEER_PACKAGES);
  const cache = await PeerCache.open(options.cache);
  const scratch = scratchFolder('quality');
  const sets: SetResult[] = [];
  for (const dataSet of options.sets) {
    const folder = join(scratch, dataSet.name);
    const context = { ...options, dataSet, folder, python };
    await divide(context);
    const key = await peerKey(context);
    const stored = cache.get(key);
    const peers = stored ?? (await peersOf(context));
    if (!stored) await cache.put(key, dataSet.name, peers);
    const ours = options.peersOnly ? null : await oursOf(context);
    const result = compare(dataSet, ours, peers, options.seed);
    printSet(result, stored !== null);
    sets.push(result);
  }
  const wins = sets.filter(({ win }) => win).length;
  const worst = Math.max(...sets.map(({ ratio }) => ratio ?? 0));
  if (!options.peersOnly) printTotal(wins, sets.length, worst);
  return {
    budgetSeconds: options.budget,
    seed: options.seed,
    packages: versionsOf(python),
    sets,
    wins,
    worst,
  };
}

interface Context {
  readonly dataSet: DataSet;
  readonly data: string;
  /** Where the divided table lies. */
  readonly folder: string;
  readonly budget: number;
  readonly seed: number;
  readonly metric: string;
  readonly python: Python;
}

/** Writes train.csv, test.csv and truth.csv. */
async function divide(
  { dataSet: { name, target, task }, data, folder, seed, python }: Context,
  options: readonly string[] = [],
): Promise<void> {
  await mkdir(folder);
  const byClass = task === 'classification' ? ['--by-class'] : [];
  await script(python, 'quality_split.py', [
    join(data, `${name}.csv`),
    target,
    String(seed),
    folder,
    ...byClass,
    ...options,
  ]);
}

async function peersOf({ dataSet: { target, task }, folder, budget, seed, python }: Context): Promise<Peers> {
  const args = [folder, target, task, String(budget), String(seed), String(THREADS)];
  return JSON.parse(await script(python, 'quality_peers.py', args));
}

async function oursOf({ dataSet, folder, budget, seed, metric, python }: Context): Promise<Judged> {
  const out = join(folder, 'out');
  const predictions = join(folder, 'predictions.csv');
  const wanted = metric === 'default' || dataSet.task === 'regression' ? [] : ['--metric', metric];
  const start = performance.now();
  try {
    const trained = await modelwright([
      ...['train', join(folder, 'train.csv'), '--target', dataSet.target],
      ...['--budget', `${budget}s`, '--seed', String(seed), '--out', out, '--json', ...wanted],
    ]);
    const seconds = (performance.now() - start) / 1000;
    await modelwright(['predict', out, join(folder, 'test.csv'), '--out', predictions]);
    const judged = await script(python, 'quality_judge.py', [
      predictions,
      join(folder, 'truth.csv'),
      dataSet.task,
    ]);
    const { model, trials, holdout, peakMemoryMb } = JSON.parse(trained);
    return { ...JSON.parse(judged), seconds, about: { model, trials, holdout, peakMemoryMb } };
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return {
      scores: {},
      rowLosses: [],
      seconds: 0,
      about: {},
      failure: (stderr || message).trim().slice(-600),
    };
  }
}

function compare(dataSet: DataSet, ours: Judged | null, peers: Peers, seed: number): SetResult {
  const metric = METRIC_OF[dataSet.task];
  const lossOf = ({ scores }: Judged) => scores[metric] ?? Number.POSITIVE_INFINITY;
  const [[bestPeer, best]] = Object.entries(peers).sort(([, a], [, b]) => lossOf(a) - lossOf(b));
  const value = ours && lossOf(ours);
  const ratio = value === null ? null : value / lossOf(best);
  return {
    name: dataSet.name,
    metric,
    ours: value,
    peers: Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, lossOf(peer)])),
    best: lossOf(best),
    bestPeer,
    ratio,
    win: ratio !== null && ratio < 1,
    difference: ours && !ours.failure ? compareLosses(metric, ours.rowLosses, best.rowLosses, seed) : null,
    details: Object.fromEntries(
      Object.entries(ours ? { modelwright: ours, ...peers } : peers).map(([name, judged]) => {
        const { rowLosses: _, ...kept } = judged;
        return [name, kept];
      }),
    ),
  };
}

/** Everything that the peers' results depend on. */
async function peerKey({ dataSet, folder, budget, seed, python }: Context): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['train.csv', 'test.csv', 'truth.csv']) hash.update(await readFile(join(folder, file)));
  hash.update(
    JSON.stringify({ dataSet, budget, seed, versions: versionsOf(python), threads: THREADS, PROTOCOL }),
  );
  return hash.digest('hex');
}

function versionsOf({ version, packages }: Python): Record<string, string> {
  const found = Object.entries(packages).map(([name, it]) => [name, 'version' in it ? it.version : '']);
  return { python: version, ...Object.fromEntries(found) };
}

async function findPython(needed: readonly string[]): Promise<Python> {
  const pythons = await findPythons(needed);
  const found = pythons.find(({ packages }) => Object.values(packages).every((it) => 'version' in it));
  if (found) return found;
  throw usage(`no python3 has ${needed.join(', ')}; BENCH_PYTHON may name one that does`);
}

async function script(python: Python, name: string, args: readonly string[]): Promise<string> {
  const path = fileURLToPath(new URL(`peers/${name}`, import.meta.url));
  const options = { env: pythonEnvironment(THREADS), maxBuffer: MAX_OUTPUT_BYTES };
  return (await run(python.command, [path, ...args], options)).stdout;
}

async function modelwright(args: readonly string[]): Promise<string> {
  const program = fileURLToPath(new URL('../bin/modelwright.js', import.meta.url));
  const env = { ...process.env, MODELWRIGHT_THREADS: String(THREADS) };
  return (await run(process.execPath, [program, ...args], { env, maxBuffer: MAX_OUTPUT_BYTES })).stdout;
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      budget: { type: 'string', default: '60' },
      sets: { type: 'string', default: DATA_SETS.map(({ name }) => name).join(',') },
      seed: { type: 'string', default: '1' },
      cache: { type: 'string' },
      metric: { type: 'string', default: 'log_loss' },
      'peers-only': { type: 'boolean', default: false },
      folds: { type: 'string' },
    },
  });
  if (values.data === undefined) throw usage('quality needs --data, the folder with the tables');
  const sets = values.sets.split(',').map((wanted) => {
    const found = DATA_SETS.find(({ name }) => name === wanted);
    if (!found)
      throw usage(`"${wanted}" is not a set; there are ${DATA_SETS.map(({ name }) => name).join(', ')}`);
    return found;
  });
  const budget = Number(values.budget.replace(/s$/, ''));
  if (!(budget >= 10)) throw usage(`"${values.budget}" is not a budget of 10 seconds or more`);
  if (!/^\d+$/.test(values.seed)) throw usage(`"${values.seed}" is not a seed`);
  return {
    data: resolve(values.data),
    sets,
    budget,
    seed: Number(values.seed),
    cache: values.cache,
    metric: values.metric,
    peersOnly: values['peers-only'],
    folds: values.folds === undefined ? null : nFoldsOf(values.folds),
  };
}

type Options = ReturnType<typeof readOptions>;

function nFoldsOf(text: string): number {
  const folds = Number(text);
  if (!(Number.isInteger(folds) && folds >= 2)) throw usage(`"${text}" is not a number of folds from 2 on`);
  return folds;
}
