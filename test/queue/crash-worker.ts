/** A process that takes a run and never finishes it.
 *  Arguments: `redis <url> <prefix>`, `postgres <url>` or `folder <directory>`, then the id of the job to add. */
import { openQueue } from '../../src/queue/queue.ts';
import { openStore } from '../../src/store/store.ts';

const [kind, where, prefix, jobId] = process.argv.slice(2);
const queues = await open();
await queues.work('run', async (_payload, { attempt }) => {
  process.stdout.write(`attempt ${attempt}\n`);
  await new Promise(() => setInterval(() => undefined, 1000));
});
await queues.add('run', jobId, { runId: 'r' });

async function open() {
  const options = { timing: { lockMs: 1500, stalledCheckMs: 500 } };
  if (kind === 'redis') return openQueue({ redisUrl: where, prefix }, options);
  const store = await openStore(kind === 'postgres' ? { databaseUrl: where } : { directory: where });
  // With the default timing, so that only the knowledge of being alone can bring the job back quickly.
  return openQueue({ pool: store.queuePool(), soleProcess: false }, kind === 'folder' ? {} : options);
}
