/** The two forms of a table's features.
 *
 *  - `tree`: gaps stay NaN, categories are codes of one column; for estimators that split.
 *  - `dense`: gaps filled and marked, categories one-hot, numbers scaled; no NaN; for estimators that add. */
export type View = 'tree' | 'dense';
