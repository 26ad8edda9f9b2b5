/** worker_threads entry: reads and profiles data away from the event loop that answers people. */
import { replyWith, type ThreadReply } from '../src/errors/thread-reply.ts';
import type { DataReader, DataTask } from './data-reader.ts';
import { loadUpTo, openReader, rememberPictures } from './read-data.ts';

/** By the limit that it loads with; there is one. */
const readers = new Map<number, DataReader>();

function readerUpTo(maxBytes: number): DataReader {
  const reader = readers.get(maxBytes) ?? openReader(rememberPictures(loadUpTo(maxBytes)));
  readers.set(maxBytes, reader);
  return reader;
}

/** @returns what `DataReader` promises for the task's kind. */
export default function work(task: DataTask): Promise<ThreadReply<unknown>> {
  const { path, name } = task;
  const reader = readerUpTo(task.maxBytes);
  return replyWith<unknown>(() => {
    switch (task.kind) {
      case 'read':
        return reader.read(path, name);
      case 'profile-target':
        return reader.profileTarget(path, name, task.profile, task.target);
      case 'windows':
        return reader.windows(path, name, task.wanted, task.target);
      case 'table':
        return reader.table(path, name);
      case 'ask':
        return reader.ask(path, name, task.question, task.smallestGroup);
      case 'sample':
        return reader.sample(path, name, task.count);
    }
  });
}
