/** What is drawn with replacement: the rows of each part from that part (strata), or whole groups of rows. */
export type Urn = { readonly kind: 'strata' | 'groups'; readonly parts: readonly Uint32Array[] };
