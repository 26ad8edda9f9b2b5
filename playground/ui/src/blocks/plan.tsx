import type { PlanBlock, TaskCardBlock } from '@slack/types';
import { ProseView } from '../text/prose-view.tsx';
import { parseRichText } from '../text/rich-text.ts';
import { plainText } from '../text/text.tsx';

/** Waiting and working are drawn by the style sheet as a still and a turning ring. */
const STATUSES = {
  pending: { glyph: '', label: 'waiting' },
  in_progress: { glyph: '', label: 'in progress' },
  complete: { glyph: '✓', label: 'done' },
  error: { glyph: '✕', label: 'failed' },
} as const;

/** One step of work: its state, title, and what it found. */
export function TaskCardView({ task }: { task: TaskCardBlock }) {
  const status = STATUSES[task.status];
  return (
    <div className="task" data-status={task.status}>
      <span className="task-status" role="img" aria-label={status.label}>
        {status.glyph}
      </span>
      <div className="task-body">
        <div className="task-title">{plainText(task.title)}</div>
        {task.details && (
          <div className="task-details prose">
            <ProseView prose={parseRichText(task.details)} />
          </div>
        )}
        {task.output && (
          <div className="prose">
            <ProseView prose={parseRichText(task.output)} />
          </div>
        )}
        {task.sources?.map((source) => (
          <a key={source.url} href={source.url} target="_blank" rel="noreferrer noopener">
            {source.text}
          </a>
        ))}
      </div>
    </div>
  );
}

const isTask = (task: TaskCardBlock | Record<string, unknown>): task is TaskCardBlock =>
  typeof task.title === 'string' && typeof task.status === 'string' && task.status in STATUSES;

export function PlanBlockView({ block }: { block: PlanBlock }) {
  const tasks = (block.tasks ?? []).filter(isTask);
  const done = tasks.filter((task) => task.status === 'complete').length;
  return (
    <section className="plan" aria-label={block.title}>
      <div className="plan-title">
        {plainText(block.title)}
        {tasks.length > 0 && (
          <span className="plan-count">
            {done} of {tasks.length}
          </span>
        )}
      </div>
      {tasks.map((task) => (
        <TaskCardView key={task.task_id} task={task} />
      ))}
    </section>
  );
}
