/** The numbers in a text, as they are written: value, and how exactly it was said. */

export interface Numeral {
  /** As written, without its sign. */
  readonly text: string;
  /** Never negative: "0.012 lower" and "-0.012" say the same. A percentage is its share. */
  readonly value: number;
  readonly isPercent: boolean;
  /** Half of the last digit that is given: 0.0005 for 0.846. */
  readonly halfStep: number;
  /** Digits that mean something: 3 for 0.846 and for 84.6%, 1 for 7,000. */
  readonly digits: number;
  readonly start: number;
  readonly end: number;
}

const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  b: 1e9,
  bn: 1e9,
  billion: 1e9,
};
/** Digits that belong to a name ("F1", "col_2", "v3") are no number, unless they are more exact than names are. */
const DIGITS =
  /(?<![\p{L}\p{N}_.,])(\d{1,3}(?:[,\u00a0\u2009\u202f’']\d{3})+|\d+)(\.\d+)?(e[+-]?\d+)?(?:\s?(%|percent\b|per cent\b|thousand\b|million\b|billion\b)|(k|m|mn|b|bn)(?![\p{L}\p{N}]))?/giu;
const LATE_DIGITS = /(?<=[\p{L}_])(\d+\.\d+|\d+(?=\s?%))(?:\s?(%))?/gu;

const UNITS: Readonly<Record<string, number>> = Object.fromEntries(
  'eleven,twelve,thirteen,fourteen,fifteen,sixteen,seventeen,eighteen,nineteen'
    .split(',')
    .map((word, i) => [word, i + 11]),
);
const ONES: Readonly<Record<string, number>> = Object.fromEntries(
  'one,two,three,four,five,six,seven,eight,nine,ten'.split(',').map((word, i) => [word, i + 1]),
);
const TENS: Readonly<Record<string, number>> = Object.fromEntries(
  'twenty,thirty,forty,fifty,sixty,seventy,eighty,ninety'.split(',').map((word, i) => [word, 20 + 10 * i]),
);
const any = (words: object) => Object.keys(words).join('|');
const WORDS = new RegExp(
  `\\b(?:(${any(TENS)})(?:[- ](${any(ONES)}))?|(${any(UNITS)})|(${any(ONES)})(?=[- ](?:percent|per cent|point|hundred|thousand|million|billion|out of|in (?:two|three|four|five|ten)\\b))|(?:a|one)(?= (?:hundred|thousand|million)\\b))(?:[- ](hundred|thousand|million|billion))?(?:[- ](percent|per cent))?\\b`,
  'giu',
);
const FRACTIONS =
  /\b(half|(?:a|one) third|two[- ]thirds|(?:a|one) quarter|three[- ]quarters|(?:a|one) fifth|(?:a|one) tenth)(?= of\b)/gi;
const FRACTION_VALUES: Readonly<Record<string, number>> = {
  half: 0.5,
  third: 1 / 3,
  thirds: 2 / 3,
  quarter: 0.25,
  quarters: 0.75,
  fifth: 0.2,
  tenth: 0.1,
};

/** In the order of the text. Markers of lists ("1. ") are no numbers. */
export function numeralsIn(text: string): Numeral[] {
  const found: Numeral[] = [];
  const add = (numeral: Numeral) => {
    if (!found.some((other) => numeral.start < other.end && other.start < numeral.end)) found.push(numeral);
  };
  for (const match of text.matchAll(DIGITS)) {
    if (!isListMarker(text, match.index, match[0])) add(fromDigits(match));
  }
  for (const match of text.matchAll(LATE_DIGITS)) {
    const [whole, digits = '', percent] = match;
    const decimals = digits.split('.')[1]?.length ?? 0;
    add(numeral(whole, Number(digits), decimals, percent !== undefined, match.index, 1, digits));
  }
  for (const match of text.matchAll(WORDS)) {
    const [whole, tens, ones, teen, small, scale, percent] = match;
    const base =
      tens !== undefined
        ? (TENS[tens.toLowerCase()] ?? 0) + (ones ? (ONES[ones.toLowerCase()] ?? 0) : 0)
        : (UNITS[teen?.toLowerCase() ?? ''] ?? ONES[small?.toLowerCase() ?? ''] ?? 1);
    const factor = scale?.toLowerCase() === 'hundred' ? 100 : (SCALES[scale?.toLowerCase() ?? ''] ?? 1);
    add(numeral(whole, base, 0, percent !== undefined, match.index, factor, String(base)));
  }
  for (const match of text.matchAll(FRACTIONS)) {
    const value = FRACTION_VALUES[match[0].toLowerCase().split(/[- ]/).at(-1) as string] as number;
    // Said without digits, so it is never more exact than to a few hundredths.
    const end = match.index + match[0].length;
    add({ text: match[0], value, isPercent: true, halfStep: 0.025, digits: 2, start: match.index, end });
  }
  return found.sort((a, b) => a.start - b.start);
}

function fromDigits(match: RegExpExecArray): Numeral {
  const [text, whole = '', fraction = '', exponent = '', word, letter] = match;
  const digits = whole.replace(/[,\u00a0\u2009\u202f’']/g, '') + fraction;
  const isPercent = word !== undefined && /%|per/i.test(word);
  const scale = SCALES[(isPercent ? '' : (word ?? letter ?? '')).toLowerCase()] ?? 1;
  const factor = scale * (exponent === '' ? 1 : 10 ** Number(exponent.slice(1)));
  return numeral(
    text,
    Number(digits),
    fraction.length > 0 ? fraction.length - 1 : 0,
    isPercent,
    match.index,
    factor,
    digits,
  );
}

function numeral(
  text: string,
  written: number,
  decimals: number,
  isPercent: boolean,
  start: number,
  factor: number,
  digits: string,
): Numeral {
  const unit = (isPercent ? 0.01 : 1) * factor;
  const trailing = decimals === 0 ? (/0*$/.exec(digits)?.[0].length ?? 0) : 0;
  const isZero = written === 0;
  const significant = digits.replace('.', '').replace(/^0+/, '').length - trailing;
  return {
    text,
    value: written * unit,
    isPercent,
    halfStep: isZero ? 0 : 0.5 * 10 ** (trailing - decimals) * unit,
    digits: Math.max(0, significant),
    start,
    end: start + text.length,
  };
}

function isListMarker(text: string, start: number, found: string): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return (
    /^\s*$/.test(text.slice(lineStart, start)) &&
    /^\d{1,2}$/.test(found) &&
    /^[.)]\s/.test(text.slice(start + found.length, start + found.length + 2))
  );
}
