import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainRow } from '../../src/command-line/explain.ts';
import { writeProject } from '../../src/command-line/export.ts';
import { readReport } from '../../src/command-line/read-run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelwright-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a folder whose report cannot be read', () => {
  it.each([
    ['that is not there', null, 'there is no such file'],
    ['that is cut off', '{"runId": "r1", ', 'it is not JSON'],
    ['of another program', '{"accuracy": 0.9}', 'runId'],
  ])('%s is refused in a sentence', async (_, text, detail) => {
    if (text !== null) await writeFile(join(folder, 'report.json'), text);
    const refusal = { code: 'REPORT_FILE_INVALID', details: { name: 'report.json', detail } };
    await expect(readReport(folder)).rejects.toMatchObject(refusal);
    await expect(explainRow(folder, 3)).rejects.toMatchObject(refusal);
  });

  it('has no plan either, which an export says first', async () => {
    await expect(writeProject(folder, undefined)).rejects.toMatchObject({ code: 'PLAN_FILE_INVALID' });
  });
});
