/** What is assumed where a person said nothing. */
export const DEFAULTS = {
  budgetSeconds: 120,
  seed: 1,
  folds: 5,
  holdoutFraction: 0.2,
  finish: 'ensemble',
  members: 8,
  recalibration: 'choose',
} as const;
