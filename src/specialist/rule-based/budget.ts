/** How long a run may take, if a message says so: "within 5 minutes", "budget of 90 s", "an hour". */

const COUNTS: Readonly<Record<string, number>> = {
  'half an': 0.5,
  an: 1,
  a: 1,
  one: 1,
  two: 2,
  three: 3,
  five: 5,
  ten: 10,
};
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const DURATION =
  /(?<![\d.,\p{L}])(?:(\d{1,7}(?:\.\d+)?)\s?|(half an|an?|one|two|three|five|ten) )(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)(?![\p{L}\d])/gu;

/** Words before a duration that make it the length of a run. */
const LENGTH_OF_RUN =
  /\b(?:budget|time limit|limit|at most|no more than|up to|max(?:imum)?|use|spend|takes?|give (?:it|yourself|you)|you have|you get|you may)\b[^.;!?]{0,30}$/;
const DEADLINE_OF_RUN =
  /\b(?:train|run|tune|search|plan|finish|done|ready|result|model)\w*\b[^.;!?]{0,40}\b(?:for|in|within|under)\b[^.;!?]{0,15}$/;
/** Words that make it a part of the problem instead: a horizon, a window, an event. */
const PART_OF_PROBLEM =
  /\b(?:next|last|past|previous|every|per|each|after|window|horizon|whether|if|who|which|when|arrives?)\b[^.;!?]{0,40}$/;
const PART_OF_PROBLEM_AFTER =
  /^\s*(?:of (?:data|history)|ahead|in advance|ago|old|later|delay|window|horizon|interval|before|earlier)/;
const COURTESY = /^(?:make it|about|around|maybe|ok|yes|please|is (?:fine|ok|enough)|then|,|\.|!|\s)*$/;

/** @param words lower case.
 *  @returns wall seconds, in or out of the range that a run may have; null when the message sets no budget. */
export function budgetSecondsIn(words: string): number | null {
  for (const match of words.matchAll(DURATION)) {
    const [found, number, word, unit] = match;
    const before = words.slice(0, match.index);
    const after = words.slice(match.index + found.length);
    if (PART_OF_PROBLEM.test(before) || PART_OF_PROBLEM_AFTER.test(after)) continue;
    const isBareAnswer = COURTESY.test(before) && COURTESY.test(after);
    if (!isBareAnswer && !LENGTH_OF_RUN.test(before) && !DEADLINE_OF_RUN.test(before)) continue;
    const count = number === undefined ? (COUNTS[word as string] as number) : Number(number);
    return Math.round(count * (UNIT_SECONDS[(unit as string).charAt(0)] as number));
  }
  return null;
}
