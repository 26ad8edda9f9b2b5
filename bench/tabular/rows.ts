/** What the tabular bench measures: the rows of its JSON and of its tables. */

export interface Tabular {
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly node: string;
    /** How many processes wanted to run when the bench began: times of a busy machine are worth less. */
    readonly load: number;
  };
  readonly fit: FitRow[];
  readonly predict: PredictRow[];
  readonly slowDown: SlowDownRow[];
  /** Engines that were not compared, and why. */
  readonly skipped: { readonly engine: string; readonly reason: string }[];
}

interface Who {
  readonly size: string;
  readonly threads: number;
  readonly engine: string;
  readonly version: string;
}

/** @property seconds    median of `allSeconds`.
 *  @property threadsUsed fewer than `threads` where the engine did not take them all.
 *  @property way        which of the library's calls was fastest in the warm-up. */
export interface FitRow extends Who {
  readonly variant: string;
  readonly seconds: number;
  readonly auc: number;
  readonly peakMemoryMb: number;
  readonly allSeconds: readonly number[];
  readonly threadsUsed: number;
  readonly way: string;
}

export interface PredictRow extends Who {
  readonly variant: string;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/** Fits beside two foreign processes that compute without end. */
export interface SlowDownRow extends Who {
  readonly idleSeconds: number;
  readonly busySeconds: number;
  readonly ratio: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
