/** The tables of the tabular bench. Ratios are ours over theirs: below 1, ours is the faster one. */
import type { DataSet } from './data-set.ts';
import type { FitRow, PredictRow, SlowDownRow } from './rows.ts';

const OURS = 'modelwright';
/** The peers that count as one: the faster of them is the mark. */
const PAIR = ['xgboost', 'sklearn'];

export function printFits(rows: readonly FitRow[], data: DataSet): void {
  const [first] = rows;
  if (!first) return;
  const { size, variant, threads } = first;
  title(`fit ${size} × ${data.nCategories.length}, ${variant}, ${plural(threads, 'thread')}`);
  const ours = rows.find(({ engine }) => engine === OURS);
  table(
    ['', 'seconds', 'all runs', 'AUC', 'peak MB', 'ours ÷ it', ''],
    rows.map((row) => [
      who(row),
      row.seconds.toFixed(3),
      `${Math.min(...row.allSeconds).toFixed(2)}–${Math.max(...row.allSeconds).toFixed(2)}`,
      row.auc.toFixed(4),
      row.peakMemoryMb.toFixed(0),
      ours && row !== ours ? ratio(ours.seconds, row.seconds) : '',
      row.threadsUsed < threads ? `used ${plural(row.threadsUsed, 'thread')} of ${threads}` : row.way,
    ]),
  );
  if (ours) summary(rows, (row) => row.seconds);
}

export function printPredictions(rows: readonly PredictRow[]): void {
  const [first] = rows;
  if (!first) return;
  title(`predict after ${first.size}, ${first.variant}, ${plural(first.threads, 'thread')}`);
  const ours = rows.find(({ engine }) => engine === OURS);
  table(
    ['', 'rows/s', 'seconds', 'ours ÷ it'],
    rows.map((row) => [
      who(row),
      Math.round(row.rowsPerSecond).toLocaleString('en'),
      row.seconds.toFixed(3),
      ours && row !== ours ? ratio(ours.seconds, row.seconds) : '',
    ]),
  );
  summary(rows, (row) => row.seconds);
}

export function printSlowDowns(rows: readonly SlowDownRow[]): void {
  const [first] = rows;
  if (!first) return;
  title(`fit ${first.size} beside two busy loops, ${plural(first.threads, 'thread')}`);
  table(
    ['', 'idle s', 'busy s', 'busy ÷ idle'],
    rows.map((row) => [
      who(row),
      row.idleSeconds.toFixed(2),
      row.busySeconds.toFixed(2),
      row.ratio.toFixed(2),
    ]),
  );
}

function summary<Row extends { engine: string; version: string }>(
  rows: readonly Row[],
  seconds: (row: Row) => number,
): void {
  const ours = rows.find(({ engine }) => engine === OURS);
  if (!ours) return;
  const against = (names: readonly string[]) => {
    const peers = rows.filter(({ engine }) => names.includes(engine)).sort((a, b) => seconds(a) - seconds(b));
    const [fastest] = peers;
    return fastest ? `${ratio(seconds(ours), seconds(fastest))} (${who(fastest)})` : 'not here';
  };
  print(
    `  modelwright ÷ fastest of ${PAIR.join(', ')}: ${against(PAIR)}; ÷ lightgbm: ${against(['lightgbm'])}\n`,
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, j) => Math.max(...[head, ...rows].map((cells) => cells[j].length)));
  for (const cells of [head, ...rows]) {
    const padded = cells.map((cell, j) => (j === 0 ? cell.padEnd(widths[j]) : cell.padStart(widths[j])));
    print(`  ${padded.join('  ').trimEnd()}\n`);
  }
}

function who({ engine, version }: { engine: string; version: string }): string {
  return `${engine} ${version}`;
}

function ratio(ours: number, theirs: number): string {
  return `${(ours / theirs).toFixed(2)}x`;
}

function title(text: string): void {
  print(`\n${text}\n`);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function print(text: string): void {
  process.stdout.write(text);
}
