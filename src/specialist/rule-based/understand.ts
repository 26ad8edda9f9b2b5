/** What a message asks for and what it states, by rules: no model, no key, the same answer every time. */

import type { RequirementsChange } from '../../requirements/requirements.ts';
import { type AskedChapter, chapterIn } from './chapter-words.ts';
import { factsIn } from './facts.ts';
import { define } from './glossary.ts';
import { asksToStop } from './stop-words.ts';

export type Intent =
  | 'greet'
  | 'help'
  | 'status'
  | 'stop'
  | 'compare'
  | 'why'
  | 'define'
  /** Wants a plan, a new one if there is one. */
  | 'plan'
  /** Agrees to whatever was said last. */
  | 'assent'
  | 'dissent'
  /** Wants the plan approved, which no message can do. */
  | 'approve'
  | 'profile'
  /** Wants a run to be gone on from; its number is the topic, '' for the newest. */
  | 'improve'
  /** A chapter of the report. */
  | 'chapter'
  | 'train'
  | 'code'
  | 'thanks';

export interface Understood {
  /** What is asked for, or null when nothing was recognised. */
  readonly intent: Intent | null;
  /** What follows "what is" or "why", in lower case, or the number of a run; '' for none. */
  readonly topic: string;
  /** The chapter that is asked for. */
  readonly chapter?: AskedChapter;
  /** What the message states as facts. */
  readonly facts: RequirementsChange;
}

const GREETING =
  /^(?:(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening)|dear)\b(?: (?:there|all|everyone|team|modelwright)\b)?[ ,.!:;-]*)+/;
/** What may stand before the matter itself. */
const LEAD_IN =
  /^(?:(?:please|ok(?:ay)?|great|thanks|thank you|perfect|nice|cool|well|so|and|but|now|then|just|also|alright)\b[ ,.!:;-]+)+(?=\S)/;

