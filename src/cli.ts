/** The command line: the same story without Slack. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { DataReader } from '../jobs/data-reader.ts';
import { withDataFile } from './command-line/data-file.ts';
import { readData } from './command-line/read-data.ts';
import { readPlanFile, readReport } from './command-line/read-run.ts';
import { resultObject } from './command-line/result.ts';
import type { CommandLine } from './command-line/session.ts';
import { planText, profileText, resultText } from './command-line/text.ts';
import { type Config, loadConfig } from './config.ts';
import { ModelwrightError } from './errors/errors.ts';
import { Costs, MetricName, MOST_REPEATS, Recalibration } from './ml/experiment.ts';
import { METRICS } from './ml/metrics/registry.ts';
import { SamplerName } from './ml/tuning/samplers/sampler.ts';
import { PrunerName } from './ml/tuning/trial.ts';
import type { PlanRecord } from './plan/plan.ts';
import { plannedForecast } from './plan/plan-forecast.ts';
import { readRanges } from './plan/space-edit.ts';
import type { Profile, TargetProfile } from './profile/profile.ts';
import { GAP_EXAMPLES, readGap } from './requirements/gap-words.ts';
import {
  changeRequirements,
  Horizon,
  MOST_SHARDS,
  NO_REQUIREMENTS,
  RequirementsChange,
} from './requirements/requirements.ts';

const USAGE = `modelwright: trains models on tables and pictures and says honestly how good they are

  modelwright profile FILE [--target COLUMN] [--json]
  modelwright plan    FILE --target COLUMN [--metric M] [--budget 60s] [--seed N] [--sampler S] [--pruner P] [--recalibrate R] [--shards N] [--single] [--out DIR] [--json]
  modelwright train   FILE --target COLUMN [--metric M] [--budget 60s] [--seed N] [--sampler S] [--recalibrate R] [--single] [--out DIR] [--json]
  modelwright train   [FILE] --plan PLAN.json [--out DIR] [--json]
  modelwright train   [FILE] --improve DIR [--budget 60s] [--out DIR] [--json]
  modelwright train   FILE --target COLUMN --horizon 14d [--known A,B] [--time COLUMN] [--series COLUMN] ...
  modelwright train   PICTURES --target COLUMN --backbone NETWORK ...
  modelwright train   FILE --target COLUMN --windows-by COLUMN [--order COLUMN] ...
  modelwright train   FILE --target COLUMN [--trials N] [--cpu 10m] [--memory MB] [--cost AMOUNT] [--ranges RANGES] ...
  modelwright predict DIR [FILE] --out PREDICTIONS.csv
  modelwright export  DIR [--out PROJECT]
  modelwright explain OUT ROW
  modelwright churn   FILE [--horizon 90] --out TABLE.csv
  modelwright backbone NETWORK [--json]

FILE is CSV, TSV, JSON Lines or Parquet, also gzipped; or a zip or a folder of JPEG and PNG pictures, in one folder per
class or with a CSV of their names and labels. A budget is 90s, 5m or 1h,
for all that a command does; the run has what is left of it, at least half.
--improve goes on from the run whose folder DIR is: with its data, its trials, and changes that follow from them.
--repeats draws the folds so many times; --nested judges the whole choice in so many outer folds (none for none). By default both
are there for fewer than 1,000 rows. --gap keeps rows or time (30, 7d, 12h, 2w) between training and judged rows in a split by time.
--trials, --cpu (CPU time of all threads), --memory (MB of the trials side by side) and --cost (in MODELWRIGHT_CURRENCY, where
MODELWRIGHT_CORE_HOUR_PRICE is set) limit a plan before it is made, and its run. --ranges sets parts of the search space:
"gbdt learningRate 0.02 to 0.1; mlp hiddenLayers 1 to 2".
--single keeps the best trial alone in place of an ensemble of several.
--missed-cost and --false-alarm-cost say what mistakes cost: the cut-off of two classes follows from them.
--shards divides the rows of networks for tables into N parts that train side by side, on idle threads, and are averaged;
1 never does, and without it a plan does where one long trial would hold up the others.
--sensitive names columns (A,B) by whose groups the chapter on fairness reports how people are treated.
explain says why a held-out row (counted from 1 below the header) was predicted as it was, from the folder that train wrote.
--horizon forecasts values to come, as many steps or h, d, w, months, quarters, years ahead; --known names the columns
whose values are known beforehand. predict without FILE continues the series that a forecast was trained on.
export makes a project of a trained DIR: the plan, the metrics and one command that does the same again and compares.
--windows-by names the column whose rows are one recording each, with one prediction for all of them; --order names the
column that orders the rows of a recording, where the data does not show it.
churn turns purchases into a row per customer, with who did not come back within --horizon days.
--backbone names a pretrained network that plans for pictures may use; backbone fetches one, keeps it, and says what it reads
and gives. NETWORK is a folder or an https
link of model.json (TensorFlow.js) or a .onnx file, and may end in #normalisation=unit|signed|imagenet&output=LAYER&side=N&sha256=HASH.
Metrics: ${Object.keys(METRICS).join(', ')}.
Samplers: ${SamplerName.options.join(', ')}.
Pruners: ${PrunerName.options.join(', ')}.
Ways to correct probabilities: ${Recalibration.options.join(', ')}.
`;

const OPTIONS = {
  target: { type: 'string' },
  metric: { type: 'string' },
  budget: { type: 'string' },
  seed: { type: 'string' },
  trials: { type: 'string' },
  cpu: { type: 'string' },
  memory: { type: 'string' },
  cost: { type: 'string' },
  ranges: { type: 'string' },
  sampler: { type: 'string' },
  backbone: { type: 'string' },
  single: { type: 'boolean' },
  out: { type: 'string' },
  plan: { type: 'string' },
  pruner: { type: 'string' },
  recalibrate: { type: 'string' },
  'missed-cost': { type: 'string' },
  'false-alarm-cost': { type: 'string' },
  shards: { type: 'string' },
  improve: { type: 'string' },
  horizon: { type: 'string' },
  known: { type: 'string' },
  time: { type: 'string' },
  series: { type: 'string' },
  'windows-by': { type: 'string' },
  order: { type: 'string' },
  sensitive: { type: 'string' },
  repeats: { type: 'string' },
  nested: { type: 'string' },
  gap: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Options = ReturnType<typeof parse>['values'];

/** How many files each command takes at most. */
const COMMANDS: Readonly<Record<string, number>> = {
  profile: 1,
  plan: 1,
  train: 1,
  predict: 2,
  export: 1,
  explain: 2,
  churn: 1,
  backbone: 1,
};

