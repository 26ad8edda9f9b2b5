/** `npm run bench -- NAME [--json FILE] [options of the bench]`: measurements, never part of the tests. */
import { writeFile } from 'node:fs/promises';
import { isUsage } from './usage.ts';

/** A bench parses its own options (see `usage.ts` for what it does with wrong ones), prints a table as it goes and
 *  returns what it measured, which `--json` writes. */
export type Bench = (args: readonly string[]) => Promise<unknown>;

const BENCHES: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  conversation: () => import('./conversation.ts'),
  tabular: () => import('./tabular.ts'),
  quality: () => import('./quality.ts'),
};

async function main([...args]: string[]): Promise<void> {
  const jsonFile = takeOption(args, '--json');
  const load = BENCHES[args[0] ?? ''];
  if (!load) return refuse(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json FILE]`);
  const { bench } = await load();
  try {
    const measured = await bench(args.slice(1));
    if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(measured, null, 2)}\n`);
  } catch (error) {
    if (isUsage(error)) return refuse(error.message);
    throw error;
  }
}

/** Removes `name VALUE` or `name=VALUE` from `args` and returns the value. */
function takeOption(args: string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const [arg] = args.splice(at, 1);
  return arg === name ? args.splice(at, 1)[0] : arg?.slice(name.length + 1);
}

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 2;
}

await main(process.argv.slice(2));
