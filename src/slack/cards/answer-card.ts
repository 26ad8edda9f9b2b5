/** What the data says to a question: a picture, with its numbers in the words beside it. */
import type { ImageBlock } from '@slack/types';
import { escapeMrkdwn } from '../../thread/say.ts';
import { type Message, section } from '../blocks.ts';

export function answerCard(title: string, pictures: readonly ImageBlock[]): Message {
  return { text: title, blocks: pictures.length > 0 ? pictures : [section(`*${escapeMrkdwn(title)}*`)] };
}
