import { readFileSync } from 'node:fs';

/** Reads stored reference values from test/oracles/; see ORIGIN.md there for how they were made. */
export function oracle<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../../oracles/${path}`, import.meta.url), 'utf8')) as T;
}
