/** Columns that may say something about people that a decision should not rest on, by their names and values. A person
 *  confirms them: a name proves nothing. */

const WORDS =
  'sex|gender|male|female|race|racial|ethnic|ethnicity|afam|african|black|white|hispanic|latino|asian|minority|nationality|native|citizen|citizenship|immigrant|foreign|foreigner|religion|religious|faith|age|birth|birthday|birthdate|birthyear|dob|disability|disabled|handicap|pregnant|pregnancy|marital|married|orientation|veteran|senior|elderly|geschlecht|alter|herkunft';
const NAMED = new RegExp(`(?:^|[^a-z])(?:${WORDS})(?:[^a-z]|$)`, 'i');
/** Two of these among the values. */
const VALUES =
  /^(?:m|f|male|female|man|woman|men|women|white|black|asian|hispanic|latino|caucasian|african[- ]american|other race)$/i;

/** @param values some of the column's values; none where they are numbers. */
export function seemsSensitive(name: string, values: readonly string[]): boolean {
  // `seniorCitizen` is two words.
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_\d]+/g, ' ');
  if (NAMED.test(words)) return true;
  const telling = values.filter((value) => VALUES.test(value.trim()));
  return values.length <= 12 && telling.length >= 2;
}
