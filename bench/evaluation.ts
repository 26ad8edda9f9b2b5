/** Whether a sceptic could believe what a report says.
 *
 *  `npm run bench -- evaluation [--quick] [--first-seed N]`
 *
 *  - coverage: of 500 simulated test sets with known truth, the share whose nominal 95% interval holds it, for every
 *    metric that a report shows;
 *  - planted: of 20 tables with a problem, in how many the product says so, and in how many of 20 without it cries wolf.
 *
 *  `--quick`: a fifth of the test sets, and five tables. `--first-seed 1000` makes others than those that the rules were written
 *  with. */
import { parseArgs } from 'node:util';
import { measureCoverage } from './evaluation/coverage.ts';
import { measurePlanted } from './evaluation/planted.ts';
import type { Bench } from './index.ts';
import { usage } from './usage.ts';

const [SETS, QUICK_SETS] = [500, 100];
const [SEEDS, QUICK_SEEDS] = [20, 5];

export const bench: Bench = async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, 'first-seed': { type: 'string', default: '0' } },
  });
  const first = Number(values['first-seed']);
  if (!Number.isSafeInteger(first) || first < 0) throw usage('--first-seed must be 0 or more');
  const planted = await measurePlanted(
    Array.from({ length: values.quick ? QUICK_SEEDS : SEEDS }, (_, i) => first + i),
    (name, { found, of, falseAlarms, clean }) =>
      process.stdout.write(
        `${name.padEnd(18)} found in ${found} of ${of}, false alarms in ${falseAlarms} of ${clean}\n`,
      ),
  );
  const nSets = values.quick ? QUICK_SETS : SETS;
  process.stdout.write(`\n95% intervals that hold the truth, of ${nSets} test sets:\n`);
  const coverage = measureCoverage(nSets, first, (name, share) =>
    process.stdout.write(`${name.padEnd(36)} ${(100 * share).toFixed(1)}%\n`),
  );
  return { coverage, planted };
};
