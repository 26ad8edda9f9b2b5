/** Finds the target column that a request names: "predict churn", "forecast the Sale Price". */
import type { Profile } from '../profile/profile.ts';

const WANTING =
  'predict|predicts|predicting|predictions? (?:of|for)|forecast|forecasts|forecasting|classify|classifying|estimate|estimating|target|label|outcome';
const ARTICLES =
  'is|are|as|be|the|a|an|our|my|their|its|column|columns|called|named|value|values|of|for|will|would|next|future';
const VERBS = 'will|would|is|are|was|were|has|have|had|can|may|might|gets?|going to|likely to';
/** How a name is introduced, the surest first: "predict churn", "predict whether a customer will churn", "predict if
 *  churn rises". */
const INTRODUCTIONS = [
  '',
  `(?:who|which|whether|if|how|when) (?:\\S+ ){0,5}?(?:${VERBS}) `,
  `(?:who|which|whether|if|how|when) (?:(?:${ARTICLES}) )*`,
].map((clause) => ` (?:${WANTING}) (?:(?:${ARTICLES}) )*${clause}`);
const ENDINGS = 'e|es|s|ed|d|ing|er|ers';

/** What follows speaks of features, not of the target. */
const FEATURES = / (?:from|using|based on|given|without|except|excluding|ignore|ignoring|drop|dropping) /;

/** Words that any request holds: as a column's name they only count where something introduces them. */
const REQUEST_WORDS = new Set(
  'model,models,data,dataset,data set,train,training,predict,prediction,target,label,column,columns,table,file,rows,row,test,best,time,help,plan,run,use,new,the,and,for,you,can'.split(
    ',',
  ),
);

interface Hit {
  readonly column: string;
  /** How surely it is meant; 0 for a mere mention. */
  readonly sureness: number;
  readonly length: number;
  readonly isExact: boolean;
}

/** @param mentions `anywhere` takes a name wherever it stands; `introduced` only after "predict", "forecast" and the
 *  like, for a message that may speak of columns for other reasons.
 *  @returns the column whose name the text holds as whole words (case, spaces, `_`, `-` and `.` do not matter). A name
 *  after a verb of wanting comes first, and may be inflected there ("predict who churned", "sale prices"); then the
 *  longest; then the first in the table. Null where no column is named. */
export function namedTarget(
  text: string,
  profile: Pick<Profile, 'columns'>,
  mentions: 'anywhere' | 'introduced' = 'anywhere',
): string | null {
  const words = normalise(text);
  const [beforeFeatures = ''] = words.split(FEATURES, 1);
  const request = `${beforeFeatures} `;
  const hits = profile.columns.flatMap(({ name }): Hit[] => {
    const hit = findName(words, request, name);
    return hit && (hit.sureness > 0 || mentions === 'anywhere') ? [hit] : [];
  });
  return (
    hits.reduce<Hit | null>((best, hit) => (best && !isSurer(hit, best) ? best : hit), null)?.column ?? null
  );
}

/** @param words the whole text. @param request its part before any features are listed. */
function findName(words: string, request: string, column: string): Hit | null {
  const wanted = normalise(column).trim();
  const stem = stemOf(wanted);
  // Tables may have thousands of columns; most are not in the text at all.
  if (wanted === '' || !words.includes(` ${stem}`)) return null;
  for (const [i, introduction] of INTRODUCTIONS.entries()) {
    const sureness = INTRODUCTIONS.length - i;
    const isExact = new RegExp(`${introduction}${wanted} `).test(words);
    if (isExact || new RegExp(`${introduction}(?:${stem}|${wanted})(?:${ENDINGS})? `).test(words)) {
      return { column, sureness, length: wanted.length, isExact };
    }
  }
  // One-letter names ("y") would be found too easily.
  const isMentioned = wanted.length > 2 && !REQUEST_WORDS.has(wanted) && request.includes(` ${wanted} `);
  return isMentioned ? { column, sureness: 0, length: wanted.length, isExact: true } : null;
}

function isSurer(a: Hit, b: Hit): boolean {
  if (a.sureness !== b.sureness) return a.sureness > b.sureness;
  if (a.length !== b.length) return a.length > b.length;
  return a.isExact && !b.isExact;
}

/** The name without its ending, where enough is left to mean something. */
function stemOf(name: string): string {
  const stem = name.replace(new RegExp(`(?:${ENDINGS})$`), '');
  return stem.length >= 4 ? stem : name;
}

/** Lower-case letters and digits with single spaces around every word, so nothing in it can be a pattern. */
export function normalise(text: string): string {
  return ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `;
}
