import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPast } from '../../jobs/earlier-studies.ts';
import { proposePlan } from '../../src/plan/propose.ts';
import type { Report, TrialRow } from '../../src/report/report.ts';
import { changeRequirements, type RequirementsChange } from '../../src/requirements/requirements.ts';
import { threadPlace } from '../../src/thread/events.ts';
import { telco } from '../plan/sample-inputs.ts';
import { sampleMaterial } from '../plan/sample-plan.ts';
import { interval, telcoReport } from '../report/sample-runs.ts';
import { AT, openTestStory, spoken, type TestStory } from '../thread/conversation.ts';

const SPACE_SETTING = { learningRate: 0.031, maxLeaves: 9, minSamplesLeaf: 5, l2: 2, rowFraction: 0.7 };

describe('what earlier runs leave for the next plan', () => {
  let test: TestStory;
  beforeAll(async () => {
    test = await openTestStory();
  });
  afterAll(() => test.close());

  /** A thread whose run has ended, on data of its own with the same columns as all others here. */
  async function endedRun(change: Partial<Report> = {}) {
    const thread = await test.conversation();
    await thread.dataIsRead();
    await thread.append({ kind: 'column-decided', user: 'U1', column: 'contract', decision: 'drop' });
    const { id, plan } = await thread.planIsProposed();
    const run = await test.story.runs.create(id, thread.place.id, 'T1', AT);
    for (const state of ['running', 'judging', 'finished'] as const)
      await test.story.runs.move(run.id, state);
    const { dataset } = await thread.state();
    const sample = telcoReport();
    const trial = sample.trials[0] as TrialRow;
    const trials: TrialRow[] = [
      {
        ...trial,
        number: 0,
        family: 'gbdt',
        parameters: SPACE_SETTING,
        origin: 'sampled',
        score: interval(0.9, 0.8, 1),
      },
      {
        ...trial,
        number: 1,
        family: 'linear',
        parameters: { regularisation: 0.1 },
        origin: 'default',
        score: interval(0.8, 0.7, 0.9),
      },
      {
        ...trial,
        number: 2,
        family: 'linear',
        parameters: { regularisation: 0.2 },
        origin: 'sampled',
        score: interval(0.7, 0.6, 0.8),
      },
    ];
    const report: Report = {
      ...sample,
      runId: run.id,
      runNumber: run.number,
      target: telco.target.target,
      classes: telco.target.classes.map(({ label }) => label),
      dataset: { ...sample.dataset, hash: dataset?.hash ?? '' },
      winner: { trial: 0, family: 'gbdt', parameters: SPACE_SETTING },
      trials,
      comparisons: [],
      curves: [],
      ...change,
    };
    await test.story.reports.save(report, { threadId: thread.place.id, team: 'T1' });
    return { thread, run, plan, hash: dataset?.hash ?? '' };
  }

  async function past(hash: string, wanted: RequirementsChange = {}, channel = 'C1') {
    const dataset = await test.story.datasets.find('T1', hash);
    if (!dataset) throw new Error('no data');
    const { requirements } = sampleMaterial(wanted);
    const decided = changeRequirements(requirements, { columnDecisions: { contract: 'drop' } });
    const place = threadPlace('T1', channel, '1.1');
    return readPast(test.story, { place, dataset, target: telco.target, requirements: decided });
  }

  it('begins with the best settings that nobody would try anyway, of the same columns', async () => {
    const { run, hash } = await endedRun();
    const { past: found } = await past(hash);
    expect(found.best.get('gbdt')?.[0]).toEqual({
      parameters: SPACE_SETTING,
      origin: 'earlier',
      run: run.number,
      trial: 0,
    });
    expect(found.best.has('linear')).toBe(false);
    const plan = proposePlan(sampleMaterial({}, { past: found }));
    expect(plan.candidates.find(({ family }) => family === 'gbdt')?.starts?.[0]?.run).toBe(run.number);
    expect(plan.reasons.find(({ choice }) => choice === 'Start')?.value).toContain(`run ${run.number}`);
    expect((await past(hash, { startsFrom: 'nothing' })).past.best.size).toBe(0);
  });

  it('takes nothing from a run with another target', async () => {
    const { hash, run } = await endedRun({ target: 'tenure' });
    const { past: found } = await past(hash);
    const runs = [...found.best.values()].flat().map((start) => start.run);
    expect(runs).not.toContain(run.number);
    await expect(past(hash, { startsFrom: run.number })).rejects.toMatchObject({
      code: 'IMPROVE_OTHER_DATA',
    });
  });

  it('counts the looks at the same held-out rows, and not at those of another seed', async () => {
    const { run, hash } = await endedRun();
    expect((await past(hash)).past.looks).toEqual([run.number]);
    expect((await past(hash, { seed: 99 })).past.looks).toEqual([]);
  });

  it('goes on from a run with its folds and scores', async () => {
    const { run, plan, hash } = await endedRun();
    const { past: found } = await past(hash, { startsFrom: run.number });
    expect(found.direction).toMatchObject({ run: run.number, division: { folds: plan.experiment.folds } });
    expect(found.direction?.directions.get('gbdt')?.earlier.trials).toEqual([
      { parameters: SPACE_SETTING, score: 0.9 },
    ]);
    expect(found.looks).toEqual([run.number]);
  });

  it('goes on from no run of another channel, and from none that does not exist', async () => {
    const { run, hash } = await endedRun();
    const unknown = { code: 'IMPROVE_UNKNOWN' };
    await expect(past(hash, { startsFrom: run.number }, 'C2')).rejects.toMatchObject(unknown);
    await expect(past(hash, { startsFrom: 99_999 })).rejects.toMatchObject(unknown);
  });

  it('is asked for in words: a named run, or the newest', async () => {
    const { thread, run } = await endedRun();
    expect(spoken(await thread.say('improve it'))).toContain(`Going on from run ${run.number}.`);
    expect((await thread.state()).requirements.startsFrom).toBe(run.number);
    expect(thread.jobs('propose')).toHaveLength(1);
    const other = await endedRun();
    expect(
      spoken(await other.thread.say(`Please improve run #${run.number} with a budget of 5 minutes`)),
    ).toContain(`Going on from run ${run.number}.`);
    expect((await other.thread.state()).requirements).toMatchObject({
      startsFrom: run.number,
      budgetSeconds: 300,
    });
  });
});
