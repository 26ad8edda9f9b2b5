import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineEvent, EngineReply, EngineTask } from '../../src/ml/search/engine-task.ts';
import { evaluateTrial } from '../../src/ml/search/evaluate-trial.ts';
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
      // Those that the event loop has not brought yet.
      for (let rest = receiveMessageOnPort(port1); rest; rest = receiveMessageOnPort(port1)) {
        onEvent?.(rest.message);
      }
      port1.close();
    }),
    stop: () => Atomics.store(new Int32Array(stopFlag), 0, 1),
  };
}

const table = shopTable();
const experiment = shopExperiment('binary');

describe('the training thread', () => {
  it('evaluates a trial to the same numbers as here, telling each fold', async () => {
    const folds: number[] = [];
    const { reply } = start(
      { kind: 'trial', table, experiment, spec: quickSpec('gbdt'), finishedFolds: [] },
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

  it('stops in the middle of a long fit', async () => {
    const spec = quickSpec('gbdt', { parameters: { maxSteps: 100_000, patience: 0, learningRate: 0.001 } });
    let steps = 0;
    const { reply, stop } = start({ kind: 'trial', table, experiment, spec, finishedFolds: [] }, (event) => {
      if (event.kind === 'step' && ++steps === 2) stop();
    });
    const startMs = performance.now();
    expect(await reply).toMatchObject({ state: 'done', result: { state: 'stopped', folds: [] } });
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  it('refits, judges, and predicts with what it returned', async () => {
    const spec = quickSpec('mlp');
    const trial = await evaluateTrial(table, experiment, spec, { clock: countingClock() });
    const { folds } = trial;
    const refitted = await start({ kind: 'refit', table, experiment, spec, folds, rows: 'training' }).reply;
    if (refitted.state !== 'done' || !refitted.result) throw new Error(`the task ${refitted.state}`);
    const { member, curve, bestStep, rows } = refitted.result;
    const alone = { members: [{ trial: 0, weight: 1 }], stacker: null, threshold: null };
    const judged = {
      selection: { ...alone, singleThreshold: null, ensemble: null },
      members: [member],
      single: null,
      families: { 0: 'mlp' as const },
      curve: { curve, bestStep },
      trainingRows: rows,
      shippedRows: rows,
      seconds: 0,
      cpuSeconds: 0,
    };
    const judgement = await start({ kind: 'judge', table, experiment, judged }).reply;
    if (judgement.state !== 'done') throw new Error(`the task ${judgement.state}`);
    expect(judgement.result?.holdout.roc_auc?.value).toBeGreaterThan(0.9);
    const predictor = {
      format: 'modelwright-predictor-2' as const,
      experiment,
      members: [{ ...member, weight: 1 }],
      stacker: null,
      threshold: null,
    };
    const predicted = await start({ kind: 'predict', table, predictor }).reply;
    if (predicted.state !== 'done') throw new Error(`the task ${predicted.state}`);
    expect(predicted.result).toMatchObject({ kind: 'classes', classes: ['no', 'yes'] });
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
