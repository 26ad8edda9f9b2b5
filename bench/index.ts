/** `npm run bench -- NAME [--json FILE]`: measurements, never part of the tests. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/** A bench prints a table as it goes and returns what it measured. */
export type Bench = () => Promise<unknown>;

const BENCHES: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  conversation: () => import('./conversation.ts'),
};

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const load = BENCHES[positionals[0] ?? ''];
if (!load) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json FILE]\n`);
  process.exit(2);
}
const measured = await (await load()).bench();
if (values.json) await writeFile(values.json, `${JSON.stringify(measured, null, 2)}\n`);
