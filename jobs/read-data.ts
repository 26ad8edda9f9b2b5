/** Reads data in the thread that it is called from. */
import { answerQuestion, sampleRows } from '../src/datasets/answer-question.ts';
import { type Dataset, readDataset } from '../src/datasets/read-dataset.ts';
import { isZipFile, sha256File } from '../src/datasets/stage.ts';
import type { Table } from '../src/ml/data/table.ts';
import { planWindows } from '../src/ml/windowing/plan-windows.ts';
import { windowRows } from '../src/ml/windowing/window-rows.ts';
import type { Windows } from '../src/ml/windows.ts';
import type { TargetProfile } from '../src/profile/profile.ts';
import { profileTable } from '../src/profile/profile-table.ts';
import { profileTarget } from '../src/profile/profile-target.ts';
import type { DataReader } from './data-reader.ts';

type Load = (path: string, name: string) => Promise<Dataset>;

export function loadUpTo(maxBytes: number): Load {
  return (path, name) => readDataset(path, { name, maxBytes });
}

/** Keeps the newest set of pictures: the jobs of a conversation ask for the same one again and again, and decoding it takes
 *  longer than anything else in reading. Pictures are bounded, and are known by the file's bytes, wherever a copy lies. */
export function rememberPictures(load: Load): Load {
  let newest: Dataset | undefined;
  return async (path, name) => {
    if (!(await isZipFile(path))) return load(path, name);
    if (newest && newest.hash === (await sha256File(path))) return newest;
    newest = undefined; // before the next one takes its memory
    newest = await load(path, name);
    return newest;
  };
}

export function openReader(load: Load): DataReader {
  return {
    async read(path, name) {
      const { table, hash, bytes, format, notes, infinite, images } = await load(path, name);
      return { hash, bytes, format, notes, profile: profileTable(table, infinite, images) };
    },
    async profileTarget(path, name, profile, target) {
      const { table } = await load(path, name);
      return profileTarget(table, profile, target);
    },
    async windows(path, name, wanted, target) {
      const { table } = await load(path, name);
      const windows = planWindows(table, wanted, target);
      const rows = windowRows(table, windows, target);
      const profile = profileTable(rows);
      return { windows, profile, target: withUnread(table, windows, profileTarget(rows, profile, target)) };
    },
    async table(path, name) {
      return (await load(path, name)).table;
    },
    async ask(path, name, question, smallestGroup) {
      return answerQuestion((await load(path, name)).table, question, { smallestGroup });
    },
    async sample(path, name, count) {
      return sampleRows((await load(path, name)).table, count);
    },
  };
}

/** Names tell nothing of new recordings; words and dates that change along one are no signals. */
function withUnread(table: Table, windows: Windows, target: TargetProfile): TargetProfile {
  const { id, order, signals, constants } = windows;
  const read = new Set([id, order, target.target, ...signals, ...constants]);
  const unread = table.columns.filter(({ name }) => !read.has(name));
  const useless = [
    ...target.useless.filter(({ column }) => column !== id),
    { column: id, reason: 'It names the recordings; new ones have names never seen before.' },
    ...unread.map(({ name }) => ({
      column: name,
      reason: `It changes within one ${id} and holds no numbers.`,
    })),
  ];
  return { ...target, useless, suspects: target.suspects.filter(({ column }) => column !== id) };
}
