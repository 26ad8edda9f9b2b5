/** Open questions: suspects and a missing target with buttons, the rest as assumptions that one click accepts. */
import type { KnownBlock } from '@slack/types';
import { defaultMetric, FORECAST_METRICS, METRICS } from '../../ml/metrics/registry.ts';
import { DEFAULTS } from '../../plan/defaults.ts';
import type { TargetProfile } from '../../profile/profile.ts';
import { formatSeconds, joinWords } from '../../report/format.ts';
import { isBlocking, type Question } from '../../requirements/questions.ts';
import { type Requirements, wantsForecast } from '../../requirements/requirements.ts';
import type { Reply } from '../../thread/reply.ts';
import { code, plainText, prose, say } from '../../thread/say.ts';
import { ACTIONS, buttonName } from '../actions.ts';
import { actions, button, type Message, section } from '../blocks.ts';

type QuestionsReply = Extract<Reply, { kind: 'questions' }>;

/** More suspects than this are summed up in one line; deciding them all by button would be a chore. */
const MOST_SUSPECTS = 8;
const MOST_TARGETS = 5;
const MOST_NAMES = 10;

export function questionsCard(reply: QuestionsReply, threadId: string): Message {
  const lead = reply.questions.some(isBlocking) ? 'Before I can make a plan:' : 'I can make a plan now.';
  const blocks = [
    section(lead),
    ...questionBlocks(reply.questions, reply.requirements, reply.target, threadId),
  ];
  const asked = reply.questions.map((question) =>
    plainText(questionText(question, reply.requirements, reply.target)),
  );
  return { text: [lead, ...asked].join(' '), blocks };
}

/** The questions, and below them the buttons "Answer questions" and "Plan with these assumptions". */
export function questionBlocks(
  questions: readonly Question[],
  requirements: Requirements,
  target: TargetProfile | null,
  threadId: string,
): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  const suspects = questions.filter((question) => question.id === 'suspect');
  for (const question of questions) {
    if (question.id === 'target') {
      blocks.push(section(questionText(question, requirements, target)));
      const candidates = question.options.slice(0, MOST_TARGETS);
      if (candidates.length > 0) {
        const buttons = candidates.map((column, i) =>
          button(
            `${ACTIONS.chooseTarget}_${i}`,
            column,
            JSON.stringify({ threadId, target: buttonName(column) }),
          ),
        );
        blocks.push(actions('target-choice', ...buttons));
      }
    }
  }
  for (const [i, question] of suspects.slice(0, MOST_SUSPECTS).entries()) {
    blocks.push(section(questionText(question, requirements, target)), suspectButtons(question, threadId, i));
  }
  if (suspects.length > MOST_SUSPECTS) {
    const rest = suspects.slice(MOST_SUSPECTS).map((question) => question.suspect.column);
    blocks.push(section(`Also suspicious, once these are decided: ${columnList(rest)}.`));
  }
  const assumed = questions.filter((question) => !isBlocking(question));
  if (assumed.length > 0) {
    const lines = assumed.map((question) => `• ${questionText(question, requirements, target)}`);
    blocks.push(section(['*Unless you say otherwise:*', ...lines].join('\n')));
  }
  const ready = questions.every((question) => !isBlocking(question));
  const value = JSON.stringify({ threadId });
  blocks.push(
    actions(
      'next-step',
      button(ACTIONS.openRequirements, 'Answer questions', value, ready ? {} : { style: 'primary' }),
      ...(ready ? [button(ACTIONS.acceptAssumptions, 'Plan with these', value, { style: 'primary' })] : []),
    ),
  );
  return blocks;
}

function suspectButtons(
  question: Extract<Question, { id: 'suspect' }>,
  threadId: string,
  index: number,
): KnownBlock {
  const { column, suggestion } = question.suspect;
  const value = (decision: string) => JSON.stringify({ threadId, column: buttonName(column), decision });
  return actions(
    `suspect-${index}`,
    button(ACTIONS.dropColumn, 'Drop', value('drop'), suggestion === 'drop' ? { style: 'primary' } : {}),
    button(ACTIONS.keepColumn, 'Keep', value('keep'), suggestion === 'keep' ? { style: 'primary' } : {}),
    button(ACTIONS.knownColumn, 'Known at prediction time', value('known')),
  );
}

function questionText(question: Question, requirements: Requirements, target: TargetProfile | null): string {
  switch (question.id) {
    case 'target':
      return 'Which column should be predicted?';
    case 'suspect':
      return `${code(question.suspect.column)} may give the answer away. ${prose(question.suspect.evidence)} Will its value be known when predictions are made?`;
    case 'metric': {
      const usual =
        target && (wantsForecast(requirements, target) ? FORECAST_METRICS[0] : defaultMetric(target.task));
      const metric = usual ? METRICS[usual].label : 'a metric that fits the column';
      return say`Trials are ranked by ${metric}. What does a wrong prediction cost you? That may call for another metric.`;
    }
    case 'split': {
      const followed = target && 'column' in target.split ? target.split.column : null;
      return followed !== null
        ? `The split follows ${code(followed)}. Is that how the model will be used?`
        : `Rows are split at random, although there is ${columnList(question.columns)}. Will the model have to predict later rows from earlier ones, or rows of owners that it has never seen?`;
    }
    case 'budget':
      return `A run may take ${formatSeconds(requirements.budgetSeconds ?? DEFAULTS.budgetSeconds)}.`;
    case 'deployment':
      return 'Predictions are made in batches, without a limit on speed or size.';
  }
}

function columnList(columns: readonly string[]): string {
  const shown = columns.slice(0, MOST_NAMES).map((column) => code(column));
  const rest = columns.length - shown.length;
  return joinWords(rest > 0 ? [...shown, `${rest} more`] : shown);
}
