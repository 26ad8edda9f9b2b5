/** Answers what a training thread asks whose fit has parts (ask-for-shards.ts). */
import type { SerialisedEstimator, ShardWorkers } from '../src/ml/estimator.ts';
import type { ShardAnswer, ShardQuestion, ShardResult } from '../src/ml/search/engine-task.ts';

/** Who may compute parts, as a process knows them. It never fails: what goes wrong leaves parts to the fit's own thread. */
export interface ShardHands extends Omit<ShardWorkers, 'next'> {
  next(): Promise<{ readonly shard: number; readonly result: ShardResult | null }>;
}

export async function answerShards(
  hands: ShardHands,
  { id, question }: { readonly id: number; readonly question: ShardQuestion },
  answer: (value: unknown) => void,
): Promise<void> {
  switch (question.kind) {
    case 'open':
      await hands.open(question.parts);
      return answer({ id } satisfies ShardAnswer);
    case 'offer':
      await hands.offer(question.round);
      return answer({ id } satisfies ShardAnswer);
    case 'next':
      return answer({ id, next: await hands.next() } satisfies ShardAnswer);
    case 'close':
      await hands.close();
      return answer({ id } satisfies ShardAnswer);
  }
}

/** What computes one part in a thread of this process. Null when it was stopped. */
export type ComputeShard = (
  part: {
    readonly key: string;
    readonly rows: SerialisedEstimator;
    readonly round: SerialisedEstimator;
    readonly shard: number;
  },
  options: { readonly signal: AbortSignal; readonly limitMs?: number },
) => Promise<ShardResult | null>;
