/** Where the numbers of a reply come from. Every number must have been returned by a tool, or written by a person, in
 *  this thread; what may differ is how exactly it is told. */
import { type Numeral, numeralsIn } from './numerals.ts';

/** Seconds in what people say times in. */
const TIME_UNITS: readonly (readonly [RegExp, number])[] = [
  [/^\s?(?:min\b|mins\b|minutes?\b|m\b)/i, 60],
  [/^\s?(?:h\b|hrs?\b|hours?\b)/i, 3600],
  [/^\s?(?:ms\b|milliseconds?\b)/i, 0.001],
];
/** "95% interval" says how an interval was made, not what was found. */
const CONFIDENCE = /^\s*(?:confidence|interval|CI\b)/i;

const NEARNESS = 1e-9;
/** A number that is rounded to a whole power of ten ("about 7,000") may be off by so much of itself. */
const MOST_ROUNDING = 0.025;

export class Sources {
  readonly #numbers = new Set<number>();

  /** @param text what a tool returned, a person wrote, or we said after it had been checked. */
  add(text: string): void {
    for (const { value } of numeralsIn(text)) this.#numbers.add(value);
    // Of exact values in JSON also those that stand beside letters, dates and signs.
    for (const [digits] of text.matchAll(/\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi)) this.#numbers.add(Number(digits));
  }

  /** The numbers in the text that have no source, as written. */
  unsourced(text: string): string[] {
    return numeralsIn(text)
      .filter((numeral) => !this.#isSourced(numeral, text))
      .map((numeral) => numeral.text.trim());
  }

  #isSourced(numeral: Numeral, text: string): boolean {
    const after = text.slice(numeral.end);
    if (numeral.isPercent && Math.abs(numeral.value - 0.95) < NEARNESS && CONFIDENCE.test(after)) return true;
    const unit = TIME_UNITS.find(([pattern]) => pattern.test(after))?.[1];
    for (const number of this.#numbers) {
      // A share may be told as a percentage, and what came as a percentage as a share or as its number.
      if (isTold(numeral, number) || (numeral.isPercent && isTold(numeral, number / 100))) return true;
      if (unit !== undefined && isTold(numeral, number / unit)) return true;
    }
    return false;
  }
}

/** Whether the numeral says that number, rounded to the digits that it gives. */
function isTold({ value, halfStep, digits }: Numeral, number: number): boolean {
  const distance = Math.abs(value - number);
  if (distance <= NEARNESS * Math.max(1, Math.abs(number))) return true;
  // One digit alone is too coarse to be a rounding of anything: 0.8 may be 0.75 or 0.84.
  if (digits < 2 && distance > MOST_ROUNDING * Math.abs(number)) return false;
  return distance <= halfStep * (1 + NEARNESS);
}
