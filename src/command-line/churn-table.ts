/** `churn`: a file of transactions to a table that churn can be learned from. */
import { basename, resolve } from 'node:path';
import { readDataset } from '../datasets/read-dataset.ts';
import { type CsvColumn, writeCsv } from '../datasets/write-csv.ts';
import { ModelwrightError } from '../errors/errors.ts';
import { type Column, cellText } from '../ml/data/table.ts';
import { churnLabels, latestCutoff } from '../ml/preprocessing/transactions/churn.ts';
import { detectTransactions } from '../ml/preprocessing/transactions/detect.ts';
import { entityRows } from '../ml/preprocessing/transactions/entity-rows.ts';
import { TransactionSpec } from '../ml/preprocessing/transactions/spec.ts';
import { formatCount, plural } from '../report/format.ts';
import { MAX_BYTES } from './read-data.ts';

/** Writes one line per customer that had bought before the cutoff: what was known of each then, and `churned`, whether
 *  none of the `horizonDays` after it saw them again. The cutoff is the latest one after which the file still tells the
 *  whole horizon.
 *  @returns sentences that say what was done. @throws TRANSACTIONS_UNKNOWN */
export async function writeChurnTable(
  dataPath: string,
  horizonDays: number,
  outPath: string,
): Promise<string> {
  const name = basename(dataPath);
  const { table } = await readDataset(resolve(dataPath), { name, maxBytes: MAX_BYTES });
  const roles = detectTransactions(table);
  if (!roles) {
    const detail = 'no column names customers that come back at other times';
    throw new ModelwrightError('TRANSACTIONS_UNKNOWN', { name, detail });
  }
  const cutoffMs = latestCutoff(table, roles.date, horizonDays);
  const spec = TransactionSpec.parse({ ...roles, cutoffMs });
  const customers = entityRows(table, spec);
  if (customers.nRows === 0) {
    const detail = `nobody bought more than ${plural(horizonDays, 'day')} before its end`;
    throw new ModelwrightError('TRANSACTIONS_UNKNOWN', { name, detail });
  }
  const churned = churnLabels(table, roles, spec.cutoffMs, horizonDays);
  await writeCsv(resolve(outPath), [...customers.columns, churned].map(csvColumn));
  const lost = churned.values.reduce((sum, value) => sum + value, 0);
  const cutoff = new Date(spec.cutoffMs).toISOString().slice(0, 10);
  return [
    `${name}: ${plural(table.nRows, 'transaction')}, each of one ${roles.entity} at a ${roles.date}.`,
    `Wrote ${plural(customers.nRows, 'row')} with ${plural(customers.columns.length, 'column')} to ${outPath}: what was known of everybody before ${cutoff}.`,
    `churned says who did not come back in the ${plural(horizonDays, 'day')} after that: ${formatCount(lost)} of ${formatCount(customers.nRows)}.`,
  ].join('\n');
}

function csvColumn(column: Column): CsvColumn {
  if (column.type === 'numeric') return { name: column.name, values: column.values };
  const values = Array.from(column.valid, (_, row) => cellText(column, row));
  return { name: column.name, values };
}
