/** What handlers are given by the door. */
import type { WebClient } from '@slack/web-api';
import type { ApprovalPolicy } from '../src/plan/who-may-approve.ts';
import type { Outbox } from '../src/slack/outbox.ts';
import type { People } from '../src/slack/people.ts';
import type { Story } from '../src/thread/ports.ts';
import type { Speaker } from '../src/thread/speaker.ts';
import type { Specialist } from '../src/thread/specialist.ts';

export interface HandlerDeps {
  readonly story: Story;
  readonly specialist: Specialist;
  readonly speaker: Speaker;
  readonly outbox: Outbox;
  readonly policy: ApprovalPolicy;
  readonly people: People;
  /** For answers to a click; everything else goes through the speaker and the outbox. */
  readonly interactive: WebClient;
  /** Our own user id in the workspace. */
  readonly botUserId: string;
  readonly log: { error(...parts: unknown[]): void };
}
