/** worker_threads entry: reads and profiles data away from the event loop that answers people. */
import { replyWith, type ThreadReply } from '../src/errors/thread-reply.ts';
import type { DataTask } from './data-reader.ts';
import { loadUpTo, openReader } from './read-data.ts';

/** @returns what `DataReader` promises for the task's kind. */
export default function work(task: DataTask): Promise<ThreadReply<unknown>> {
  const { path, name } = task;
  const reader = openReader(loadUpTo(task.maxBytes));
  return replyWith<unknown>(() => {
    switch (task.kind) {
      case 'read':
        return reader.read(path, name);
      case 'profile-target':
        return reader.profileTarget(path, name, task.profile, task.target);
      case 'table':
        return reader.table(path, name);
    }
  });
}
