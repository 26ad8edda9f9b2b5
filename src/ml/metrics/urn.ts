/** What is drawn with replacement: single rows, or whole groups of rows. */
export type Urn =
  | { readonly kind: 'rows'; readonly nRows: number }
  | { readonly kind: 'groups'; readonly groups: readonly Uint32Array[] };
