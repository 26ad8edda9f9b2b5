/** A table and what to predict of it, as a plan would have it judged. */
import { readData } from '../../src/command-line/read-data.ts';
import { type Table, takeRows } from '../../src/ml/data/table.ts';
import type { Experiment } from '../../src/ml/experiment.ts';
import { type SplitTable, splitTable } from '../../src/ml/search/split-table.ts';
import { portfolioFor, traitsOf } from '../../src/ml/tuning/portfolio.ts';
import type { Family } from '../../src/ml/tuning/trial.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import { changeRequirements, NO_REQUIREMENTS } from '../../src/requirements/requirements.ts';

export interface Task {
  readonly file: string;
  readonly target: string;
}

export interface OpenTask {
  readonly name: string;
  readonly table: Table;
  readonly experiment: Experiment;
  readonly rows: SplitTable;
  portfolio(family: Family): ReturnType<typeof portfolioFor>;
}

/** @param mostRows of the file, evenly spread; all of them, unless given. */
export async function openTask({ file, target }: Task, seed: number, mostRows?: number): Promise<OpenTask> {
  const { data, reader } = await readData(file, file.split('/').at(-1) as string);
  const profile = await reader.profileTarget(data.path, data.name, data.profile, target);
  const suggested = profile.suspects.map(({ column, suggestion }) => [column, suggestion] as const);
  const columnDecisions = Object.fromEntries(suggested);
  const wanted = changeRequirements(NO_REQUIREMENTS, { seed, columnDecisions });
  const experiment = plannedExperiment(data.profile, profile, wanted);
  const whole = await reader.table(data.path, data.name);
  const table = mostRows !== undefined && mostRows < whole.nRows ? thin(whole, mostRows) : whole;
  const traits = traitsOf(experiment, data.profile.columns, data.profile.rows);
  return {
    name: data.name,
    table,
    experiment,
    rows: splitTable(table, experiment),
    portfolio: (family) => portfolioFor(family, traits),
  };
}

function thin(table: Table, nRows: number): Table {
  return takeRows(
    table,
    Uint32Array.from({ length: nRows }, (_, i) => Math.floor((i * table.nRows) / nRows)),
  );
}