async function main(): Promise<void> {
  const { values, positionals } = parse(process.argv.slice(2));
  const [command, ...files] = positionals;
  if (values.help || command === undefined) return print(USAGE);
  const most = COMMANDS[command];
  if (most === undefined) throw usage(`there is no command "${command}"`);
  if (files.length > most) throw usage(`${command} does not know what to do with "${files[most]}"`);
  const [first, second] = files;
  if (command === 'predict') {
    if (!first || !values.out) throw usage('predict needs a model folder, a data file and --out');
    return predict(first, second, values.out, values);
  }
  if ((command === 'train' || command === 'plan') && values.improve !== undefined)
    return improve(command === 'train', values.improve, first, values);
  if (command === 'explain') {
    if (!first || !second) throw usage('explain needs the folder that train wrote, and the number of a row');
    return explain(first, rowOf(second));
  }
  if (command === 'train' && values.plan) return rerun(values.plan, first, values);
  if (command === 'backbone') {
    if (!first) throw usage('backbone needs a network: a folder, a file or an https link');
    return backbone(first, values);
  }
  if (command === 'export') {
    if (!first) throw usage('export needs a folder that train has written');
    return exportProject(first, values.out);
  }
  if (!first) throw usage(`${command} needs a data file`);
  if (command === 'churn') {
    if (!values.out) throw usage('churn needs --out, the file to write');
    return churn(first, daysOf(values.horizon ?? '90'), values.out);
  }
  return command === 'profile' ? profile(first, values) : trainOrPlan(command === 'train', first, values);
}

async function predict(
  directory: string,
  dataPath: string | undefined,
  outPath: string,
  options: Options,
): Promise<void> {
  const { predictFile } = await import('./command-line/predict.ts');
  print(`${await predictFile(directory, dataPath, outPath, withBackbone(options))}\n`);
}

async function exportProject(directory: string, out: string | undefined): Promise<void> {
  const { writeProject } = await import('./command-line/export.ts');
  print(`${await writeProject(directory, out)}\n`);
}

async function explain(directory: string, row: number): Promise<void> {
  const { explainRow } = await import('./command-line/explain.ts');
  print(`${await explainRow(directory, row)}\n`);
}

async function backbone(network: string, { json }: Options): Promise<void> {
  const { backboneText, describeBackbone } = await import('./command-line/backbone.ts');
  const description = await describeBackbone(network, loadConfig().home);
  printEither(json, description, () => backboneText(description));
}

async function churn(dataPath: string, horizonDays: number, outPath: string): Promise<void> {
  const { writeChurnTable } = await import('./command-line/churn-table.ts');
  print(`${await writeChurnTable(dataPath, horizonDays, outPath)}\n`);
}

