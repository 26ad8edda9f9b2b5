/** What was learned before in the same channel: whoever reads this thread can read those, and nobody learns of a channel
 *  that they are not in. */
import type { Report } from '../report/report.ts';
import type { ThreadPlace } from './events.ts';
import type { Story } from './ports.ts';

const RUNS_LOOKED_AT = 60;
const MOST_STUDIES = 10;

/** Newest first, without those of the thread itself. */
export async function earlierStudies(story: Story, place: ThreadPlace): Promise<readonly Report[]> {
  const found: Report[] = [];
  for (const run of await story.runs.ofTeam(place.team, RUNS_LOOKED_AT)) {
    if (found.length === MOST_STUDIES) break;
    if (run.threadId === place.id) continue;
    const thread = await story.threads.find(run.threadId);
    if (thread?.place.team !== place.team || thread.place.channel !== place.channel) continue;
    const report = await story.reports.find(run.id);
    if (report) found.push(report);
  }
  return found;
}
