/** What comes from outside on its way into a prompt: marked as data, bounded, and without secrets. */

/** Keys and tokens that people paste by mistake. They never leave the house. */
const SECRETS: readonly RegExp[] = [
  /\bxox[a-z]-[A-Za-z0-9-]{8,}/g,
  /\bxapp-[A-Za-z0-9-]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}/g,
  /\b[Bb]earer\s+[A-Za-z0-9._~+/-]{16,}=*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:[^\s:/@]+@/g,
];

export function withoutSecrets(text: string): string {
  return SECRETS.reduce((rest, secret) => rest.replace(secret, '[secret removed]'), text);
}

/** Text as data: nothing in it can end the mark around it. @param from where it comes from, a word of ours. */
export function asData(from: string, text: string, mostCharacters = 4000): string {
  const clean = withoutSecrets(text)
    .normalize('NFC')
    // Letters that nobody sees can carry words that nobody reads.
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu, '')
    .replace(/<(?=\s*\/?\s*data)/gi, '&lt;');
  const points = [...clean];
  const bounded =
    points.length > mostCharacters ? `${points.slice(0, mostCharacters).join('')} [cut]` : clean;
  return `<data from="${from}">${bounded}</data>`;
}

const PERSONAL_NAME =
  /(?:^|[_\W])(?:e?-?mail|phone|mobile|tel|fax|first_?name|last_?name|surname|full_?name|name|address|street|zip|postcode|postal|city|ssn|social|iban|bic|account|card|passport|licen[cs]e|birth|dob|ip|lat|latitude|lon|lng|longitude|user|login|customer|patient|employee)(?:$|[_\W]|id$)/i;
const PERSONAL_VALUES: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, '[e-mail]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '[IP address]'],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b/g, '[IBAN]'],
  [/(?<![\d.])\+?\d(?:[ ()/-]*\d){8,}(?![\d.])/g, '[number]'],
];

/** A cell as it may be shown: columns that name people are masked whole, and in other texts what looks personal is.
 *  @param isText whether the column holds free text or names of things, and not a handful of categories. */
export function maskCell(column: string, isText: boolean, value: string | null): string | null {
  if (value === null) return null;
  if (PERSONAL_NAME.test(column.replace(/([a-z])([A-Z])/g, '$1_$2'))) return '[masked]';
  if (isText) return `[text of ${[...value].length} characters]`;
  return PERSONAL_VALUES.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), value);
}
