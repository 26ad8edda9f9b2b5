/** How far the estimates of a workspace's earlier runs were off. */
import type { Story } from '../src/thread/ports.ts';

/** Of the newest reports. What a machine was like long ago says little of it today. */
const MOST_REPORTS = 40;

/** Wall seconds over what the calibration said, of runs that did all that they had planned: one that was cut short, or has
 *  left something out, says nothing of what the whole would have taken. */
export async function pastRatios(story: Pick<Story, 'reports'>, team: string): Promise<number[]> {
  const reports = await story.reports.ofTeam(team, MOST_REPORTS);
  return reports.flatMap(({ resources, cutShort, leftOut }) => {
    const { wallSeconds, calibratedSeconds } = resources;
    const isWhole = cutShort === null && leftOut === undefined && calibratedSeconds !== undefined;
    return isWhole && wallSeconds > 0 && calibratedSeconds > 0 ? [wallSeconds / calibratedSeconds] : [];
  });
}
