/** Ids of jobs, ours and BullMQ's: it refuses ids that look like integers, which a hexadecimal id may. */
const PREFIX = 'j-';
const LEGAL = /^[A-Za-z0-9._-]+$/;

/** @throws Error for an id with other characters: a defect, since people never choose ids. */
export function toBullId(jobId: string): string {
  if (!LEGAL.test(jobId)) throw new Error(`"${jobId}" cannot be the id of a job`);
  return PREFIX + jobId;
}

export function fromBullId(id: string | undefined): string {
  return (id ?? '').slice(PREFIX.length);
}
