/** What `train` has written to a folder, read again by the commands that go on from there. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ModelwrightError } from '../errors/errors.ts';
import { type PlanFile, parsePlanFile } from '../plan/plan-file.ts';
import { Report } from '../report/report.ts';

/** @throws PLAN_FILE_INVALID */
export async function readPlanFile(path: string): Promise<PlanFile> {
  const name = basename(path);
  return parsePlanFile(await readText(path, 'PLAN_FILE_INVALID'), name);
}

/** @param directory that `train` wrote. @throws REPORT_FILE_INVALID */
export async function readReport(directory: string): Promise<Report> {
  const report = Report.safeParse(
    parseJson(await readText(join(directory, 'report.json'), 'REPORT_FILE_INVALID')),
  );
  if (report.success) return report.data;
  const detail = report.error.issues[0]?.path.join('.') || 'it is not JSON';
  throw new ModelwrightError('REPORT_FILE_INVALID', { name: 'report.json', detail });
}

async function readText(path: string, problem: 'PLAN_FILE_INVALID' | 'REPORT_FILE_INVALID'): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new ModelwrightError(problem, { name: basename(path), detail: 'there is no such file' });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
