import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineEvent, EngineReply, EngineTask } from '../../src/ml/search/engine-task.ts';
import { evaluateTrial } from '../../src/ml/search/evaluate-trial.ts';
import type { Checkpoint } from '../../src/ml/search/fit-checkpoint.ts';
import { countingClock, quickSpec, shopExperiment, shopTable } from '../ml/search/small-experiment.ts';

const pool = new Piscina({
  filename: new URL('../../jobs/trial-thread.ts', import.meta.url).href,
  execArgv: ['--import', new URL('../../src/queue/load-typescript.mjs', import.meta.url).href],
  maxThreads: 1,
});
afterAll(() => pool.destroy());

function start<Kind extends EngineTask['kind']>(
  task: EngineTask & { kind: Kind },
  onEvent?: (event: EngineEvent) => void,
) {
  const { port1, port2 } = new MessageChannel();
  const stopFlag = new SharedArrayBuffer(4);
  if (onEvent) port1.on('message', onEvent);
  const reply = pool.run({ ...task, events: port2, stopFlag }, { transferList: [port2] }) as Promise<
    EngineReply<Kind>
  >;
  return {
    reply: reply.finally(() => {
      for (let rest = receiveMessageOnPort(port1); rest; rest = receiveMessageOnPort(port1))
        onEvent?.(rest.message);
      port1.close();
    }),
    stop: () => Atomics.store(new Int32Array(stopFlag), 0, 1),
  };
}

const table = shopTable();
const experiment = shopExperiment('binary');
const material = { key: 'shop', table, experiment, memoryMb: null, threads: 1 };

