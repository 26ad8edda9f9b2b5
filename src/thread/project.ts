/** "Show me the code": the project that repeats the thread's newest finished run. */
import { projectFiles, projectName } from '../report/project.ts';
import type { ThreadPlace } from './events.ts';
import type { Story } from './ports.ts';
import { type Reply, text } from './reply.ts';
import { say } from './say.ts';

export async function projectReply(story: Story, place: ThreadPlace): Promise<Reply[]> {
  const runs = await story.runs.ofThread(place.id);
  for (const run of [...runs].sort((a, b) => b.number - a.number)) {
    const report = await story.reports.find(run.id);
    const record = report && (await story.plans.find(report.planId));
    if (!report || !record) continue;
    return [
      text(
        say`Here is run ${report.runNumber} as a project: put ${report.dataset.name} into its folder and run the one command in its README. It does the same work again and prints the same metrics beside the ones reported here.`,
      ),
      { kind: 'project', name: projectName(report), files: projectFiles(record.plan, report) },
    ];
  }
  return [text('There is no finished run in this thread yet whose code I could show.')];
}