const TERM =
  /^(?:what(?:'s|s| is| are| does| do)|define|explain|meaning of|what do you mean by|tell me what)\s+(?:an?\s+|the\s+|is\s+)*(.+?)(?:\s+(?:mean|is|are|stand for))?$/;
const WHY = /^(?:.*\b)?(?:why|how come|reasons? for|explain)\b\s*(.*)$/;
const QUESTION =
  /^(?:what|what's|whats|why|how|when|where|who|is|are|did|does|do|was|were|has|have you|should|which (?:model|one|of|family)|any)\b/;
const REQUEST =
  /\b(?:train|retrain|re-train|predict|forecast|classify|estimate|fine-?tune|build|tune|model (?:that|which|for|to)|improve)\b/;
const IMPROVE =
  /^(?:(?:can|could|would) you |please )*(?:improve|continue|refine|go on (?:from|with)|build on)(?: on)? (?:(?:the )?(?:run|study) (?:#|no\.? ?|number )?(\d{1,6})\b|(?:it|this|that|(?:the|this|that|our) (?:last |latest |newest |current )?(?:run|model|study|result|score)s?)(?: further| more| again| even more| please)*[ .!?]*$)/;
const APPROVE = /\b(?:approved?|approval|lgtm)\b/;
const HELP =
  /\bhelp\b|^(?:what can you|what do you do|who are you|how (?:do(?:es)?|can) (?:i|we|you|this|it)\b)|\bhow do you work\b/;
const STATUS =
  /\b(?:status|progress|how far|how is it going|how's it going|are (?:you|we) done|is it (?:done|finished|ready|running)|finished yet|done yet|eta|how long|how much (?:time|longer)|when (?:will|is)|results?|how good|what (?:accuracy|score|auc)|best (?:model|score|trial|result)|what(?:'s|s| is) (?:our|my|the plan|next|going on|happening))\b/;
const COMPARE =
  /\b(?:compare|comparison|versus|vs|difference between|better than|worse than|which (?:model|one|family) (?:is|was|works|performs)(?: the)? (?:better|best)|which (?:is|was) (?:the )?(?:better|best))\b/;
const PROFILE =
  /\b(?:profile|(?:show|describe|look at|summari[sz]e)(?: me)?(?: the| my| our)? (?:data|columns|table|dataset|data set)|what(?:'s| is) in the (?:data|file|table))\b/;
const PLAN =
  /^(?:(?:can|could) you )?(?:re-?plan|plan|propose|make (?:a|the|another|a new) plan|(?:a )?new plan|another plan|try again|again|another run|run it again)\b/;
const CODE =
  /\b(?:(?:show|give|send|get|see|want|have|share)\b[^.;!?]*\b(?:the|your|its|some)? ?(?:code|script|source|project)|(?:training )?code please|export (?:it|this|the (?:code|run|model|project)))\b/;
const ASSENT =
  /^(?:yes|yep|yeah|yup|sure|ok(?:ay)?|alright|go|go ahead|go on|go for it|continue|proceed|do it|let's go|sounds good|looks good|fine|agreed|correct|start)\b/;
const DISSENT = /^(?:no|nope|not (?:yet|now)|wait|never ?mind|don't|do not|leave it)\b/;
const TRAINING_WORDS =
  /\b(?:model|models|churn|better|machine learning|prediction|predictions|classifier|regression|training|accuracy|likely to|who will)\b/;
const THANKS =
  /^(?:thanks|thank you|thx|cheers|great|nice|perfect|awesome|cool|well done|good (?:job|work|bot))\b/;

const QUESTIONS: ReadonlySet<Intent> = new Set([
  'chapter',
  'define',
  'why',
  'compare',
  'status',
  'help',
  'profile',
]);

/** @param text the message as typed. */
export function understand(text: string): Understood {
  const words = normalise(text);
  const core = words.replace(GREETING, '').replace(LEAD_IN, '').replace(GREETING, '');
  const { intent, topic, chapter } = intentOf(words, core);
  // A question about a metric does not choose it.
  const isQuestion = intent !== null && QUESTIONS.has(intent);
  return { intent, topic, ...(chapter && { chapter }), facts: isQuestion ? {} : factsIn(core) };
}

/** In this order: what must not be missed first, then questions, then requests, then courtesies. */
function intentOf(
  words: string,
  core: string,
): { intent: Intent | null; topic: string; chapter?: AskedChapter } {
  const about = (intent: Intent | null, topic = '') => ({ intent, topic });
  if (core === '') return about('greet');
  if (asksToStop(core)) return about('stop');
  const improve = IMPROVE.exec(core);
  if (improve) return about('improve', improve[1]);
  // "Predict loan status", "estimate the approval rate": words of the problem, not to us.
  const isRequest = REQUEST.test(core) && !QUESTION.test(core);
  if (!isRequest) {
    if (APPROVE.test(core) && !/^(?:what|why)\b/.test(core)) return about('approve');
    const chapter = chapterIn(core);
    if (chapter) return { ...about('chapter'), chapter };
    const question = core.replace(/[?.!\s]+$/, '');
    const isBareTerm =
      core.endsWith('?') && !QUESTION.test(core) && !COMPARE.test(core) && question.split(' ').length <= 3;
    const term = TERM.exec(question)?.[1] ?? (isBareTerm ? question : '');
    if (term !== '' && !WHY.test(term) && !isAboutUs(term) && define(term)) return about('define', term);
    const reason = WHY.exec(question);
    if (reason) return about('why', reason[1]);
    if (HELP.test(core)) return about('help');
    if (STATUS.test(core)) return about('status');
    if (COMPARE.test(core)) return about('compare');
    if (PROFILE.test(core)) return about('profile');
    if (CODE.test(core)) return about('code');
    if (PLAN.test(core)) return about('plan');
    if (ASSENT.test(core)) return about('assent');
    if (DISSENT.test(core)) return about('dissent');
    if (THANKS.test(core) || (THANKS.test(words) && core.split(' ').length < 4)) return about('thanks');
    if (TERM.test(question) && term.split(' ').length <= 5) return about('define', term);
    if (QUESTION.test(core) || !TRAINING_WORDS.test(core)) return about(null);
  }
  return about('train');
}

/** "What is our accuracy?" asks for a result, not for a definition. */
function isAboutUs(term: string): boolean {
  return /\b(?:our|my|current|best|so far|of (?:the|this) (?:model|run)|better)\b|\bnow$/.test(term);
}

/** Lower case, plain apostrophes, single spaces; without mentions, links and the marks of formatting. */
function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/<[@#!][^>]*>|<?https?:\/\/\S*/g, ' ')
    .replace(/[’‘`´]/g, "'")
    .replace(/[*_~](?=\w)|(?<=\w)[*~](?!\w)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