async function profile(path: string, { target: wanted, json }: Options): Promise<void> {
  await withDataFile(path, async (file) => {
    const { data, reader } = await readData(file.path, file.name);
    const target = wanted ? await reader.profileTarget(data.path, data.name, data.profile, wanted) : null;
    printEither(json, { profile: withoutSamples(data.profile), target }, () => profileText(data, target));
  });
}

/** The pictures that are kept for people to look at say nothing to a program, and much of it. */
function withoutSamples({ images, ...profile }: Profile): object {
  if (!images) return profile;
  const { samples, ...facts } = images;
  return { ...profile, images: facts };
}

async function trainOrPlan(trains: boolean, path: string, values: Options): Promise<void> {
  const { target: wanted, json } = values;
  if (!wanted) throw usage(`${trains ? 'train' : 'plan'} needs --target, the column to predict`);
  const requirements = requirementsOf(values);
  await withDataFile(path, async (file) => {
    const { data, reader } = await readData(file.path, file.name);
    checkNamed(requirements.sensitive ?? [], data.profile);
    const target = await reader.profileTarget(data.path, data.name, data.profile, wanted);
    checkForecast(requirements, data.profile, target);
    if (requirements.windows) await reader.windows(data.path, data.name, requirements.windows, wanted);
    await withSession(reader, values, async (session) => {
      const record = await session.plan(data, target, requirements);
      const out = resolve(values.out ?? `out/${data.name.replace(/\..*$/, '')}-${wanted}`);
      await finish(session, record, path, out, trains, json);
    });
  });
}

/** Writes the plan and, where it is to be trained, the model. */
async function finish(
  session: CommandLine,
  record: PlanRecord,
  dataPath: string,
  out: string,
  trains: boolean,
  json: boolean | undefined,
): Promise<void> {
  const planFile = await session.writePlan(record, dataPath, out);
  if (!trains) return printEither(json, { plan: record.plan, planFile }, () => planText(record, planFile));
  const trained = await session.train(record, out, true);
  printEither(json, resultObject(trained, planFile), () => resultText(trained, planFile));
}

/** Goes on from the run that an earlier command has written to a folder. */
async function improve(
  trains: boolean,
  directory: string,
  dataPath: string | undefined,
  values: Options,
): Promise<void> {
  const { plan, data: earlierPath } = await readPlanFile(join(directory, 'plan.json'));
  const report = await readReport(directory);
  const { target: wanted } = plan.experiment;
  if (values.target !== undefined && values.target !== wanted)
    throw usage(`the run in ${directory} predicts ${wanted}, and a study goes on with the same column`);
  const path = dataPath ?? earlierPath;
  await withDataFile(path, async (file) => {
    const { data, reader } = await readData(file.path, file.name);
    const target = await reader.profileTarget(data.path, data.name, data.profile, wanted);
    await withSession(reader, values, async (session) => {
      await session.recall(plan, report);
      const requirements = { ...requirementsOf(values), startsFrom: report.runNumber };
      const record = await session.plan(data, target, requirements);
      const out = resolve(values.out ?? `${directory}-improved`);
      await finish(session, record, path, out, trains, values.json);
    });
  });
}

/** What the options say. */
function requirementsOf(values: Options): RequirementsChange {
  return {
    ...(values.metric !== undefined && { metric: metricOf(values.metric) }),
    ...(values.budget !== undefined && { budgetSeconds: secondsOf(values.budget) }),
    ...(values.seed !== undefined && { seed: seedOf(values.seed) }),
    ...(values.sampler !== undefined && { sampler: samplerOf(values.sampler) }),
    ...(values.pruner !== undefined && { pruner: prunerOf(values.pruner) }),
    ...(values.recalibrate !== undefined && { recalibration: recalibrationOf(values.recalibrate) }),
    ...costsOf(values),
    ...(values.shards !== undefined && { shards: shardsOf(values.shards) }),
    ...(values.sensitive !== undefined && { sensitive: columnsOf(values.sensitive) }),
    ...(values.repeats !== undefined && { repeats: foldsOf('repeats', values.repeats, 1) }),
    ...(values.nested !== undefined && {
      nested: values.nested === 'none' ? 0 : foldsOf('nested', values.nested, 2),
    }),
    ...(values.gap !== undefined && { gap: gapOf(values.gap) }),
    ...(values.single && { finish: 'single' as const }),
    ...limitsOf(values),
    ...forecastOf(values),
    ...windowsOf(values),
  };
}

