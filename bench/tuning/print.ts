/** The measurements as lines of text. */
import type { EpochRow, FunctionRow, PruningRow } from './rows.ts';

export function functionLine({ name, minimum, tpe, optunaTpe, random, ...others }: FunctionRow): string {
  const columns = [
    minimum,
    tpe,
    ...Object.values(optunaTpe),
    random,
    others.quasiRandom,
    others.gaussianProcess,
  ];
  return `${name.padEnd(18)}${columns.map((value) => (value === null ? '-' : value.toFixed(3)).padStart(11)).join('')}\n`;
}

export function functionHeader(versions: readonly string[]): string {
  const names = [
    'minimum',
    'TPE',
    ...versions.map((version) => `Optuna ${version.replace(/\.0$/, '')}`),
    'random',
    'quasi',
    'GP-EI',
  ];
  return `${'function'.padEnd(18)}${names.map((name) => name.padStart(11)).join('')}\n`;
}

export function epochLine({ seed, random, asha }: EpochRow): string {
  const share = asha.epochsToRandom === null ? 'not reached' : `${asha.epochsToRandom} epochs`;
  return (
    `seed ${seed}: random search ${random.score.toFixed(4)} in ${random.epochs} epochs; ` +
    `ASHA the same in ${share}, ${asha.score.toFixed(4)} in the end\n`
  );
}

export function pruningLine(row: PruningRow): string {
  return (
    `${row.task}, ${row.pruner}: ${row.begun} trials begun, ${row.pruned} of ${row.couldBePruned} pruned ` +
    `(${row.afterOneFold} after one fold); best trial ${row.bestTrial.toPrecision(6)}, model ${row.model.toPrecision(6)} (${row.metric})\n`
  );
}
