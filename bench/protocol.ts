/** How often the interval of a score holds what the model then does: small parts of a large table are trained on by cheap
 *  families, judged in several ways, and the model for use meets the thousands of rows that were left. Counts, not seconds. */
import { parseArgs } from 'node:util';
import type { Bench } from './index.ts';
import { type CoverageTask, measureCoverage } from './protocol/coverage.ts';
import { usage } from './usage.ts';

const TASKS: readonly CoverageTask[] = [
  { file: '../shared/data/telco_churn.csv', target: 'churn' },
  { file: '../shared/data/ames.csv', target: 'Sale_Price' },
  { file: '../shared/data/diamonds.csv', target: 'price' },
  { file: '../shared/data/hmda.csv', target: 'deny' },
];

/** `--rows N` of each part (400), `--parts N` of them (40), `--target COLUMN` for one of the tasks. */
export const bench: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '400' },
      parts: { type: 'string', default: '40' },
      target: { type: 'string' },
    },
  });
  const [rows, parts] = [Number(values.rows), Number(values.parts)];
  if (!(rows >= 50) || !(parts >= 1)) throw usage('--rows is a number from 50 on, --parts one from 1 on');
  const measured = [];
  for (const task of TASKS.filter(({ target }) => !values.target || target === values.target)) {
    const found = await measureCoverage(task, rows, parts);
    measured.push(...found);
    for (const one of found) {
      process.stdout.write(
        `${one.task.padEnd(12)} ${one.way.padEnd(34)} holds ${one.held}/${one.parts}  width ${one.width.toPrecision(3)}  mean ${one.mean.toPrecision(4)} truth ${one.truth.toPrecision(4)}  rmse ${one.rmse.toPrecision(3)}\n`,
      );
    }
  }
  return measured;
};
