/** A question with a button for each answer. */
import type { Reply } from '../../thread/reply.ts';
import { escapeMrkdwn } from '../../thread/say.ts';
import { ACTIONS, MOST_OPTION_CHARACTERS } from '../actions.ts';
import { actions, button, type Message, section } from '../blocks.ts';

type ChoiceReply = Extract<Reply, { kind: 'choice' }>;

const MOST_OPTIONS = 5;

export function choiceCard({ question, options }: ChoiceReply, threadId: string): Message {
  const buttons = options.slice(0, MOST_OPTIONS).map((option, i) => {
    const said = [...option].slice(0, MOST_OPTION_CHARACTERS - 1).join('');
    return button(`${ACTIONS.chooseOption}_${i}`, said, JSON.stringify({ threadId, option: said }));
  });
  return {
    text: `${question} (${options.join(' / ')})`,
    blocks: [section(escapeMrkdwn(question)), actions('choice', ...buttons)],
  };
}
