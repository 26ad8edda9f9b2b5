/** Whether a table looks like transactions: many rows per entity, at different times. */
import type { Column, Table } from '../../data/table.ts';
import { cellText } from '../../data/table.ts';
import type { TransactionColumns } from './spec.ts';

/** Who does business; a column that names one, with a value of its own in each row, makes the table one of entities. */
const ENTITY_WORDS =
  /customer|client|user|account|member|subscriber|patient|player|buyer|shopper|household|merchant|vendor|supplier|device|employee|person/i;
/** How names end that name something: `order_id`, `customerId`, `ID`. */
const ENDS_AS_ID = /(^|[^a-z])(id|uuid|guid)$|[a-z](Id|ID|Uuid|Guid)$/;
/** The same of an entity: `Customer No`, `account_number`, `user`. Elsewhere these end names of places and things. */
const ENDS_AS_NAME = /(^|[^a-z])(no|nr|number|key|code|name)$|[a-z](No|Nr|Number|Key|Code|Name)$|^[a-z]+$/;

/** How names of numbers end that nobody adds up. */
const ENDS_AS_LABEL = /(^|[^a-z])(no|nr|number|code|key|zip|phone)$|[a-z](No|Nr|Number|Code|Key|Zip|Phone)$/;

const MAX_ROWS = 20_000;
const MIN_ENTITIES = 10;
const MIN_ROWS_PER_ENTITY = 1.5;
/** Of the rows: those with a date, and those whose entity has another row at another time. */
const MIN_SHARE = 0.6;
const MAX_CATEGORIES = 1000;

/** The roles of the columns, or undefined where each row seems to be an entity of its own. Judged on the first 20,000
 *  rows: neighbours in a log belong together. */
export function detectTransactions(table: Table): TransactionColumns | undefined {
  const nRows = Math.min(table.nRows, MAX_ROWS);
  const dates = table.columns.filter((column) => column.type === 'datetime');
  const names = table.columns.filter((column) => mayName(column, nRows));
  const isOwnEntity = names.some(
    (column) => ENTITY_WORDS.test(column.name) && nDistinct(column, nRows) === nRows,
  );
  if (dates.length === 0 || isOwnEntity) return undefined;

  const found = names
    .flatMap((entity) => dates.map((date) => ({ entity, date, ...repetition(entity, date, nRows) })))
    .filter(
      ({ nEntities, nKnown, nRepeated }) =>
        nEntities >= MIN_ENTITIES &&
        nKnown >= nEntities * MIN_ROWS_PER_ENTITY &&
        nRepeated >= nRows * MIN_SHARE,
    )
    .sort(
      (a, b) =>
        Number(ENTITY_WORDS.test(b.entity.name)) - Number(ENTITY_WORDS.test(a.entity.name)) ||
        b.nEntities - a.nEntities ||
        b.nRepeated - a.nRepeated,
    )[0];
  if (!found) return undefined;
  const others = table.columns.filter((column) => column !== found.entity && !namesSomething(column.name));
  const isAmount = ({ type, name }: Column) => type === 'numeric' && !endsAs(ENDS_AS_LABEL, name);
  return {
    entity: found.entity.name,
    date: found.date.name,
    amounts: others.filter(isAmount).map(({ name }) => name),
    categories: others
      .filter((column) => column.type === 'boolean' || hasFewCategories(column))
      .map(({ name }) => name),
  };
}

function mayName(column: Column, nRows: number): boolean {
  if (column.type === 'boolean' || column.type === 'datetime') return false;
  if (column.type === 'id') return true;
  if (!namesSomething(column.name)) return false;
  if (column.type !== 'numeric') return true;
  for (let row = 0; row < nRows; row++) {
    if (column.valid[row] && !Number.isInteger(column.values[row])) return false;
  }
  return true;
}

function namesSomething(name: string): boolean {
  return endsAs(ENDS_AS_ID, name) || (ENTITY_WORDS.test(name) && endsAs(ENDS_AS_NAME, name));
}

function endsAs(ending: RegExp, name: string): boolean {
  return ending.test(name.trim()) || ending.test(name.trim().toLowerCase());
}

function hasFewCategories(column: Column): boolean {
  return column.type === 'categorical' && column.categories.length <= MAX_CATEGORIES;
}

function nDistinct(column: Column, nRows: number): number {
  const seen = new Set<string>();
  for (let row = 0; row < nRows; row++) {
    const name = cellText(column, row);
    if (name !== null) seen.add(name);
  }
  return seen.size;
}

/** @returns entities, rows with entity and date, and rows of entities that have more than one date. */
function repetition(entity: Column, date: Column, nRows: number) {
  const groups = new Map<string, { rows: number; at: string; isRepeated: boolean }>();
  let nKnown = 0;
  for (let row = 0; row < nRows; row++) {
    const name = cellText(entity, row);
    const at = cellText(date, row);
    if (name === null || at === null) continue;
    nKnown++;
    const group = groups.get(name);
    if (!group) groups.set(name, { rows: 1, at, isRepeated: false });
    else {
      group.rows++;
      if (group.at !== at) group.isRepeated = true;
    }
  }
  let nRepeated = 0;
  for (const { rows, isRepeated } of groups.values()) if (isRepeated) nRepeated += rows;
  return { nEntities: groups.size, nKnown, nRepeated };
}
