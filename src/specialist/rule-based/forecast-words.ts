/** What a message says about values to come: how far ahead, and what is known of them beforehand. */
import type { Horizon, RequirementsChange } from '../../requirements/requirements.ts';

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
};
const COUNT = `(\\d{1,4}|${Object.keys(NUMBERS).join('|')})`;
const UNIT = '(hour|day|week|month|quarter|year|step|value|period)s?';

/** "For the next 14 days", "three weeks ahead", "a horizon of 12 months", "tomorrow". */
const REACHES: readonly RegExp[] = [
  new RegExp(`\\b(?:next|coming|following|upcoming) (?:${COUNT} )?${UNIT}\\b`),
  new RegExp(`\\b${COUNT} ${UNIT} (?:ahead|in advance|into the future|out)\\b`),
  new RegExp(`\\bhorizon (?:of |is |= ?|: ?|to )?${COUNT}(?: ?${UNIT})?\\b`),
];
const TOMORROW = /\btomorrow\b/;
const FORECASTS = /\bforecast(?:s|ing|ed)?\b/;
const PREDICTS = /\b(?:predict|project|estimate|extrapolate)(?:s|ing|ion|ions)?\b/;

/** @param words lower case, single spaces. @returns null where nothing to come is asked for. */
export function forecastIn(words: string): NonNullable<RequirementsChange['forecast']> | null {
  const forecasts = FORECASTS.test(words);
  if (!forecasts && !PREDICTS.test(words) && !words.includes('horizon')) return null;
  const horizon = horizonIn(words);
  if (!horizon && !forecasts) return null;
  return { horizon, time: null, series: null, insists: forecasts && horizon !== null };
}

function horizonIn(words: string): Horizon | null {
  for (const pattern of REACHES) {
    const match = pattern.exec(words);
    if (!match) continue;
    const [, count, unit = 'step'] = match;
    const steps = unit === 'value' || unit === 'period' ? 'step' : (unit as Horizon['unit']);
    return { count: count === undefined ? 1 : (NUMBERS[count] ?? Number(count)), unit: steps };
  }
  return TOMORROW.test(words) ? { count: 1, unit: 'day' } : null;
}

const KNOWN =
  /\bknown (?:ahead|in advance|beforehand|before)\b|\b(?:we )?know (.+) (?:ahead|in advance|beforehand)\b/i;
const NOT_KNOWN = /\b(?:not|never|isn't|aren't) known\b|\bdon't know\b/i;

/** @returns the columns that the message says are known beforehand, in their order in the table. */
export function namesSaidToBeKnown(text: string, columns: readonly string[]): string[] {
  if (!KNOWN.test(text) || NOT_KNOWN.test(text)) return [];
  const said = normalise(text);
  return columns.filter((column) => said.includes(normalise(column)));
}

/** As whole words: case and punctuation do not matter. */
function normalise(text: string): string {
  return ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
}