describe('the training thread', () => {
  it('evaluates a trial to the same numbers as here, telling each fold', async () => {
    const folds: number[] = [];
    const { reply } = start(
      { kind: 'trial', ...material, spec: quickSpec('gbdt'), finishedFolds: [], checkpoint: null },
      (event) => event.kind === 'fold' && folds.push(event.fold.fold),
    );
    const there = await reply;
    const here = await evaluateTrial(table, experiment, quickSpec('gbdt'), { clock: countingClock() });
    if (there.state !== 'done') throw new Error(`the task ${there.state}`);
    expect(there.result.score).toBe(here.score);
    expect(there.result.seconds).toBeGreaterThan(0);
    expect(there.result.cpuSeconds).toBeGreaterThanOrEqual(0);
    await expect.poll(() => folds).toEqual([0, 1, 2]);
  });

  it('goes on in the middle of a fold, to the same numbers', async () => {
    const spec = quickSpec('realmlp');
    const states: Checkpoint[] = [];
    let ms = 0;
    const here = await evaluateTrial(table, experiment, spec, {
      clock: { now: () => (ms += 4000), cpuSeconds: () => 0 },
      onCheckpoint: (checkpoint) => states.push(checkpoint),
    });
    const steps: number[] = [];
    const { reply } = start(
      { kind: 'trial', ...material, spec, finishedFolds: [], checkpoint: states[0] },
      (event) => event.kind === 'step' && event.fold === 0 && steps.push(event.point.step),
    );
    const there = await reply;
    if (there.state !== 'done') throw new Error(`the task ${there.state}`);
    expect(there.result.score).toBe(here.score);
    expect(steps[0]).toBeGreaterThan(1);
  });

  it('stops in the middle of a long fit', async () => {
    const spec = quickSpec('gbdt', { parameters: { maxSteps: 100_000, patience: 0, learningRate: 0.001 } });
    let steps = 0;
    const { reply, stop } = start(
      { kind: 'trial', ...material, spec, finishedFolds: [], checkpoint: null },
      (event) => {
        if (event.kind === 'step' && ++steps === 2) stop();
      },
    );
    expect(await reply).toMatchObject({ state: 'done', result: { state: 'stopped', folds: [] } });
  });

  it('selects, refits, judges, and predicts with what it trained', async () => {
    const spec = quickSpec('mlp');
    const predictions: Float32Array[] = [];
    const trial = await evaluateTrial(table, experiment, spec, {
      clock: countingClock(),
      onFold: (_, prediction) => predictions.push(prediction),
    });
    const candidates = [{ trial: 3, family: spec.family, predictions }];
    const selected = await start({ kind: 'select', ...material, candidates }).reply;
    if (selected.state !== 'done') throw new Error(`the task ${selected.state}`);
    const selection = selected.result;
    expect(selection).toMatchObject({ best: 3, members: [{ trial: 3, weight: 1 }], ensemble: null });
    const refit = await start({ kind: 'refit', ...material, spec, folds: trial.folds, which: 'training' })
      .reply;
    if (refit.state !== 'done' || !refit.result) throw new Error(`the task ${refit.state}`);
    const refits = [{ ...refit.result, trial: 3 }];
    const judged = await start({ kind: 'judge', ...material, selection, refits }).reply;
    if (judged.state !== 'done') throw new Error(`the task ${judged.state}`);
    expect(judged.result?.holdout.roc_auc?.value).toBeGreaterThan(0.9);
    const quick = await start({ kind: 'judge', ...material, selection, refits, chapters: false }).reply;
    if (quick.state !== 'done' || !quick.result || !judged.result) throw new Error(`the task ${quick.state}`);
    const { evidence, importance, seconds, cpuSeconds, ...scores } = judged.result;
    expect([evidence, importance.length > 0]).toEqual([expect.any(Object), true]);
    expect(quick.result).toMatchObject(scores);
    expect(quick.result).toMatchObject({ importance: [] });
    expect(quick.result).not.toHaveProperty('evidence');
    const members = [{ ...refit.result.member, weight: 1 }];
    const predictor = {
      format: 'modelwright-predictor-2' as const,
      experiment,
      members,
      stacker: null,
      threshold: null,
    };
    const predicted = await start({ kind: 'predict', table, predictor, sentences: null }).reply;
    if (predicted.state !== 'done') throw new Error(`the task ${predicted.state}`);
    expect(predicted.result).toMatchObject({ kind: 'classes', classes: ['no', 'yes'] });
  });

  it('divides the rows of another experiment anew', async () => {
    const other = { ...material, key: 'other', experiment: { ...experiment, seed: 12 } };
    for (const { key, table: data, experiment: wanted } of [material, other, material]) {
      const spec = quickSpec('linear');
      const { reply } = start({
        kind: 'trial',
        key,
        table: data,
        experiment: wanted,
        memoryMb: null,
        threads: 1,
        spec,
        finishedFolds: [],
        checkpoint: null,
      });
      const there = await reply;
      const here = await evaluateTrial(data, wanted, spec, { clock: countingClock() });
      expect(there).toMatchObject({ state: 'done', result: { score: here.score } });
    }
  });

  it('refuses a trial that needs more memory than there is before it takes any', async () => {
    const { reply } = start({
      kind: 'trial',
      ...material,
      memoryMb: 10,
      spec: quickSpec('gbdt'),
      finishedFolds: [],
      checkpoint: null,
    });
    expect(await reply).toMatchObject({
      state: 'failed',
      code: 'MEMORY_TOO_SMALL',
      details: { available: 10 },
    });
  });

  it('calibrates, and says what computes networks here', async () => {
    const calibrated = await start({ kind: 'calibrate', table, experiment, families: ['linear'] }).reply;
    expect(calibrated).toMatchObject({ state: 'done', result: { costs: [{ family: 'linear' }] } });
    expect(await start({ kind: 'describe' }).reply).toMatchObject({
      state: 'done',
      result: { name: 'wasm' },
    });
  });

  it('hands over a known error by its code', async () => {
    const { reply } = start({ kind: 'calibrate', table: shopTable(2), experiment, families: ['linear'] });
    expect(await reply).toMatchObject({ state: 'failed', code: 'ROWS_TOO_FEW', details: { rows: 2 } });
  });
});
