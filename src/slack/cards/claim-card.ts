/** The check of a claim: each question with its answer, and the picture of where more rows would lead. */
import type { ImageBlock } from '@slack/types';
import type { ClaimCheck } from '../../report/claim-check.ts';
import { answerClaim, claimHeadline } from '../../report/claim-words.ts';
import { plainText, prose, say } from '../../thread/say.ts';
import { type Message, section } from '../blocks.ts';

export function claimCard(check: ClaimCheck, pictures: readonly ImageBlock[]): Message {
  const answers = answerClaim(check).map(({ question, answer }) => `${say`*${question}*`}\n${prose(answer)}`);
  return {
    text: plainText(say`${claimHeadline(check)}`),
    blocks: [...answers.map((answer) => section(answer)), ...pictures],
  };
}
