/** Numbers and names in sentences. */

/** "12,345" */
export function wholeNumber(n: number): string {
  return n.toLocaleString('en');
}

/** A share as "3.4%", "27%" or "under 0.1%". */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return 'under 0.1%';
  return value < 10 && value > 0 ? `${value.toFixed(1)}%` : `${Math.round(value)}%`;
}

/** "1 row", "12,345 rows" */
export function rowCount(n: number): string {
  return n === 1 ? '1 row' : `${wholeNumber(n)} rows`;
}

/** At most five names: "a, b, c, d, e and 7 more". */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${wholeNumber(names.length - 5)} more` : shown;
}