/** Runs a stored plan again: the same work on the same data, to the last bit. The plan's clock is not watched, because
 *  what is repeated is the work. */
async function rerun(planPath: string, dataPath: string | undefined, values: Options): Promise<void> {
  const { out, json } = values;
  const file = await readPlanFile(planPath);
  const path = dataPath ?? file.data;
  await withDataFile(path, async (source) => {
    const { data, reader } = await readData(source.path, source.name);
    if (data.hash !== file.plan.dataset.hash) {
      throw new ModelwrightError('PLAN_OTHER_DATA', { name: data.name, wanted: file.plan.dataset.name });
    }
    await withSession(reader, values, async (session) => {
      const record = await session.adopt(file.plan, data);
      const outDir = resolve(out ?? `${planPath.replace(/\.json$/, '')}-again`);
      const planFile = await session.writePlan(record, path, outDir);
      const trained = await session.train(record, outDir, false);
      printEither(json, resultObject(trained, planFile), () => resultText(trained, planFile));
    });
  });
}

/** Loaded only here: the database and the queue take longer to load than the other commands take altogether. */
async function withSession(
  reader: DataReader,
  options: Options,
  use: (session: CommandLine) => Promise<void>,
): Promise<void> {
  const { openCommandLine } = await import('./command-line/session.ts');
  const session = await openCommandLine(reader, withBackbone(options), (text) => process.stderr.write(text));
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

/** The configuration, with the pretrained network that the command names. */
function withBackbone({ backbone }: Options): Config {
  const config = loadConfig();
  return backbone === undefined ? config : { ...config, backbone };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // Node's first sentence says what is wrong; the others are about the syntax of shells.
    throw usage((error as Error).message.split(/[.\n]/)[0] as string);
  }
}

function metricOf(text: string): MetricName {
  const parsed = MetricName.safeParse(text);
  if (!parsed.success) throw usage(`"${text}" is not a metric; there are ${MetricName.options.join(', ')}`);
  return parsed.data;
}

function secondsOf(text: string): number {
  const seconds = durationOf(text);
  if (!(seconds >= 10 && seconds <= 86_400)) throw usage(`"${text}" is not a budget between 10s and 24h`);
  return seconds;
}

/** What a run may use, and search; nothing where no option speaks of it. */
function limitsOf({ trials, cpu, memory, cost, ranges }: Options): RequirementsChange {
  const change = {
    ...(trials !== undefined && { trials: Number(trials || Number.NaN) }),
    ...(cpu !== undefined && { cpuSeconds: durationOf(cpu) }),
    ...(memory !== undefined && { memoryMb: Number(memory || Number.NaN) }),
    ...(cost !== undefined && { costLimit: Number(cost || Number.NaN) }),
  };
  const parsed = RequirementsChange.safeParse(change);
  if (!parsed.success) throw usage(parsed.error.issues[0]?.message ?? 'a limit was not understood');
  const read = readRanges(ranges ?? '');
  if ('error' in read) throw usage(read.error);
  return { ...parsed.data, ...(read.ranges && { ranges: read.ranges }) };
}

function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+)(s|m|h)?$/.exec(text) ?? [];
  return Number(amount) * ({ s: 1, m: 60, h: 3600 }[unit ?? 's'] ?? 1);
}

/** What a forecast is asked for; nothing where no option speaks of one. */
function forecastOf({ horizon, known, time, series }: Options): RequirementsChange {
  if (horizon === undefined) {
    const [name] = Object.entries({ known, time, series }).find(([, value]) => value !== undefined) ?? [];
    if (name) throw usage(`--${name} is for forecasts: please say --horizon too`);
    return {};
  }
  const columns = columnsOf(known ?? '');
  return {
    forecast: { horizon: horizonOf(horizon), time: time ?? null, series: series ?? null, insists: true },
    columnDecisions: Object.fromEntries(columns.map((column) => [column, 'known' as const])),
  };
}

/** How rows are recordings; nothing where no option speaks of them. */
function windowsOf({ 'windows-by': id, order, horizon }: Options): RequirementsChange {
  if (id === undefined) {
    if (order !== undefined) throw usage('--order is for recordings: please say --windows-by too');
    return {};
  }
  if (horizon !== undefined)
    throw usage('--horizon forecasts series, --windows-by reads recordings: please choose one');
  return { windows: { id, order: order ?? null } };
}

/** Says at once what a plan would say after a test of the machine.
 *  @throws USAGE, SERIES_* where what the options ask for cannot be. */
