/** The Python interpreters of this machine, for the libraries that we are compared with. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface Python {
  readonly command: string;
  readonly version: string;
  /** Version of each package that can be imported, or why it cannot. */
  readonly packages: Readonly<Record<string, { version: string } | { reason: string }>>;
}

/** Imports for real: a package whose metadata is there may still lack a library that it needs. */
const LOOK = `
import importlib, json, platform, sys, warnings
warnings.simplefilter('ignore')
packages = {}
for name in sys.argv[1:]:
    try:
        packages[name] = {'version': importlib.import_module(name).__version__}
    except Exception as error:
        packages[name] = {'reason': str(error)}
print(json.dumps({'prefix': sys.prefix, 'version': platform.python_version(), 'packages': packages}))
`;

/** Every interpreter that answers: the one that BENCH_PYTHON names first, then each `python3` on the PATH. */
export async function findPythons(packages: readonly string[]): Promise<Python[]> {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'python3'));
  const commands = [process.env.BENCH_PYTHON, ...onPath].filter(
    (path) => path !== undefined && existsSync(path),
  );
  const found = await Promise.all(commands.map((command) => look(command as string, packages)));
  const prefixes = new Set<string>();
  return found.flatMap((python) => {
    if (!python || prefixes.has(python.prefix)) return [];
    prefixes.add(python.prefix);
    return [python];
  });
}

/** The environment of a Python process that may use this many threads. OpenBLAS's variables are left out: they name
 *  the processor of somebody else's build. */
export function pythonEnvironment(threads: number): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('OPENBLAS_'));
  return { ...Object.fromEntries(kept), OMP_NUM_THREADS: String(threads), PYTHONDONTWRITEBYTECODE: '1' };
}

async function look(
  command: string,
  packages: readonly string[],
): Promise<(Python & { prefix: string }) | null> {
  try {
    const options = { env: pythonEnvironment(1) };
    const { stdout } = await promisify(execFile)(command, ['-c', LOOK, ...packages], options);
    return { command, ...JSON.parse(stdout) };
  } catch {
    return null; // a broken installation is as good as none
  }
}
