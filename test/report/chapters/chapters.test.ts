/** Chapters of a small run as it really comes out of the engine. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../src/ml/data/table.ts';
import { Evidence, type Judged } from '../../../src/ml/evidence.ts';
import type { Experiment } from '../../../src/ml/experiment.ts';
import { concludeStudies } from '../../../src/ml/search/conclude-studies.ts';
import { evaluateTrial } from '../../../src/ml/search/evaluate-trial.ts';
import { judge } from '../../../src/ml/search/judge.ts';
import { listComponents } from '../../../src/ml/search/list-components.ts';
import { probeTrial } from '../../../src/ml/search/probe-trial.ts';
import { type RefitResult, refit } from '../../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../../src/ml/search/split-table.ts';
import type { Probed } from '../../../src/ml/search/studied-model.ts';
import type { Probe, Studies } from '../../../src/ml/studies.ts';
import type { Family, TrialSpec } from '../../../src/ml/tuning/trial.ts';
import { modelCard } from '../../../src/models/model-card.ts';
import { type Chapter, ChapterName, type ChapterSource } from '../../../src/report/chapters/chapter.ts';
import { CHAPTERS } from '../../../src/report/chapters/chapters.ts';
import { ablationPicture } from '../../../src/report/charts/ablation-picture.ts';
import { dependencePicture } from '../../../src/report/charts/dependence-picture.ts';
import { effectsPicture } from '../../../src/report/charts/effects-picture.ts';
import { fairnessPicture } from '../../../src/report/charts/fairness-picture.ts';
import { learningPicture } from '../../../src/report/charts/learning-picture.ts';
import { rowPicture } from '../../../src/report/charts/row-picture.ts';
import { slicesPicture } from '../../../src/report/charts/slices-picture.ts';
import { stabilityPicture } from '../../../src/report/charts/stability-picture.ts';
import type { Report } from '../../../src/report/report.ts';
import { summarise } from '../../../src/report/summary.ts';
import { chapterCard } from '../../../src/slack/cards/chapter-card.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from '../../ml/search/small-experiment.ts';
import { expectSlackTakes, WILD_NAMES } from '../../slack/samples.ts';
import { amesReport, lettersReport, telcoReport } from '../sample-runs.ts';

const clock = countingClock();

async function evidenceOf(family: Family, experiment: Experiment, table: Table): Promise<Evidence> {
  const spec = quickSpec(family);
  const predictions: Float32Array[] = [];
  const onFold = (_: unknown, prediction: Float32Array) => predictions.push(prediction);
  const trial = await evaluateTrial(table, experiment, spec, { clock, onFold });
  const selection = selectEnsemble(experiment, splitTable(table, experiment), [
    { trial: 3, family, predictions },
  ]);
  const fitted = (await refit(table, experiment, spec, trial.folds, 'training', { clock })) as RefitResult;
  const judged = await judge(table, experiment, selection, [{ ...fitted, trial: 3 }], { clock });
  if (!judged?.evidence) throw new Error('nobody asked to stop');
  return { ...judged.evidence, studies: await studiesOf(spec, experiment, table, predictions, judged) };
}

async function studiesOf(
  spec: TrialSpec,
  experiment: Experiment,
  table: Table,
  predictions: readonly Float32Array[],
  { importance }: Judged,
): Promise<Studies> {
  const rows = splitTable(table, experiment);
  const parts = listComponents(table, experiment, rows, [spec], importance, 3);
  const probes: Probe[] = [
    { kind: 'repeat', number: 1 },
    { kind: 'share', share: 0.25 },
    { kind: 'share', share: 0.5 },
    ...parts.flatMap((part) => part.probes.map(({ probe }) => probe)),
  ];
  const probed: Probed[] = [];
  for (const probe of probes) {
    const result = await probeTrial(table, experiment, spec, probe, experiment.folds, { clock, rows });
    probed.push({ trial: 3, probe, predictions: result?.predictions ?? null });
  }
  const members = [{ trial: 3, family: spec.family, weight: 1 }];
  return {
    members: [{ trial: 3, family: spec.family }],
    ...{ metric: experiment.metric, of: 1, folds: experiment.folds },
    ...{ planned: probed.length, made: probed.length, cpuSeconds: 1 },
    ...concludeStudies(table, experiment, rows, {
      model: { members, stacker: null, predictions: [predictions] },
      ...{ nMembers: 1, folds: experiment.folds, parts, probed, importance },
    }),
  };
}

const SAMPLES = { binary: telcoReport, multiclass: lettersReport, regression: amesReport };

function sourceOf(
  task: Experiment['task'],
  evidence: Evidence | null,
  more: Partial<ChapterSource> = {},
): ChapterSource {
  const { target, classes, metric } = shopExperiment(task);
  const report: Report = { ...SAMPLES[task](), target, classes, metric };
  return { report, evidence, ...more };
}

const told = (name: ChapterName, source: ChapterSource) => CHAPTERS[name].tell(source);

describe('chapters', () => {
  const table = shopTable(600);
  const found = new Map<string, Evidence>();
  beforeAll(async () => {
    const binary = shopExperiment('binary', { sensitive: ['plan'] });
    found.set('binary', await evidenceOf('linear', binary, table));
    found.set('trees', await evidenceOf('gbdt', binary, table));
    found.set('multiclass', await evidenceOf('linear', shopExperiment('multiclass'), table));
    found.set('regression', await evidenceOf('gbdt', shopExperiment('regression'), table));
  });
  const evidence = (name: string) => found.get(name) as Evidence;

  it.each(['trees', 'binary', 'regression', 'multiclass'])(
    'explain every row of %s in full: the effects add up to what is said of it',
    (name) => {
      const { explanation, heldOut } = evidence(name);
      if (!explanation || !heldOut) throw new Error('there is an explanation');
      expect(explanation.method).toBe(name === 'trees' || name === 'regression' ? 'trees' : 'sampling');
      explanation.rows.forEach((row, i) => {
        const output = explanation.output[i] as number;
        const base = (
          explanation.unit === 'log-odds' ? explanation.base[0] : explanation.base[output]
        ) as number;
        const sum = explanation.columns.reduce((total, { effects }) => total + (effects[i] as number), base);
        const said = heldOut.predicted[output]?.[heldOut.rows.indexOf(row)] as number;
        const value = explanation.unit === 'log-odds' ? 1 / (1 + Math.exp(-sum)) : sum;
        expect(Math.abs(value - said)).toBeLessThan(1e-4 * Math.max(1, Math.abs(said)));
      });
    },
  );

  it('name the row by its number in the data, with what its cells hold', () => {
    const { explanation } = evidence('binary');
    const [row = 0] = explanation?.rows ?? [];
    const chapter = told('row', sourceOf('binary', evidence('binary'), { row: row + 1 })) as Chapter;
    expect(chapter.title).toBe(`Why row ${row + 1} was predicted so`);
    const plan = table.columns.find(({ name }) => name === 'plan');
    const cell =
      plan?.type === 'categorical' ? (plan.categories[plan.codes[row] as number] ?? 'missing') : '';
    expect(chapter.table?.rows.find(([name]) => name === 'plan')?.[1]).toBe(cell);
    const leaves = table.columns.find(({ name }) => name === 'leaves');
    const outcome = leaves?.type === 'categorical' ? leaves.categories[leaves.codes[row] as number] : '';
    expect(chapter.sentences[0]).toContain(`It really was ${outcome}.`);
  });

  it('say why a row is not explained, and which ones are', () => {
    const ask = (row: number) => told('row', sourceOf('binary', evidence('binary'), { row }));
    const held = new Set(evidence('binary').explanation?.rows);
    const trained = Array.from({ length: 600 }, (_, i) => i).find((i) => !held.has(i)) as number;
    expect(ask(trained + 1)).toMatchObject({
      absent: expect.stringMatching(/was trained on.*Near it are rows/),
    });
    expect(ask(10 ** 9)).toMatchObject({ absent: expect.stringContaining('there is no row') });
  });

  it('speak of groups only where a person called a column sensitive', () => {
    const { fairness } = evidence('binary');
    expect(fairness?.columns.map(({ column, confirmed }) => [column, confirmed])).toEqual([
      ['plan', true],
      ['age', false],
    ]);
    const chapter = told('fairness', sourceOf('binary', evidence('binary'))) as Chapter;
    expect(chapter.table?.rows.map(([column]) => column)).not.toContain('age');
    const later = told('fairness', sourceOf('binary', evidence('binary'), { sensitive: ['age'] })) as Chapter;
    expect(later.table?.rows.map(([column]) => column)).toContain('age');
    const unsaid = { ...evidence('binary'), fairness: { rows: 1, threshold: 0.5, columns: [] } };
    expect(told('fairness', sourceOf('binary', unsaid))).toMatchObject({
      absent: expect.stringContaining('make a plan once more'),
    });
    expect(told('fairness', sourceOf('regression', evidence('regression')))).toMatchObject({
      absent: expect.stringContaining('where is it wrong?'),
    });
  });

  it('are in the model card, numbers and all, where they compare groups', () => {
    const source = sourceOf('binary', evidence('binary'));
    const chapter = told('fairness', source) as Chapter;
    expect(chapter.sentences.join(' ')).toMatch(/Calibration: .*plan/);
    const card = modelCard(source.report, [], source.evidence);
    const section = card.slice(card.indexOf('## Fairness'), card.indexOf('## Approval')).replaceAll('\\', '');
    for (const sentence of chapter.sentences) expect(section).toContain(sentence);
    for (const row of chapter.table?.rows ?? []) {
      for (const cell of row) expect(section).toContain(typeof cell === 'string' ? cell : cell.text);
    }
    expect(modelCard(source.report, [])).toContain('no groups were compared');
  });

  it('speak of recordings where each is one prediction', () => {
    for (const task of ['binary', 'multiclass', 'regression'] as const) {
      const source = sourceOf(task, evidence(task));
      const report: Report = { ...source.report, recordings: true, caveats: [], nextSteps: [] };
      const said = [
        JSON.stringify(summarise(report)),
        modelCard(report, [], source.evidence),
        ...(['explain', 'errors', 'fairness', 'decide', 'card'] as const).map((name) =>
          JSON.stringify(told(name, { ...source, report })),
        ),
        JSON.stringify(told('row', { ...source, report })),
        ...[effectsPicture, slicesPicture].map((lay) => lay({ ...source, report })?.altText ?? ''),
      ].join(' ');
      expect(said).toContain('held-out recording');
      expect(said).toContain('Which recording?');
      expect(said).not.toMatch(/held-out rows?\b|training rows?\b/);
    }
  });

  it('count every group of the held-out rows once', () => {
    const { fairness } = evidence('binary');
    for (const { groups } of fairness?.columns ?? []) {
      expect(groups.reduce((sum, { rows }) => sum + rows, 0)).toBe(fairness?.rows);
      for (const group of groups) expect(group.isSmall).toBe(group.rows < 30);
    }
  });

  it.each(['binary', 'multiclass', 'regression'] as const)(
    'are messages that Slack takes, with pictures, in %s',
    (task) => {
      const [row = 0] = evidence(task).explanation?.rows ?? [];
      const source = sourceOf(task, evidence(task), { row: row + 1 });
      for (const name of ChapterName.options) {
        const chapter = told(name, source);
        if ('absent' in chapter) expect([name, task]).not.toContain('binary');
        else expectSlackTakes(chapterCard(chapter, source.report, []));
      }
      const pictures = [
        ...[effectsPicture, dependencePicture, rowPicture, slicesPicture],
        ...[stabilityPicture, ablationPicture, learningPicture],
      ].map((lay) => lay(source));
      for (const picture of pictures) expect(picture?.altText).toMatch(/\d/);
      expect(fairnessPicture(source) === null).toBe(task !== 'binary');
    },
  );

  it('name the groups of a flag with their column, and others by themselves', () => {
    const source = sourceOf('binary', evidence('binary'));
    const { fairness } = evidence('binary');
    const [column] = fairness?.columns ?? [];
    if (!fairness || !column) throw new Error('groups were compared');
    const groups = ['0', '1', 'abroad'].map((group) => ({ ...column.groups[0], group }));
    const columns = [{ ...column, column: 'retired', confirmed: true, groups }] as typeof fairness.columns;
    const picture = fairnessPicture({
      ...source,
      evidence: { ...evidence('binary'), fairness: { ...fairness, columns } },
    });
    const said = picture?.scene.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
    expect(said).toEqual(expect.arrayContaining(['retired = 0', 'retired = 1', 'abroad']));
    expect(picture?.altText).toMatch(/retired = 1 \(\d+ rows/);
  });

  it.each(WILD_NAMES)('let no markup of %j through', (name) => {
    const wild = JSON.parse(
      JSON.stringify(evidence('binary')).replaceAll('"plan"', JSON.stringify(name)),
    ) as Evidence;
    const [row = 0] = wild.explanation?.rows ?? [];
    const source = sourceOf('binary', wild, { row: row + 1 });
    const report = { ...source.report, target: name, classes: [name, `${name}2`] };
    for (const chapter of ChapterName.options) {
      const chapterTold = told(chapter, { ...source, report });
      expect(chapterTold).not.toHaveProperty('absent');
      expectSlackTakes(chapterCard(chapterTold as Chapter, report, []));
    }
  });

  it('come back from the store as they were kept', () => {
    for (const kept of found.values()) {
      expect(Evidence.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
    }
  });

  it.each(['binary', 'multiclass', 'regression'] as const)(
    'of studies say in %s what was found, and never the opposite',
    (task) => {
      const source = sourceOf(task, evidence(task));
      const { studies } = evidence(task);
      if (!studies || 'why' in studies) throw new Error('it was studied');
      const stability = told('stability', source) as Chapter;
      const { seedOfMean = 0, scores = [] } = studies.stability ?? {};
      expect(stability.sentences[0]).toMatch(
        seedOfMean === 0 ? /changes nothing/ : /moves the cross-validated/,
      );
      expect(stability.table?.rows.filter(([where]) => String(where).startsWith('Fold'))).toHaveLength(
        scores[0]?.length ?? -1,
      );
      const ablation = told('ablation', source) as Chapter;
      const verdicts = ablation.table?.rows.map((row) => row.at(-1));
      expect(verdicts?.length).toBe(studies.ablation?.parts.length);
      studies.ablation?.parts.forEach(({ gain, adjusted }, i) => {
        expect(verdicts?.[i]).toBe(adjusted >= 0.05 ? 'not shown' : gain.value > 0 ? 'helps' : 'harms');
      });
      // The outcomes of the table are made from these two columns.
      expect(ablation.sentences[0]).toMatch(/^Most of all it needs (plan|age)/);
      const learning = told('learning', source) as Chapter;
      expect(learning.sentences[0]).toMatch(/^Twice the rows, 1,\d{3} in place of \d{3}, would bring/);
    },
  );

  it('of a run that was not studied say why, and what to do', () => {
    for (const name of ['stability', 'ablation', 'learning'] as const) {
      const absent = (studies: Evidence['studies']) =>
        told(name, sourceOf('binary', { ...evidence('binary'), ...(studies && { studies }) }));
      expect(absent({ why: 'time', leastBudgetSeconds: 131 })).toMatchObject({
        absent: expect.stringContaining('With about 3 min it should'),
      });
      expect(absent({ why: 'stopped', leastBudgetSeconds: null })).toMatchObject({
        absent: expect.stringContaining('was stopped'),
      });
      const { studies: _, ...older } = evidence('binary');
      expect(told(name, sourceOf('binary', older))).toMatchObject({
        absent: expect.stringContaining('Make a plan once more'),
      });
      const cut = {
        ...(evidence('binary').studies as Studies),
        stability: null,
        ablation: null,
        curve: null,
      };
      expect(absent(cut)).toMatchObject({ absent: expect.stringContaining('larger budget') });
      const source = sourceOf('binary', { ...evidence('binary'), studies: cut });
      for (const lay of [stabilityPicture, ablationPicture, learningPicture]) expect(lay(source)).toBeNull();
    }
  });

  it('of a run without them are sentences that say what to do', () => {
    for (const name of ['row', 'errors', 'fairness'] as const) {
      expect(told(name, sourceOf('binary', null))).toMatchObject({ absent: expect.stringMatching(/plan/) });
    }
  });
});
