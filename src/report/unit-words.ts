/** What a model makes one prediction for: a row of the data, or a recording, which is made of many. */

interface Facts {
  /** See `Report`. */
  readonly recordings?: true | undefined;
}

/** `row` or `recording`, for `plural`. */
export function unitOf({ recordings }: Facts): 'row' | 'recording' {
  return recordings ? 'recording' : 'row';
}

/** `rows` or `recordings`. */
export function unitsOf(facts: Facts): 'rows' | 'recordings' {
  return `${unitOf(facts)}s`;
}
