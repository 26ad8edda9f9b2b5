/** Names for plans: a content hash, and an id that is new for every version in every thread. */
import { createHash } from 'node:crypto';
import type { Plan } from './plan.ts';

/** SHA-256 (hex) of the plan's canonical JSON: keys sorted at every depth, so that two processes that hold the same
 *  plan agree on its hash however they built it. */
export function planHash(plan: Plan): string {
  return sha256(canonicalJson(plan));
}

/** 16 hex digits; safe in button values and job ids. */
export function planId(threadId: string, version: number, hash: string): string {
  return sha256(`${threadId}\n${version}\n${hash}`).slice(0, 16);
}

/** JSON with the keys of every object in code-unit order and undefined members left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** In hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
