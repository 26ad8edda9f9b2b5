/** Names of a model's files. The manifest is written last: where it exists, the others are complete. On their own, so that
 *  whoever only passes a file on reaches no training code. */
export const MODEL_FILES = {
  manifest: 'model.json',
  weights: 'weights.bin',
  card: 'card.md',
  page: 'card.html',
} as const;
