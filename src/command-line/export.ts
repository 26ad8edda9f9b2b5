/** `export`: a trained folder as a project that repeats it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { projectFiles, projectName } from '../report/project.ts';
import { readPlanFile, readReport } from './read-run.ts';

/** @param directory with `plan.json` and `report.json`, as `train` writes it.
 *  @returns a sentence that says where the project is and how to run it.
 *  @throws PLAN_FILE_INVALID, REPORT_FILE_INVALID */
export async function writeProject(directory: string, out: string | undefined): Promise<string> {
  const { plan } = await readPlanFile(join(directory, 'plan.json'));
  const report = await readReport(directory);
  const folder = resolve(out ?? join(directory, projectName(report)));
  await mkdir(folder, { recursive: true });
  for (const { path, text } of projectFiles(plan, report)) {
    await writeFile(join(folder, path), text);
  }
  return `The project is in ${folder}. Put ${report.dataset.name} into it and run: npm install && npm run reproduce`;
}
