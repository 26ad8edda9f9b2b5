/** Reads data in the thread that it is called from. */
import { answerQuestion, sampleRows } from '../src/datasets/answer-question.ts';
import { type Dataset, readDataset } from '../src/datasets/read-dataset.ts';
import { isZipFile, sha256File } from '../src/datasets/stage.ts';
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
