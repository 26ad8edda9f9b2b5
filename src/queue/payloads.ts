/** What a job carries, checked when it is taken from the queue: the process that added it may be of another version. */
import { z } from 'zod';
import { TrialSpec } from '../ml/tuning/trial.ts';
import type { JobPayloads, QueueName } from '../thread/ports.ts';

export const PAYLOADS = {
  ingest: z.object({ threadId: z.string(), key: z.string() }),
  propose: z.object({ threadId: z.string(), key: z.string() }),
  run: z.object({ runId: z.string() }),
  trial: z.union([
    z.object({ runId: z.string(), spec: TrialSpec, together: z.number().int().min(1) }),
    z.object({
      runId: z.string(),
      shard: z.object({
        fit: z.uuid(),
        rows: z.hash('sha256'),
        round: z.hash('sha256'),
        part: z.number().int().min(1),
        memoryMb: z.number().positive(),
      }),
    }),
  ]),
  claim: z.object({ threadId: z.string(), key: z.string() }),
  deliver: z.object({
    threadId: z.string(),
    what: z.enum(['questions', 'plan', 'failure', 'report', 'claim']),
    id: z.string(),
  }),
} satisfies { readonly [Q in QueueName]: z.ZodType<JobPayloads[Q]> };

export const QUEUE_NAMES = Object.keys(PAYLOADS) as QueueName[];
