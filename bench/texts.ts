/** What a sentence encoder adds to TF-IDF, family by family.
 *
 *  `npm run bench -- texts --train FILE --test FILE --target COLUMN [--seed 1]`
 *
 *  Each family's first setting for texts learns from all rows of the one file, once as it is planned without an encoder and
 *  once with one; both are judged by AUC on the rows of the other file, which nothing else is chosen on. The target has
 *  two classes. Families that stop early set 15% of the training rows aside. */
import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { readDataset } from '../src/datasets/read-dataset.ts';
import type { Table } from '../src/ml/data/table.ts';
import { Experiment } from '../src/ml/experiment.ts';
import { score } from '../src/ml/metrics/score.ts';
import type { SentenceEncoder } from '../src/ml/neural/sentences/encoder.ts';
import { encodeTarget } from '../src/ml/preprocessing/target.ts';
import { FAMILIES } from '../src/ml/search/families.ts';
import { fitMember } from '../src/ml/search/fit-member.ts';
import { loadEncoder, readSentences, textColumns } from '../src/ml/search/read-sentences.ts';
import { innerSplit, splitTable } from '../src/ml/search/split-table.ts';
import { targetOf } from '../src/ml/search/training-set.ts';
import { portfolioFor } from '../src/ml/tuning/portfolio.ts';
import type { Family } from '../src/ml/tuning/trial.ts';
import { findSentenceModel } from '../src/pretrained/sentence-model.ts';
import type { Bench } from './index.ts';
import { usage } from './usage.ts';

const FAMILIES_JUDGED: readonly Family[] = ['linear', 'gbdt', 'ordered', 'extra_trees', 'mlp', 'naive_bayes'];

interface Row {
  readonly family: string;
  readonly reading: 'TF-IDF' | 'with sentences';
  readonly auc: number;
  readonly seconds: number;
}

export const bench: Bench = async (args) => {
  const { train, test, target, seed } = readOptions(args);
  const model = await findSentenceModel();
  if (!model) throw usage('the optional package with the sentence encoder is not installed');
  const encoder = await loadEncoder(model, model.id);
  const [training, judged] = [await read(train), await read(test)];
  const experiment = experimentOn(training, target, seed);
  const before = performance.now();
  const withVectors = [training, judged].map((table) => readAll(table, experiment, encoder));
  process.stdout.write(
    `reading both files: ${((performance.now() - before) / 1000).toFixed(1)} s on one thread\n`,
  );

  const rows: Row[] = [];
  const truth = encodeTarget(judged, experiment);
  const auc = (prediction: Float64Array) =>
    score('roc_auc', 'binary', targetOf(truth, truth.knownRows), prediction, 2);
  for (const hasSentences of [false, true]) {
    const [from, to] = hasSentences ? (withVectors as [Table, Table]) : [training, judged];
    const reading = hasSentences ? 'with sentences' : 'TF-IDF';
    const predictions: Float64Array[] = [];
    for (const family of FAMILIES_JUDGED) {
      const startMs = performance.now();
      const [parameters = {}] = portfolioFor(family, {
        ...{
          hasText: true,
          hasSentences,
          hasPictures: false,
          isForecast: false,
          image: null,
          sequence: null,
        },
        ...{ nClasses: 2, nRows: from.nRows },
      }).defaults;
      const parts = splitTable(from, experiment);
      const known = parts.target.knownRows;
      const inner = FAMILIES[family].setsRowsAside(parameters)
        ? innerSplit(experiment, parts, known, seed)
        : null;
      const member = { training: known, fit: known, ...inner };
      const { pipeline, fitted } = await fitMember(
        from,
        experiment,
        parts.target,
        { family, parameters },
        member,
        { seed },
      );
      const prediction = fitted.predict(pipeline.transform(to, truth.knownRows));
      predictions.push(prediction);
      rows.push({ family, reading, auc: auc(prediction), seconds: (performance.now() - startMs) / 1000 });
      print(rows.at(-1) as Row);
    }
    const mean = (predictions[0] as Float64Array).map(
      (_, i) =>
        predictions.reduce((sum, prediction) => sum + (prediction[i] as number), 0) / predictions.length,
    );
    rows.push({ family: 'average of all', reading, auc: auc(mean), seconds: 0 });
    print(rows.at(-1) as Row);
  }
  return rows;
};

async function read(path: string): Promise<Table> {
  return (await readDataset(path, { name: basename(path), minRows: 1, minColumns: 2 })).table;
}

function readAll(table: Table, { features }: Experiment, encoder: SentenceEncoder): Table {
  return readSentences(table, textColumns(table, features), encoder);
}

function experimentOn(table: Table, target: string, seed: number): Experiment {
  const column = table.columns.find(({ name }) => name === target);
  const classes =
    column?.type === 'boolean' ? [...column.labels] : column?.type === 'categorical' ? column.categories : [];
  if (classes.length !== 2) throw usage(`${target} is no column of two classes`);
  const features = table.columns
    .filter((other) => other !== column && other.type !== 'id')
    .map(({ name }) => name);
  return Experiment.parse({
    ...{ target, task: 'binary', classes, positiveClass: classes[1], features, metric: 'roc_auc' },
    ...{ split: { kind: 'stratified' }, holdoutFraction: 0.2, folds: 5, seed },
  });
}

function print({ family, reading, auc, seconds }: Row): void {
  process.stdout.write(
    `${family.padEnd(16)}${reading.padEnd(16)}AUC ${auc.toFixed(4)}  ${seconds.toFixed(1)} s\n`,
  );
}

function readOptions(args: readonly string[]) {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { train: string, test: string, target: string, seed: { type: 'string', default: '1' } },
  });
  const { train, test, target, seed } = values;
  if (!train || !test || !target) throw usage('texts needs --train FILE, --test FILE and --target COLUMN');
  if (!/^\d+$/.test(seed)) throw usage('--seed is a whole number');
  return { train, test, target, seed: Number(seed) };
}
