import type {
  DataTableBlock,
  RawNumberElement,
  RawTextElement,
  RichTextBlock,
  TableBlock,
} from '@slack/types';
import { useState } from 'react';
import { inOrder } from '../text/in-order.tsx';
import { ProseView } from '../text/prose-view.tsx';
import { parseRichText } from '../text/rich-text.ts';

type CellValue = RawTextElement | RawNumberElement | RichTextBlock;

function Cell({ cell }: { cell: CellValue }) {
  return cell.type === 'rich_text' ? <ProseView prose={parseRichText(cell)} /> : cell.text;
}

const defaultAlign = (cell: CellValue) => (cell.type === 'raw_number' ? 'right' : 'left');

/** A plain table: the first row is its header. */
export function TableBlockView({ block }: { block: TableBlock }) {
  const [header = [], ...rows] = block.rows;
  const column = (index: number) => block.column_settings?.[index];
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            {inOrder(header, (cell, index) => (
              <th scope="col" data-align={column(index)?.align ?? 'left'}>
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inOrder(rows, (row) => (
            <tr>
              {inOrder(row, (cell, index) => (
                <td
                  data-align={column(index)?.align ?? defaultAlign(cell)}
                  data-wrapped={column(index)?.is_wrapped ?? false}
                >
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Order = { readonly column: number; readonly direction: 'ascending' | 'descending' };

const textOf = (cell: CellValue): string =>
  cell.type === 'rich_text' ? JSON.stringify(cell.elements) : cell.text;

function compareCells(left: CellValue, right: CellValue): number {
  if (left.type === 'raw_number' && right.type === 'raw_number') return left.value - right.value;
  return textOf(left).localeCompare(textOf(right), undefined, { numeric: true });
}

function sorted(rows: readonly CellValue[][], order: Order | undefined): readonly CellValue[][] {
  if (!order) return rows;
  const sign = order.direction === 'ascending' ? 1 : -1;
  return rows.toSorted((left, right) => sign * compareCells(left[order.column], right[order.column]));
}

/** Rows on one page when the block does not say, as in Slack. */
const DEFAULT_PAGE_SIZE = 5;

/** A table to explore: a press on a column's name sorts by it (ascending, descending, as it came), long ones have pages. */
export function DataTableBlockView({ block }: { block: DataTableBlock }) {
  const [header = [], ...rows] = block.rows;
  const pageSize = block.page_size ?? DEFAULT_PAGE_SIZE;
  const lastPage = Math.max(0, Math.ceil(rows.length / pageSize) - 1);
  const [order, setOrder] = useState<Order>();
  const [chosenPage, setPage] = useState(0);
  const page = Math.min(chosenPage, lastPage);
  const shown = sorted(rows, order).slice(page * pageSize, (page + 1) * pageSize);

  const sortBy = (column: number) => {
    setPage(0);
    if (order?.column !== column) setOrder({ column, direction: 'ascending' });
    else if (order.direction === 'ascending') setOrder({ column, direction: 'descending' });
    else setOrder(undefined);
  };

  return (
    <div className="data-table">
      <div className="table-scroll">
        <table className="table">
          <caption>{block.caption}</caption>
          <thead>
            <tr>
              {inOrder(header, (cell, column) => {
                const isSorted = order?.column === column;
                return (
                  <th
                    scope="col"
                    data-align={rows[0] ? defaultAlign(rows[0][column]) : 'left'}
                    aria-sort={isSorted ? order.direction : 'none'}
                  >
                    <button type="button" className="sort" onClick={() => sortBy(column)}>
                      <Cell cell={cell} />
                      <span aria-hidden="true">
                        {isSorted ? (order.direction === 'ascending' ? '▲' : '▼') : '↕'}
                      </span>
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {inOrder(shown, (row) => (
              <tr>
                {inOrder(row, (cell, column) => {
                  const isRowHeader = column === block.row_header_column_index;
                  const Tag = isRowHeader ? 'th' : 'td';
                  return (
                    <Tag {...(isRowHeader ? { scope: 'row' } : {})} data-align={defaultAlign(cell)}>
                      <Cell cell={cell} />
                    </Tag>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lastPage > 0 && (
        <div className="pages">
          <button
            type="button"
            className="button button-quiet"
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            Previous
          </button>
          <span>
            {page * pageSize + 1} to {Math.min((page + 1) * pageSize, rows.length)} of {rows.length}
          </span>
          <button
            type="button"
            className="button button-quiet"
            disabled={page === lastPage}
            onClick={() => setPage(page + 1)}
          >
            Next
          </button>
        </div>
      )}
    </div>
  );
}
