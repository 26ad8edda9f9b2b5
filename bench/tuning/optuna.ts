/** What Optuna's TPE reaches: stored, or measured again where it is installed. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPythons, pythonEnvironment } from '../python.ts';
import { GRIDS } from './grid.ts';

export interface OptunaResult {
  readonly optuna: string;
  readonly python: string;
  readonly trials: number;
  /** The lowest value of each function and grid, for the seeds 0, 1, 2... */
  readonly best: Readonly<Record<string, readonly number[]>>;
}

const STORED = new URL('./optuna-results.json', import.meta.url);
const SCRIPT = fileURLToPath(new URL('../peers/optuna_tpe.py', import.meta.url));

export async function storedOptuna(): Promise<OptunaResult[]> {
  return JSON.parse(await readFile(STORED, 'utf8'));
}

export function storeOptuna(results: readonly OptunaResult[]): Promise<void> {
  return writeFile(STORED, `${JSON.stringify(results, null, 2)}\n`);
}

/** Every Optuna of this machine's Pythons. About a minute each. */
export async function measureOptuna(trials: number, seeds: number): Promise<OptunaResult[]> {
  const results: OptunaResult[] = [];
  for (const { command, packages } of await findPythons(['optuna'])) {
    if (!packages.optuna || !('version' in packages.optuna)) continue;
    const args = [SCRIPT, String(trials), String(seeds), fileURLToPath(GRIDS)];
    const { stdout } = await promisify(execFile)(command, args, { env: pythonEnvironment(1) });
    results.push(JSON.parse(stdout));
  }
  return results;
}
