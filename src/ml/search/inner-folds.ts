/** Folds that a choice is made by within an outer fold of a nested cross-validation, at most: it is made as often as there are
 *  outer folds. */
export const INNER_FOLDS = 3;
