import { beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../src/ml/data/table.ts';
import type { Experiment } from '../../src/ml/experiment.ts';
import { Random } from '../../src/ml/random.ts';
import { fitMember } from '../../src/ml/search/fit-member.ts';
import {
  restorePredictor,
  type SerialisedPredictor,
  serialiseMember,
} from '../../src/ml/search/predictor.ts';
import { loadModel } from '../../src/models/load-model.ts';
import type { ModelStore } from '../../src/models/model.ts';
import { saveModel } from '../../src/models/save-model.ts';
import { ensembleReport, telcoReport } from '../report/sample-runs.ts';

const ROWS = 200;
const table = sampleTable();
const experiment: Experiment = {
  target: 'churn',
  task: 'binary',
  classes: ['No', 'Yes'],
  positiveClass: 'Yes',
  features: ['tenure', 'contract | *type*'],
  metric: 'roc_auc',
  split: { kind: 'stratified' },
  holdoutFraction: 0.2,
  folds: 5,
  finish: 'ensemble',
  members: 8,
  refit: 'all',
  seed: 1,
};

function sampleTable(): Table {
  const random = new Random(5);
  const valid = new Uint8Array(ROWS).fill(1);
  const tenure = Float64Array.from({ length: ROWS }, () => random.integer(72));
  const codes = Int32Array.from({ length: ROWS }, () => random.integer(3));
  return {
    nRows: ROWS,
    columns: [
      { name: 'tenure', type: 'numeric', values: tenure, valid },
      {
        name: 'contract | *type*',
        type: 'categorical',
        codes,
        categories: ['Month', 'One year', 'Two year'],
        valid,
      },
    ],
  };
}

/** A folder in memory. */
function memoryStore(): ModelStore & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    put: async (name, bytes) => void files.set(name, bytes),
    get: async (name) => files.get(name) ?? null,
  };
}

let predictor: SerialisedPredictor;

beforeAll(async () => {
  const rows = Uint32Array.from({ length: ROWS }, (_, i) => i);
  const [tenure] = table.columns;
  if (tenure?.type !== 'numeric') throw new Error('expected a number');
  const values = Float64Array.from(tenure.values, (value) => (value < 30 ? 1 : 0));
  const target = { values, nClasses: 2, knownRows: rows };
  const member = async (family: 'gbdt' | 'linear', weight: number) => {
    const fitted = await fitMember(
      table,
      experiment,
      target,
      { family, parameters: {} },
      { training: rows, fit: rows },
      { seed: 1 },
    );
    return { ...serialiseMember(family, fitted), weight };
  };
  predictor = {
    format: 'modelwright-predictor-2',
    experiment,
    members: [await member('gbdt', 0.75), await member('linear', 0.25)],
    stacker: null,
    threshold: 0.4,
  };
});

describe('a saved model', () => {
  it('predicts the same to the last bit after loading', async () => {
    const store = memoryStore();
    await saveModel(predictor, telcoReport(), store);
    const { predictor: loaded, manifest } = await loadModel(store);
    const before = (await restorePredictor(predictor)).predict(table);
    expect(loaded.predict(table)).toEqual(before);
    expect(manifest).toMatchObject({
      name: 'churn, run 12',
      columns: [
        { name: 'tenure', type: 'numeric' },
        { name: 'contract | *type*', type: 'categorical' },
      ],
    });
  });

  it('names its members, its cut-off and the rows it was trained on', async () => {
    const [one, several] = [memoryStore(), memoryStore()];
    await saveModel(predictor, telcoReport(), one);
    await saveModel(predictor, ensembleReport(), several);
    const single = (await loadModel(one)).manifest;
    expect(single.members).toEqual([
      { trial: single.provenance.trial, family: 'gbdt', parameters: single.parameters, weight: 1 },
    ]);
    const { members, family, trainedRows } = (await loadModel(several)).manifest;
    expect(members.map((member) => [member.family, member.weight])).toEqual([
      ['gbdt', 0.6],
      ['linear', 0.4],
    ]);
    expect(family).toBe('gbdt');
    expect(trainedRows).toBe(7043);
  });

  it('has the same bytes when it is saved again', async () => {
    const [first, second] = [memoryStore(), memoryStore()];
    await saveModel(predictor, telcoReport(), first);
    await saveModel(predictor, telcoReport(), second);
    expect(second.files).toEqual(first.files);
    expect([...first.files.keys()].at(-1)).toBe('model.json');
  });

  it('has a card whose names cannot break its Markdown', async () => {
    const store = memoryStore();
    await saveModel(predictor, telcoReport(), store);
    const card = new TextDecoder().decode(store.files.get('card.md'));
    expect(card).toMatchSnapshot();
    expect(card).toContain('contract \\| \\*type\\* (categorical)');
  });
});

describe('loading', () => {
  async function damage(change: (files: Map<string, Uint8Array>) => void): Promise<unknown> {
    const store = memoryStore();
    await saveModel(predictor, telcoReport(), store);
    change(store.files);
    return loadModel(store);
  }

  it('names what is missing', async () => {
    await expect(loadModel(memoryStore())).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(damage((files) => files.delete('weights.bin'))).rejects.toMatchObject({
      code: 'MODEL_DAMAGED',
      details: { file: 'weights.bin', detail: 'the file is missing' },
    });
  });

  it('notices a single changed bit', async () => {
    const flip = (files: Map<string, Uint8Array>) => {
      const bytes = Uint8Array.from(files.get('weights.bin') ?? []);
      bytes[bytes.length >> 1] ^= 1;
      files.set('weights.bin', bytes);
    };
    await expect(damage(flip)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
  });

  it('refuses a manifest that is no manifest', async () => {
    const put = (text: string) => (files: Map<string, Uint8Array>) =>
      void files.set('model.json', new TextEncoder().encode(text));
    await expect(damage(put('not json'))).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
    await expect(damage(put('{"format":"modelwright-model-9"}'))).rejects.toMatchObject({
      code: 'MODEL_FORMAT_UNKNOWN',
    });
  });
});
