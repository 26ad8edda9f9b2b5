/** The part of many scores that an axis shows. */

/** From the best score to the worst that is not far out: settings that failed to learn must not squeeze all others into one
 *  point. Far out is what lies beyond the upper fence of the distances from the best (Tukey 1977): the third quartile
 *  and one and a half times the distance between the quartiles.
 *  @param scores one or more, in any order. */
export function scoreRange(
  scores: readonly number[],
  greaterIsBetter: boolean,
): { readonly best: number; readonly worst: number } {
  const ranked = [...scores].sort((a, b) => (greaterIsBetter ? b - a : a - b));
  const best = ranked[0] as number;
  const distance = (score: number) => Math.abs(score - best);
  const quartile = (share: number) => distance(ranked[Math.round(share * (ranked.length - 1))] as number);
  const fence = quartile(0.75) + 1.5 * (quartile(0.75) - quartile(0.25));
  const worst = ranked.findLast((score) => distance(score) <= fence) as number;
  return { best, worst };
}
