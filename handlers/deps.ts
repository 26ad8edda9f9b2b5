/** What handlers are given by the door. */
import type { WebClient } from '@slack/web-api';
import type { ApprovalPolicy } from '../src/plan/who-may-approve.ts';
import type { Outbox } from '../src/slack/outbox.ts';
import type { People } from '../src/slack/people.ts';
import type { ThreadPlace } from '../src/thread/events.ts';
import type { DataDesk, Story, UsageBook } from '../src/thread/ports.ts';
import type { Speaker } from '../src/thread/speaker.ts';
import type { Specialist } from '../src/thread/specialist.ts';
import type { Voice } from '../src/thread/voice.ts';

export interface HandlerDeps {
  readonly story: Story;
  readonly specialist: Specialist;
  readonly speaker: Speaker;
  readonly desk: DataDesk;
  /** For an answer to what that person said. */
  openVoice(place: ThreadPlace, user: string): Voice;
  readonly usage: UsageBook;
  readonly outbox: Outbox;
  readonly policy: ApprovalPolicy;
  readonly people: People;
  /** For answers to a click; everything else goes through the speaker and the outbox. */
  readonly interactive: WebClient;
  /** Our own user id in the workspace. */
  readonly botUserId: string;
  readonly log: { error(...parts: unknown[]): void };
}
