/** Numbers as people write them. */

/** How a column writes the parts of its numbers. `comma` marks thousands with commas and decimals with a point
 *  (1,234.5); `point` the other way round (1.234,5); `plain` has no thousands mark (1234.5). */
export type NumberStyle = 'plain' | 'comma' | 'point';

// A currency sign before and a percent sign after are decoration: 12% is read as 12, and the column's note says so.
const DECORATION = /^([+-]?)\s*[$€£¥]?\s*|\s*[€%]?$/g;
const STYLES: Record<NumberStyle, RegExp> = {
  plain: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
  comma: /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/,
  point: /^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/,
};
const INFINITE = /^([+-]?)inf(inity)?$/i;

/** @returns the number, ±Infinity for "inf", "-Infinity" and overflow (1e999), or undefined where the text is not a
 *  number of that style. */
export function parseNumber(text: string, style: NumberStyle): number | undefined {
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const bare = text.replace(DECORATION, '$1');
  if (STYLES.plain.test(bare) && style !== 'point') return Number(bare);
  if (style === 'comma' && STYLES.comma.test(bare)) return Number(bare.replaceAll(',', ''));
  if (style === 'point' && STYLES.point.test(bare)) {
    return Number(bare.replaceAll('.', '').replace(',', '.'));
  }
  return undefined;
}

/** The style that reads most of the texts; plain before comma before point where they read equally many, so that
 *  1,234 is a thousand unless other cells (1.234,5 or 12,75) show that the comma is a decimal mark. */
export function numberStyle(texts: readonly string[]): NumberStyle {
  let best: NumberStyle = 'plain';
  let most = -1;
  for (const style of ['plain', 'comma', 'point'] as const) {
    const read = texts.reduce((count, text) => count + (parseNumber(text, style) === undefined ? 0 : 1), 0);
    if (read > most) {
      most = read;
      best = style;
    }
  }
  return best;
}

/** Whether a text that is a number to a machine is a code to a person: leading zeros (007, ZIP 02139), or more
 *  digits than a double keeps apart. */
export function isDigitCode(text: string): boolean {
  return /^0\d+$/.test(text) || /^\d{16,}$/.test(text);
}
