/** The training thread's end of the line to its process, which knows who may compute parts of a fit (shard-questions.ts). */
import type { MessagePort } from 'node:worker_threads';
import type { ShardWorkers } from '../src/ml/estimator.ts';
import type { EngineEvent, ShardAnswer, ShardQuestion } from '../src/ml/search/engine-task.ts';

/** @property cpuSeconds of all that was computed elsewhere. */
export interface AskedWorkers extends ShardWorkers {
  readonly cpuSeconds: number;
}

export function askForShards(port: MessagePort): AskedWorkers {
  const waiting = new Map<number, (answer: ShardAnswer) => void>();
  let asked = 0;
  let cpuSeconds = 0;
  const listen = (answer: ShardAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  };
  const ask = (question: ShardQuestion) => {
    if (asked === 0) port.on('message', listen); // most tasks have no questions
    const id = asked++;
    return new Promise<ShardAnswer>((resolve) => {
      waiting.set(id, resolve);
      port.postMessage({ kind: 'shards', id, question } satisfies EngineEvent);
    });
  };
  return {
    get cpuSeconds() {
      return cpuSeconds;
    },
    async open(parts) {
      await ask({ kind: 'open', parts });
    },
    async offer(round) {
      await ask({ kind: 'offer', round });
    },
    async next() {
      const { next } = await ask({ kind: 'next' });
      if (!next) throw new TypeError('the question for the next part was not answered');
      cpuSeconds += next.result?.cpuSeconds ?? 0;
      return { shard: next.shard, outcome: next.result?.outcome ?? null };
    },
    async close() {
      await ask({ kind: 'close' });
    },
  };
}
