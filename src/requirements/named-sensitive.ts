/** Finds the columns that a message calls sensitive: "gender and age are sensitive", "sensitive: race". */
import type { Profile } from '../profile/profile.ts';
import { namedTarget, normalise } from './named-target.ts';

const SENSITIVE = /\bsensitive\b|\bprotected (?:attributes?|columns?|groups?|characteristics?)\b/i;
const DENIED = /\b(?:no|nothing|none|not|never|isn't|aren't)\b/i;
const NOTHING = /\b(?:no|nothing|none)\b/i;

/** Only the sentences that speak of it count, and of these not the column that is to be predicted.
 *  @returns none where the message says that nothing is, null where it does not speak of that. */
export function namedSensitive(text: string, profile: Pick<Profile, 'columns'>): string[] | null {
  const sentences = text.split(/[;\n]|[.!](?=\s|$)/).filter((sentence) => SENSITIVE.test(sentence));
  const speaking = sentences.join('. ');
  if (speaking === '' || text.includes('?')) return null;
  if (DENIED.test(speaking)) return NOTHING.test(speaking) ? [] : null;
  const said = normalise(speaking);
  const target = namedTarget(speaking, profile, 'introduced');
  const names = profile.columns.map(({ name }) => name);
  const named = names.filter((name) => name !== target && said.includes(normalise(name)));
  return named.length > 0 ? named : null;
}
