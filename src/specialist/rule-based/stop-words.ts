/** Whether a message tells us to stop what is running. A miss costs a person's time and a false alarm a run, so both
 *  kinds of sentence are in the tests. */

const STOP = '(?:stop|cancel|abort|halt|kill|terminate)';
const ASKING =
  "(?:(?:can|could|would|will) (?:you|u|we) |i(?: want| need|'d like| would like) (?:you )?to |let's |you (?:should|must|can) |we (?:should|must|need to|have to) )?";
const ADVERBS = '(?:(?:please|just|now|immediately|wait|no|hey|ok|never ?mind)[ ,.!-]+)*';

/** "Stop words", "stop sign", "stop when AUC reaches 0.9", "stop asking": not what is running now. */
const SOMETHING_ELSE =
  ' (?:words?|list|lists|signs?|loss(?:es)?|codons?|lights?|times?|orders?|dates?|rates?|distances?|when|if|after|once|as soon|early|unless|at|\\w+ing(?<! running| training| tuning| searching| everything| going))\\b';
const COMMAND = new RegExp(`^${ADVERBS}${ASKING}${ADVERBS}${STOP}\\b(?!${SOMETHING_ELSE})`);

/** The same in the middle of a sentence, with what is to be stopped. */
const OBJECT =
  '(?:it|this|that|everything|all|training|(?:the |this |my |our )?(?:current )?(?:run|runs|training|trials?|job|study|search|tuning))';
const IN_A_SENTENCE = new RegExp(`\\b(?:${STOP}|end) ${OBJECT}\\b`);
const NOT_A_COMMAND =
  /^(?:how|when|why|what|who|where|if|should|does|do|did|is|was|which)\b|\b(?:will|would|to predict|predict|whether|after|before|until) [^.;!?]*\b(?:stop|cancel|abort|halt|kill|terminate|end)\b/;
const NEGATED = new RegExp(
  `\\b(?:don't|dont|do not|never|not|didn't|doesn't|won't|without)(?: (?:ever|yet|please|just|you|to|want|need))* (?:${STOP}|end)`,
);

/** @param words lower case, single spaces, without a greeting. */
export function asksToStop(words: string): boolean {
  if (NEGATED.test(words)) return false;
  return COMMAND.test(words) || (IN_A_SENTENCE.test(words) && !NOT_A_COMMAND.test(words));
}
