/** The thread's record: everything that happened in a Slack thread we take part in, in order, never rewritten. The
 *  state of a conversation is a function of these events (state.ts), so a restart forgets nothing. */
import { z } from 'zod';
import { ClaimCheck } from '../report/claim-check.ts';
import { ColumnDecision, RequirementsChange } from '../requirements/requirements.ts';

/** Where a data set comes from: a file of the workspace, or an address that a person gave. */
export const DataSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), fileId: z.string(), name: z.string(), bytes: z.number().int() }),
  z.object({ kind: z.literal('url'), url: z.string(), name: z.string() }),
]);
export type DataSource = z.infer<typeof DataSource>;

export const ThreadEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), user: z.string(), text: z.string() }),
  z.object({ kind: z.literal('data-received'), user: z.string(), source: DataSource }),
  z.object({ kind: z.literal('data-refused'), name: z.string(), code: z.string(), sentence: z.string() }),
  z.object({
    kind: z.literal('profiled'),
    hash: z.string(),
    name: z.string(),
    /** The target in force, or null when a person must choose. */
    target: z.string().nullable(),
    /** What the request says of recordings, where the data has them. */
    windows: z.object({ id: z.string(), order: z.string().nullable() }).optional(),
    /** Columns that the request calls sensitive. */
    sensitive: z.array(z.string()).optional(),
    /** Why the target that was asked for cannot be one; the data itself is fine. */
    problem: z.string().optional(),
  }),
  z.object({
    kind: z.literal('requirements-set'),
    user: z.string(),
    requirements: RequirementsChange,
  }),
  z.object({
    kind: z.literal('column-decided'),
    user: z.string(),
    column: z.string(),
    decision: ColumnDecision,
  }),
  /** `key` names the job that makes the plan, so that a job which was lost can be queued again. */
  z.object({ kind: z.literal('proposal-requested'), user: z.string(), key: z.string().optional() }),
  z.object({ kind: z.literal('proposal-failed'), code: z.string(), sentence: z.string() }),
  z.object({ kind: z.literal('plan-proposed'), planId: z.string(), version: z.number().int() }),
  z.object({
    kind: z.literal('plan-decided'),
    user: z.string(),
    planId: z.string(),
    decision: z.enum(['approved', 'rejected']),
    reason: z.string().nullable(),
  }),
  /** A file that turned out to hold an existing model's predictions for the data in force. */
  z.object({
    kind: z.literal('predictions-read'),
    hash: z.string(),
    name: z.string(),
    value: z.string(),
    key: z.object({ column: z.string(), of: z.string().nullable() }).nullable(),
  }),
  /** An existing model itself, as an ONNX file. */
  z.object({ kind: z.literal('model-read'), hash: z.string(), name: z.string() }),
  z.object({ kind: z.literal('claim-checked'), check: ClaimCheck }),
  z.object({ kind: z.literal('claim-failed'), code: z.string(), sentence: z.string() }),
  z.object({ kind: z.literal('stop-requested'), user: z.string(), runId: z.string() }),
  z.object({
    kind: z.literal('run-ended'),
    runId: z.string(),
    state: z.enum(['finished', 'stopped', 'failed']),
  }),
  /** What we said, in plain words; kept so that the next turn knows it. */
  z.object({ kind: z.literal('replied'), text: z.string() }),
]);
export type ThreadEvent = z.infer<typeof ThreadEvent>;

/** A thread's place. `id` is `${team}-${channel}-${rootTs}` and safe in file names and job ids. */
export const ThreadPlace = z.object({
  id: z.string(),
  team: z.string(),
  channel: z.string(),
  rootTs: z.string(),
});
export type ThreadPlace = z.infer<typeof ThreadPlace>;

export function threadPlace(team: string, channel: string, rootTs: string): ThreadPlace {
  return { id: `${team}-${channel}-${rootTs}`, team, channel, rootTs };
}