function checkForecast(requirements: RequirementsChange, profile: Profile, target: TargetProfile): void {
  const { forecast, columnDecisions } = requirements;
  if (!forecast) return;
  const { columns } = profile;
  const named = [...Object.keys(columnDecisions ?? {}), forecast.time, forecast.series];
  checkNamed(
    named.filter((name) => name !== null),
    profile,
  );
  if (!target.series) {
    const type = columns.find(({ name }) => name === target.target)?.type;
    const detail = `its values are ${type}, and I forecast numbers`;
    throw new ModelwrightError('SERIES_UNKNOWN', { target: target.target, detail });
  }
  plannedForecast(profile, target, changeRequirements(NO_REQUIREMENTS, requirements));
}

function columnsOf(text: string): string[] {
  return text.split(',').flatMap((column) => column.trim() || []);
}

function checkNamed(names: readonly string[], { columns }: Profile): void {
  const missing = names.filter((name) => !columns.some((column) => column.name === name));
  if (missing.length > 0) throw usage(`there is no column ${missing.join(', ')} in the data`);
}

const UNITS = {
  '': 'step',
  h: 'hour',
  d: 'day',
  w: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
} as const;

function horizonOf(text: string): Horizon {
  const [, amount, unit = ''] = /^(\d+) ?(h|d|w|month|quarter|year)?s?$/.exec(text) ?? [];
  const horizon = Horizon.safeParse({ count: Number(amount), unit: UNITS[unit as keyof typeof UNITS] });
  if (!horizon.success) throw usage(`"${text}" is not a horizon such as 14, 14d, 8w or 12months`);
  return horizon.data;
}

function daysOf(text: string): number {
  const days = Number(/^\d+d?$/.test(text) ? text.replace('d', '') : Number.NaN);
  if (!(days >= 1 && days <= 3650)) throw usage(`"${text}" is not a horizon between 1 and 3650 days`);
  return days;
}

function rowOf(text: string): number {
  if (!/^\d{1,12}$/.test(text) || Number(text) < 1)
    throw usage(`"${text}" is not the number of a row, from 1 on`);
  return Number(text);
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0xffffffff) throw usage(`"${text}" is not a seed from 0 to 4294967295`);
  return seed;
}

function foldsOf(name: string, text: string, least: number): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < least || count > MOST_REPEATS)
    throw usage(
      `--${name} takes a number from ${least} to ${MOST_REPEATS}${name === 'nested' ? ', or none' : ''}`,
    );
  return count;
}

function gapOf(text: string): NonNullable<RequirementsChange['gap']> {
  const gap = readGap(text);
  if (!gap) throw usage(`"${text}" is not a gap such as ${GAP_EXAMPLES}`);
  return gap;
}

function samplerOf(text: string): SamplerName {
  const { data } = SamplerName.safeParse(text);
  if (!data) throw usage(`"${text}" is not a sampler; these are: ${SamplerName.options.join(', ')}`);
  return data;
}

function prunerOf(text: string): PrunerName {
  const { data } = PrunerName.safeParse(text);
  if (!data) throw usage(`"${text}" is not a pruner; these are: ${PrunerName.options.join(', ')}`);
  return data;
}

function recalibrationOf(text: string): Recalibration {
  const { data } = Recalibration.safeParse(text);
  if (!data)
    throw usage(`"${text}" corrects no probabilities; these do: ${Recalibration.options.join(', ')}`);
  return data;
}

/** What mistakes cost; nothing where no option speaks of it. */
function costsOf(values: Options): RequirementsChange {
  const { 'missed-cost': missed, 'false-alarm-cost': falseAlarm } = values;
  if (missed === undefined && falseAlarm === undefined) return {};
  const { data: costs } = Costs.safeParse({ missed: Number(missed), falseAlarm: Number(falseAlarm) });
  if (!costs) throw usage('--missed-cost and --false-alarm-cost go together, and are numbers above 0');
  return { costs };
}

function shardsOf(text: string): number {
  const shards = Number(text);
  if (!/^\d{1,2}$/.test(text) || shards < 1 || shards > MOST_SHARDS)
    throw usage(`"${text}" is not a number of parts from 1 to ${MOST_SHARDS}`);
  return shards;
}

function usage(detail: string): ModelwrightError {
  return new ModelwrightError('USAGE', { detail });
}

function print(text: string): void {
  process.stdout.write(text);
}

function printEither(json: boolean | undefined, object: unknown, text: () => string): void {
  print(json ? `${JSON.stringify(object)}\n` : text());
}

/** A known failure and what the system refuses (a folder that may not be written, a full disk) need no stack. */
function describeFailure(error: unknown): string {
  if (error instanceof ModelwrightError) return error.person;
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = error instanceof ModelwrightError && error.code === 'USAGE' ? 2 : 1;
}
