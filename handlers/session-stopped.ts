import { whyNotTakePart } from '../src/plan/who-may-approve.ts';
import { hasEnded } from '../src/run/run.ts';
import { threadPlace } from '../src/thread/events.ts';
import { stopRun } from '../src/thread/stop.ts';
import type { HandlerDeps } from './deps.ts';

/** The installed types do not know this event yet. */
interface SessionStopped {
  readonly channel: string;
  readonly user: string;
  readonly thread_ts: string;
  readonly event_ts: string;
}

/** Slack's own Stop button. */
export const handleSessionStopped =
  (deps: HandlerDeps) =>
  async ({ event, context }: { event: unknown; context: { teamId?: string } }) => {
    const { channel, user, thread_ts, event_ts } = event as SessionStopped;
    const team = context.teamId ?? '';
    const place = threadPlace(team, channel, thread_ts);
    if (!(await deps.story.threads.find(place.id))) return;
    const refusal = whyNotTakePart(await deps.people.find(user, team));
    if (refusal) {
      await deps.interactive.chat.postEphemeral({ channel, user, thread_ts, text: refusal });
      return;
    }
    const key = `session-${event_ts}`;
    // An answer that is broken off says so itself; only a run is stopped beside it.
    const isAnswering = deps.specialist.hush?.(place.id) ?? false;
    const isRunning = (await deps.story.runs.ofThread(place.id)).some((run) => !hasEnded(run));
    if (isAnswering && !isRunning) return;
    await deps.speaker.say(place, key, await stopRun(deps.story, place.id, user, key));
  };
