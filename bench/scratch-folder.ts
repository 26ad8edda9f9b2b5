/** A folder for files that nobody needs after the bench. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder beside the system's other temporary files. It goes when this process ends, also by Ctrl-C. */
export function scratchFolder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `modelwright-bench-${name}-`));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return path;
}
