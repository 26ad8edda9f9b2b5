/** The line at which a JSON Lines file goes wrong. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** @returns the first line that is no JSON object, counted from 1, or null when all are. */
export async function findJsonFault(path: string): Promise<{ line: number; detail: string } | null> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    try {
      const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return { line, detail: 'it is no object' };
      }
    } catch (error) {
      return { line, detail: String(error) };
    }
  }
  return null;
}
