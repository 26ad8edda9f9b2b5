/** A person presses Stop, or says it: the trials end within seconds and the best finished one is kept. */
import { hasEnded, type Run } from '../run/run.ts';
import type { Story } from './ports.ts';
import { type Reply, text } from './reply.ts';
import { say } from './say.ts';

/** @param runId the run that is meant; without it, every run of the thread that has not ended. */
export async function stopRun(
  story: Story,
  threadId: string,
  user: string,
  key: string,
  runId?: string,
): Promise<Reply[]> {
  const runs = await story.runs.ofThread(threadId);
  const going = runs.filter((run) => !hasEnded(run) && (runId === undefined || run.id === runId));
  if (going.length === 0) return [text('Nothing is running in this thread.')];
  const sentences: string[] = [];
  for (const run of going) sentences.push(await stopOne(story, run, user, key));
  return [text(sentences.join('\n'))];
}

async function stopOne(story: Story, run: Run, user: string, key: string): Promise<string> {
  if (run.state === 'stopping') return say`Run ${run.number} is already stopping.`;
  if (!(await story.runs.move(run.id, 'stopping', { stoppedBy: user }))) {
    return say`Run ${run.number} is past its trials: the model is being chosen, trained again and judged, which takes a little while.`;
  }
  await story.threads.append(run.threadId, `stop-${key}-${run.id}`, {
    kind: 'stop-requested',
    user,
    runId: run.id,
  });
  return say`Stopping run ${run.number}. The best finished trial is kept and judged.`;
}
