/** `export`: a trained folder as a project that repeats it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ModelwrightError } from '../errors/errors.ts';
import { parsePlanFile } from '../plan/plan-file.ts';
import { projectFiles, projectName } from '../report/project.ts';
import { Report } from '../report/report.ts';

/** @param directory with `plan.json` and `report.json`, as `train` writes it.
 *  @returns a sentence that says where the project is and how to run it.
 *  @throws PLAN_FILE_INVALID, REPORT_FILE_INVALID */
export async function writeProject(directory: string, out: string | undefined): Promise<string> {
  const plan = await readText(directory, 'plan.json', 'PLAN_FILE_INVALID');
  const stored = await readText(directory, 'report.json', 'REPORT_FILE_INVALID');
  const report = Report.safeParse(parseJson(stored));
  if (!report.success) {
    const detail = report.error.issues[0]?.path.join('.') ?? 'it is not JSON';
    throw new ModelwrightError('REPORT_FILE_INVALID', { name: 'report.json', detail });
  }
  const folder = resolve(out ?? join(directory, projectName(report.data)));
  await mkdir(folder, { recursive: true });
  for (const { path, text } of projectFiles(parsePlanFile(plan, 'plan.json').plan, report.data)) {
    await writeFile(join(folder, path), text);
  }
  return `The project is in ${folder}. Put ${report.data.dataset.name} into it and run: npm install && npm run reproduce`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText(
  directory: string,
  name: string,
  problem: 'PLAN_FILE_INVALID' | 'REPORT_FILE_INVALID',
): Promise<string> {
  return readFile(join(directory, name), 'utf8').catch(() => {
    throw new ModelwrightError(problem, { name, detail: 'there is no such file' });
  });
}
