/** What a message says of how scores are to be measured. */
import { gapName } from '../../ml/gap.ts';
import { readGap } from '../../requirements/gap-words.ts';
import type { RequirementsChange } from '../../requirements/requirements.ts';

const REPEATS =
  /\b(?:repeat (?:the )?(?:cross[- ]validation|cv|folds) |(?:draw|repeat) (?:the )?folds )(\d{1,2}) times\b|\b(\d{1,2})(?: times|x|-times)[- ]repeated (?:cross[- ]validation|cv)\b/;
const NO_NESTED = /\b(?:no|without|skip(?: the)?|not) (?:a )?nested(?: cross[- ]validation| cv)?\b/;
const NESTED = /\bnested (?:cross[- ]validation|cv)\b(?: (?:with|of|in) (\d{1,2})(?: outer)? folds)?/;
/** A message asks for it, and does not ask what it is. */
const WANTED = /\b(?:use|using|with|do|make|add|run|want|try|please)\b/;
const GAP =
  /\b(?:gap|embargo|purge) (?:of )?(\d+(?:\.\d+)? ?(?:rows?|steps?|hours?|days?|weeks?|units?))\b|\b(\d+(?:\.\d+)?[ -](?:row|step|hour|day|week)s?) (?:gap|embargo)\b/;
const NO_GAP = /\b(?:no|without(?: a)?) (?:gap|embargo)\b/;
const USUAL_OUTER = 5;

/** @param words lower case, single spaces. */
export function protocolIn(words: string): RequirementsChange {
  const change: RequirementsChange = {};
  const repeats = REPEATS.exec(words);
  if (repeats) change.repeats = Number(repeats[1] ?? repeats[2]);
  const nested = NESTED.exec(words);
  if (NO_NESTED.test(words)) change.nested = 0;
  else if (nested && WANTED.test(words)) change.nested = Number(nested[1] ?? USUAL_OUTER);
  const gap = GAP.exec(words);
  const read = gap && readGap((gap[1] ?? gap[2] ?? '').replace('-', ' '));
  if (NO_GAP.test(words)) change.gap = { size: 0, unit: 'row' };
  else if (read) change.gap = read;
  return change;
}

/** What was noted, in sentences. */
export function aboutProtocol({ repeats, nested, gap }: RequirementsChange): string[] {
  return [
    ...(repeats ? [`Noted: folds are drawn ${repeats === 1 ? 'once' : `${repeats} times`}.`] : []),
    ...(nested === 0 ? ['Noted: no nested cross-validation.'] : []),
    ...(nested ? [`Noted: the choice is judged by nested cross-validation with ${nested} outer folds.`] : []),
    ...(gap
      ? [gap.size === 0 ? 'Noted: no gap.' : `Noted: a gap of ${gapName(gap)} before the judged rows.`]
      : []),
  ];
}
