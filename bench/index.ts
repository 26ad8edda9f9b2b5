/** `npm run bench -- NAME [--json FILE] [options of the bench]`: measurements, never part of the tests. */
import { writeFile } from 'node:fs/promises';
import { isUsage, usage } from './usage.ts';

/** A bench parses its own options (see `usage.ts` for what it does with wrong ones), prints a table as it goes and
 *  returns what it measured, which `--json` writes. */
export type Bench = (args: readonly string[]) => Promise<unknown>;

const BENCHES: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  conversation: () => import('./conversation.ts'),
  tabular: () => import('./tabular.ts'),
  protocol: () => import('./protocol.ts'),
  quality: () => import('./quality.ts'),
  tensors: () => import('./tensors.ts'),
  texts: () => import('./texts.ts'),
  neural: () => import('./neural.ts'),
  machines: () => import('./machines.ts'),
  tuning: () => import('./tuning.ts'),
  specialist: () => import('./specialist.ts'),
  evaluation: () => import('./evaluation.ts'),
  charts: () => import('./charts.ts'),
};

async function main([...args]: string[]): Promise<void> {
  try {
    const jsonFile = takeOption(args, '--json');
    const load = BENCHES[args[0] ?? ''];
    if (!load) throw usage(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json FILE]`);
    const { bench } = await load();
    const measured = await bench(args.slice(1));
    if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(measured, null, 2)}\n`);
  } catch (error) {
    if (!isUsage(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

/** Removes `name VALUE` or `name=VALUE` from `args` and returns the value. */
function takeOption(args: string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const [arg = ''] = args.splice(at, 1);
  const value = arg === name ? args.splice(at, 1)[0] : arg.slice(name.length + 1);
  if (!value) throw usage(`${name} needs a file`);
  return value;
}

await main(process.argv.slice(2));
