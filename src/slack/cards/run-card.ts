/** The message that moves while a run goes on. */
import type { KnownBlock } from '@slack/types';
import { METRICS } from '../../ml/metrics/registry.ts';
import type { Plan, PlanRecord } from '../../plan/plan.ts';
import { familyLabel, formatScore, formatSeconds, plural } from '../../report/format.ts';
import { isReadingTexts, type RunProgress } from '../../run/progress.ts';
import { hasEnded, type Run } from '../../run/run.ts';
import { plainText, say } from '../../thread/say.ts';
import { ACTIONS } from '../actions.ts';
import { actions, button, context, type Message, section } from '../blocks.ts';

const BAR_CELLS = 20;

/** @param progress null until the first one arrives. */
export function runCard(run: Run, record: PlanRecord, progress: RunProgress | null): Message {
  const state = progress?.state ?? run.state;
  const title = say`*Run ${run.number}* · ${stateWord(state)}`;
  const lines = [title];
  if (progress) {
    const { task, metric } = record.plan.experiment;
    const done = progress.foldsPlanned === 0 ? 0 : progress.foldsFinished / progress.foldsPlanned;
    lines.push(`\`${bar(done)}\` ${progress.trialsFinished} of ${plural(progress.trialsPlanned, 'trial')}`);
    if (progress.best) {
      const score = formatScore(metric, progress.best.score);
      lines.push(
        say`Best so far: ${familyLabel(progress.best.family, task)}, ${METRICS[metric].label} ${score} in cross-validation (trial ${progress.best.trial + 1}).`,
      );
    }
    if (progress.trialsFailed > 0) lines.push(say`${plural(progress.trialsFailed, 'trial')} failed.`);
  }
  const blocks: KnownBlock[] = [section(lines.join('\n'))];
  if (progress && !hasEnded({ state })) blocks.push(context(clock(progress, record.plan)));
  if (state === 'queued' || state === 'running') {
    const value = JSON.stringify({ threadId: run.threadId, runId: run.id });
    blocks.push(
      actions('run', button(ACTIONS.stopRun, 'Stop and keep the best', value, { style: 'danger' })),
    );
  }
  return { text: plainText(lines.join(' ')), blocks };
}

function clock(progress: RunProgress, plan: Plan): string {
  const elapsed = `${formatSeconds(progress.elapsedSeconds)} so far`;
  if (isReadingTexts(progress, plan)) return `${elapsed}, reading the texts`;
  if (progress.state !== 'running' || progress.remainingSeconds === null) return elapsed;
  return `${elapsed}, about ${formatSeconds(progress.remainingSeconds)} of trials to go`;
}

/** The state as people call it. */
export function stateWord(state: Run['state']): string {
  switch (state) {
    case 'queued':
      return 'waiting for a worker';
    case 'running':
      return 'training';
    case 'stopping':
      return 'stopping';
    case 'judging':
      return 'training the model again and judging it on the holdout';
    case 'finished':
      return 'finished';
    case 'stopped':
      return 'stopped';
    case 'failed':
      return 'failed';
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}
