/** Whether the product says what is wrong with data and models: each problem is planted in tables of many seeds, and looked
 *  for by what the product itself says, beside as many tables without it. */

import { duplicateClusters } from '../../src/ml/data/duplicates.ts';
import type { Table } from '../../src/ml/data/table.ts';
import { examineClaim } from '../../src/ml/search/examine-claim.ts';
import { splitTable } from '../../src/ml/search/split-table.ts';
import { isClear } from '../../src/report/chapters/errors.ts';
import { fourFifths } from '../../src/report/chapters/fairness.ts';
import { labelsLookWrong } from '../../src/report/claim-check.ts';
import { evidenceOf, profileOf } from './product.ts';
import { duplicatedRows, leakedColumn, shiftedSlice, TARGET, unfairGroup, wrongLabels } from './tables.ts';

export interface PlantedResult {
  readonly found: number;
  readonly of: number;
  readonly falseAlarms: number;
  readonly clean: number;
}

interface Problem {
  readonly plant: (seed: number, isPlanted: boolean) => Table;
  /** What the product names: the planted thing must be among it, and without one there must be nothing. */
  readonly named: (table: Table, seed: number) => Promise<readonly string[]> | readonly string[];
  readonly expected: string;
}

const PROBLEMS: Readonly<Record<string, Problem>> = {
  leaked_column: {
    plant: leakedColumn,
    named: (table) => profileOf(table).target.suspects.map(({ column }) => column),
    expected: 'note',
  },
  duplicated_rows: {
    plant: duplicatedRows,
    named: (table, seed) => {
      const { profile, target, experiment } = profileOf(table, { seed });
      const isSaid = profile.duplicateRows + (target.repeatedRows ?? 0) > 0;
      const { split } = splitTable(table, experiment);
      const clusters = duplicateClusters(table, [...experiment.features, TARGET]);
      const trained = new Set(Array.from(split.training, (row) => clusters[row]));
      const straddles = split.holdout.some((row) => trained.has(clusters[row]));
      if (straddles) return ['copies on both sides'];
      return isSaid ? ['copies'] : [];
    },
    expected: 'copies',
  },
  shifted_slice: {
    plant: shiftedSlice,
    named: async (table, seed) => {
      const { slices } = await evidenceOf(table, { seed });
      return (slices?.slices.filter(isClear) ?? []).flatMap(({ conditions }) =>
        conditions.map(({ column }) => column),
      );
    },
    expected: 'region',
  },
  wrong_labels: {
    plant: wrongLabels,
    named: async (table, seed) => {
      const { experiment } = profileOf(table, { seed });
      const findings = await examineClaim(table, experiment, 'accuracy');
      return findings && labelsLookWrong(findings) ? ['labels'] : [];
    },
    expected: 'labels',
  },
  unfair_group: {
    plant: unfairGroup,
    named: async (table, seed) => {
      const { fairness } = await evidenceOf(table, { seed, sensitive: ['gender', 'ethnicity'] });
      return (fairness?.columns ?? []).flatMap(({ column, gaps }) =>
        gaps && fourFifths(gaps.parityRatio) === 'below' ? [column] : [],
      );
    },
    expected: 'gender',
  },
};

/** @param onResult told each problem's result as it is known. */
/** @param seeds one table of each kind for each. */
export async function measurePlanted(
  seeds: readonly number[],
  onResult: (name: string, result: PlantedResult) => void,
): Promise<Record<string, PlantedResult>> {
  const results: Record<string, PlantedResult> = {};
  for (const [name, { plant, named, expected }] of Object.entries(PROBLEMS)) {
    let [found, falseAlarms] = [0, 0];
    for (const seed of seeds) {
      if ((await named(plant(seed, true), seed)).includes(expected)) found++;
      if ((await named(plant(seed, false), seed)).length > 0) falseAlarms++;
    }
    results[name] = { found, of: seeds.length, falseAlarms, clean: seeds.length };
    onResult(name, results[name]);
  }
  return results;
}
