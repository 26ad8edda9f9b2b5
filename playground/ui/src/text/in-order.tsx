import { Fragment, type ReactNode } from 'react';

/** Draws items that have no name of their own (cells, fields, parsed text): they never change their order while they
 *  are shown, so their position is a stable key. */
export function inOrder<T>(items: readonly T[], draw: (item: T, index: number) => ReactNode): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the reason above
  return items.map((item, index) => <Fragment key={index}>{draw(item, index)}</Fragment>);
}
