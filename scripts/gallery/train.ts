/** A run of the gallery: what the command line does with the same file, target and wishes. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReadFile, readData } from '../../src/command-line/read-data.ts';
import { openCommandLine } from '../../src/command-line/session.ts';
import { loadConfig } from '../../src/config.ts';
import { Evidence } from '../../src/ml/evidence.ts';
import type { TargetProfile } from '../../src/profile/profile.ts';
import { Report } from '../../src/report/report.ts';
import type { ShownRun } from './shown.ts';

const DATA = 'examples/data';
const SEED = 1;

export interface GalleryRun {
  readonly data: ReadFile;
  readonly target: TargetProfile;
  readonly report: Report;
  readonly evidence: Evidence;
}

/** @param folder where the run lies between calls: one that is there is not made again. */
export async function trainShown(shown: ShownRun, folder: string): Promise<GalleryRun> {
  const { data, reader } = await readData(join(DATA, shown.file), shown.file);
  const target = await reader.profileTarget(data.path, data.name, data.profile, shown.target);
  const kept = (name: string) => join(folder, name);
  if (!existsSync(kept('evidence.json'))) {
    const session = await openCommandLine(reader, loadConfig(), (text) =>
      process.stderr.write(`${shown.name} ${text}`),
    );
    try {
      const record = await session.plan(data, target, { seed: SEED, ...shown.requirements });
      // As long as it takes: on a busy machine the clock would leave out what the page is to show.
      await session.train(record, folder, false);
    } finally {
      await session.close();
    }
  }
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(kept(name), 'utf8'));
  return {
    data,
    target,
    report: Report.parse(await read('report.json')),
    evidence: Evidence.parse(await read('evidence.json')),
  };
}
