/** Why a trained model predicted one held-out row as it did, from the folder that `train` wrote. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelwrightError } from '../errors/errors.ts';
import { Evidence } from '../ml/evidence.ts';
import { CHAPTERS } from '../report/chapters/chapters.ts';
import { drawChapter } from '../report/charts/draw-chapter.ts';
import { readReport } from './read-run.ts';

/** Writes the picture beside the report. @param row counted from 1 below the header. @returns what to print. */
export async function explainRow(directory: string, row: number): Promise<string> {
  const source = {
    report: await readReport(directory),
    evidence: Evidence.nullable().parse(await readJson(join(directory, 'evidence.json'))),
    row,
  };
  const told = CHAPTERS.row.tell(source);
  if ('absent' in told) return told.absent;
  const files: string[] = [];
  for (const { fileName, png } of await drawChapter('row', source)) {
    const path = join(directory, fileName);
    await writeFile(path, png);
    files.push(path);
  }
  return [...told.sentences, ...files.map((path) => `Picture: ${path}`)].join('\n');
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    const detail = `explain needs a folder that train has written; ${path} is not there, or cannot be read`;
    throw new ModelwrightError('USAGE', { detail });
  }
}
