/** Minutes into work: how many trials of each family fit the approved wall clock on this data. */
import { type Calibration, type FamilyCost, usualMembers } from '../ml/tuning/calibration.ts';
import { type Family, NETWORKS } from '../ml/tuning/trial.ts';

/** Share of the wall clock that is planned; the rest is headroom for a busy machine and for settings that cost more
 *  than the defaults. What does not fit after all is cut by the clock, which keeps the time for the finish. */
export const PLANNED_SHARE = 0.9;
/** Drawn settings are on average this much dearer than the defaults that the calibration measured. */
export const DRAWN_COST = 1.3;
/** Starting threads, loading data, writing results. */
const OVERHEAD_SECONDS = 1.5;
/** Drawn settings may cost more to train again than the plan knows, and a cut run still has to be judged. */
const RESERVE = 1.25;

/** What a run keeps of its budget for the finish: when no more is left, the clock ends its trials. */
export function reservedSeconds({ finishSeconds }: { readonly finishSeconds: number }): number {
  return RESERVE * finishSeconds + 1;
}

/** What it keeps of its CPU seconds, where they are limited. */
export function reservedCpuSeconds(finishCpuSeconds: number): number {
  return RESERVE * finishCpuSeconds;
}

/** How the time left after one trial of each family is shared, and where more of a family stops paying. */
const SHARES: Readonly<Record<Family, { weight: number; most: number }>> = {
  baseline: { weight: 0, most: 1 },
  linear: { weight: 0.12, most: 8 },
  gbdt: { weight: 0.4, most: 40 },
  ordered: { weight: 0.25, most: 16 },
  extra_trees: { weight: 0.1, most: 4 },
  random_forest: { weight: 0.05, most: 4 },
  mlp: { weight: 0.2, most: 12 },
  realmlp: { weight: 0.2, most: 12 },
  tabm: { weight: 0.15, most: 8 },
  neighbours: { weight: 0.03, most: 4 },
  naive_bayes: { weight: 0.03, most: 6 },
  seasonal_naive: { weight: 0, most: 1 },
  ets: { weight: 0, most: 1 },
  cnn: { weight: 0.5, most: 12 },
  resnet: { weight: 0.3, most: 8 },
  backbone: { weight: 0.3, most: 8 },
  backbone_tuned: { weight: 0.3, most: 8 },
  tcn: { weight: 0.2, most: 8 },
};

/** The family that gets the largest share of the time: on most tables the one that wins. */
export function strongestOf(families: readonly Family[]): Family | undefined {
  return [...families].sort((a, b) => SHARES[b].weight - SHARES[a].weight)[0];
}

export interface Allocation {
  readonly trials: ReadonlyMap<Family, number>;
  readonly folds: number;
  readonly repeats: number;
  /** Outer folds of the nested cross-validation; 0 for none. */
  readonly nested: number;
  readonly nestedSeconds: number;
  /** Share of the usual training steps (trees, epochs) that each fit gets; 1 unless boosted trees fit no other way. */
  readonly stepShare: number;
  /** Wall seconds expected for the whole run: trials, refits, judging. At most `PLANNED_SHARE` of the budget. */
  readonly seconds: number;
  /** The part of it after the trials. */
  readonly finishSeconds: number;
  /** CPU seconds of all threads together, and the part of them after the trials. */
  readonly cpuSeconds: number;
  readonly finishCpuSeconds: number;
  readonly leftOut: readonly LeftOut[];
}

/** Of all families together. */
export function trialCount({ trials }: Pick<Allocation, 'trials'>): number {
  let count = 0;
  for (const ofFamily of trials.values()) count += ofFamily;
  return count;
}

/** A family without a trial: one would not fit the time or the memory, or a person allows fewer trials than there are
 *  families. */
export interface LeftOut {
  readonly family: Family;
  readonly secondsPerTrial: number;
  readonly why: 'time' | 'limit' | 'memory';
}

/** Families whose fits are a number of steps that can be cut; each step costs about the same. */
const STEPPED: ReadonlySet<Family> = new Set([
  'gbdt',
  'ordered',
  'extra_trees',
  'random_forest',
  ...NETWORKS,
]);

/** What is given up when the time is short, least first: folds cost nothing but a rougher comparison of the trials,
 *  fewer and larger steps a little of the score. */
const SAVINGS = [
  { mostFolds: Number.POSITIVE_INFINITY, stepShare: 1 },
  { mostFolds: 3, stepShare: 1 },
  { mostFolds: 2, stepShare: 1 },
  { mostFolds: 2, stepShare: 0.5 },
  { mostFolds: 2, stepShare: 0.25 },
  { mostFolds: 2, stepShare: 0.1 },
] as const;

/** @property folds    outer ones.
 *  @property inner    folds within each of them.
 *  @property rowShare rows that an outer fold trains on, as a share of the training rows of the run. */
export interface Nested {
  readonly folds: number;
  readonly inner: number;
  readonly rowShare: number;
}

export interface Wish {
  readonly budgetSeconds: number;
  readonly threads: number;
  /** Folds the calibration was measured with, and the most that a plan uses. */
  readonly folds: number;
  /** How often the calibration drew them, and the most that a plan does; once unless given. */
  readonly repeats?: number;
  /** A nested cross-validation that judges the choice; none unless given. */
  readonly nested?: Nested;
  /** Whether a person wants the repeats, and the nested cross-validation: then neither is given up for the time. */
  readonly keepsRepeats?: boolean;
  readonly keepsNested?: boolean;
  readonly families: readonly Family[];
  /** CPU seconds that all threads together may take; no limit without it. */
  readonly cpuSeconds?: number;
  /** What trials may hold side by side, in MB; no limit without it. */
  readonly memoryMb?: number;
  /** Upper limit by a person; null for as many as fit. */
  readonly trials: number | null;
  /** Trials that the run's model may consist of: each is trained again at the end. */
  readonly members: number;
  /** How often: to be judged, and on all rows to be used. */
  readonly refits: 1 | 2;
  /** What comes before the first trial: reading texts. */
  readonly preparationSeconds?: number;
  /** From this trial of a family on, counted from 0, trials may be pruned, and take this share of the time on average. */
  readonly pruned?: { readonly from: number; readonly shareOf: (folds: number) => number };
  /** Whether no folds may be saved: scores are to be compared with those of an earlier run. */
  readonly keepsFolds?: boolean;
  /** Families that more than one trial is planned of before other families get a second one, where they fit. */
  readonly atLeast?: ReadonlyMap<Family, number>;
}

/** @returns null when not even one trial of the cheapest family fits with two folds. */
export function allocate(calibration: Calibration, wish: Wish): Allocation | null {
  const plain = allocateFolds(calibration, least(wish));
  // Drawing folds again and judging the choice once more are given up before too much of what can be tried.
  for (const protocol of protocolsOf(wish)) {
    const allocation = allocateFolds(calibration, { ...wish, ...protocol });
    if (allocation && plain && isWorthIt(allocation, plain)) return allocation;
  }
  return plain;
}

/** Measured with as many repeats as the wish has, so that costs are in proportion. */
type Protocol = { readonly drawn: number; readonly nested?: Nested };

/** What can be done beyond the least, the most first. */
function protocolsOf(wish: Wish): Protocol[] {
  const { repeats = 1, nested, keepsRepeats, keepsNested, keepsFolds: isFixed } = wish;
  const drawn = keepsRepeats || isFixed ? [repeats] : Array.from({ length: repeats }, (_, i) => repeats - i);
  const nestings = nested ? (keepsNested ? [nested] : [nested, undefined]) : [undefined];
  return nestings.flatMap((one) => drawn.map((times) => ({ drawn: times, ...(one && { nested: one }) })));
}

function least(wish: Wish): Wish & Protocol {
  const { nested, ...rest } = wish;
  return { ...rest, ...(protocolsOf(wish).at(-1) as Protocol) };
}

/** Whether scores that can be trusted cost no more than some of the families: not boosted trees, nor half of all, nor folds or
 *  steps. */
function isWorthIt(ours: Allocation, plain: Allocation): boolean {
  return (
    (ours.trials.has('gbdt') || !plain.trials.has('gbdt')) &&
    2 * ours.trials.size >= plain.trials.size &&
    ours.folds >= plain.folds &&
    ours.stepShare >= plain.stepShare
  );
}

function allocateFolds(calibration: Calibration, wish: Wish & Protocol): Allocation | null {
  let fewestChanges: Allocation | null = null;
  for (const { mostFolds, stepShare } of SAVINGS) {
    const folds = wish.keepsFolds ? wish.folds : Math.min(mostFolds, wish.folds);
    const allocation = allocateWith(calibration, wish, folds, stepShare);
    // Savings are made only when otherwise boosted trees, the strongest family on most tables, would drop out.
    const isComplete = allocation?.leftOut.every(({ family, why }) => family !== 'gbdt' || why !== 'time');
    if (isComplete) return allocation;
    fewestChanges ??= allocation;
  }
  return fewestChanges;
}

type LeastWish = Omit<Wish, 'budgetSeconds' | 'trials' | 'cpuSeconds' | 'pruned' | 'atLeast'>;

/** The smallest whole number of seconds with which `allocate` finds a plan. */
export function leastBudgetSeconds(calibration: Calibration, wish: LeastWish): number {
  return leastOf(calibration, wish, budgetFor);
}

/** The least CPU seconds that a person has to allow, as `leastBudgetSeconds`. */
export function leastCpuSeconds(calibration: Calibration, wish: LeastWish): number {
  return leastOf(calibration, wish, cpuFor);
}

/** Of the cheapest trial that has room, with everything saved that can be. */
function leastOf(calibration: Calibration, wish: LeastWish, needed: typeof budgetFor): number {
  const measured = least({ budgetSeconds: 0, trials: null, ...wish });
  const folds = wish.keepsFolds ? wish.folds : 2;
  const stepShare = Math.min(...SAVINGS.map((saving) => saving.stepShare));
  const needs = costsWith(calibration, measured, folds, stepShare)
    .filter((cost) => hasRoom(cost, wish))
    .map((cost) =>
      needed([{ cost, seconds: cost.secondsPerTrial }], { ...measured, folds }, calibration.judgingSeconds),
    );
  return Math.ceil(Math.min(...needs) + 1e-6);
}

/** What a trial needs was measured on the family's default setting. */
export const MEMORY_MARGIN = 1.25;

function hasRoom({ memoryMb }: FamilyCost, wish: Pick<Wish, 'memoryMb'>): boolean {
  return wish.memoryMb === undefined || MEMORY_MARGIN * memoryMb <= wish.memoryMb;
}

interface PlannedTrial {
  readonly cost: FamilyCost;
  readonly seconds: number;
}

function allocateWith(
  calibration: Calibration,
  wanted: Wish & Protocol,
  folds: number,
  stepShare: number,
): Allocation | null {
  const wish = { ...wanted, folds };
  const { budgetSeconds, drawn, nested } = wish;
  const measured = costsWith(calibration, wanted, folds, stepShare);
  const costs = measured.filter((cost) => hasRoom(cost, wish));
  const mostCpu = wish.cpuSeconds ?? Number.POSITIVE_INFINITY;
  const fits = (trials: readonly PlannedTrial[]) =>
    budgetFor(trials, wish, calibration.judgingSeconds) <= budgetSeconds &&
    cpuFor(trials, wish, calibration.judgingSeconds) <= mostCpu;

  // One trial of each family, cheapest first, so that a dear one cannot push out the others.
  const leftOut: LeftOut[] = measured
    .filter((cost) => !costs.includes(cost))
    .map(({ family, secondsPerTrial }) => ({ family, secondsPerTrial, why: 'memory' }));
  let planned: PlannedTrial[] = [];
  for (const cost of [...costs].sort((a, b) => a.secondsPerTrial - b.secondsPerTrial)) {
    const more = [...planned, { cost, seconds: cost.secondsPerTrial }];
    if (fits(more)) planned = more;
    else leftOut.push({ family: cost.family, secondsPerTrial: cost.secondsPerTrial, why: 'time' });
  }
  if (planned.length === 0) return null;

  const limit = wish.trials ?? Number.POSITIVE_INFINITY;
  if (planned.length > limit) {
    const strongestFirst = [...planned].sort((a, b) => weightOf(b.cost) - weightOf(a.cost));
    planned = strongestFirst.slice(0, limit);
    for (const { cost } of strongestFirst.slice(limit)) {
      leftOut.push({ family: cost.family, secondsPerTrial: cost.secondsPerTrial, why: 'limit' });
    }
  }

  // Then those that a family needs several of, and one more at a time to the family that is furthest behind its share of the time.
  const chosen = planned.map((trial) => trial.cost);
  for (const cost of chosen) {
    const wanted = wish.atLeast?.get(cost.family) ?? 1;
    for (let count = 1; count < wanted && planned.length < limit; count++) {
      const more = [...planned, { cost, seconds: cost.secondsPerTrial }];
      if (fits(more)) planned = more;
    }
  }
  const prunedShare = ({ family }: FamilyCost) =>
    wish.pruned && countOf(family, planned) >= wish.pruned.from ? wish.pruned.shareOf(folds * drawn) : 1;
  while (planned.length < limit) {
    const next = chosen
      .filter(({ family }) => countOf(family, planned) < SHARES[family].most)
      .map((cost) => ({ cost, seconds: cost.secondsPerTrial * DRAWN_COST * prunedShare(cost) }))
      .filter((trial) => fits([...planned, trial]))
      .sort((a, b) => behind(a.cost, planned) - behind(b.cost, planned))[0];
    if (!next) break;
    planned = [...planned, next];
  }
  const trials = new Map(chosen.map(({ family }) => [family, countOf(family, planned)]));
  const finish = finishSeconds(planned, wish, calibration.judgingSeconds);
  const seconds = searchSeconds(planned, wish) + finish;
  const finishCpu = finishCpuSeconds(planned, wish, calibration.judgingSeconds);
  return {
    ...{ trials, folds, repeats: drawn, stepShare, seconds, leftOut },
    finishSeconds: finish,
    nested: nested?.folds ?? 0,
    nestedSeconds: sideBySide(nestedFoldSeconds(planned, wish), wish.threads),
    cpuSeconds: searchCpuSeconds(planned, wish) + finishCpu,
    finishCpuSeconds: finishCpu,
  };
}

/** k folds fit k models on (k-1)/k of the rows each, so a trial costs in proportion to k - 1, as often as they are drawn. */
function costsWith(
  calibration: Calibration,
  { families, folds: measuredFolds, repeats = 1, drawn }: Wish & Protocol,
  folds: number,
  stepShare: number,
): FamilyCost[] {
  return [...new Set(families)]
    .map((family) => calibration.costs.find((cost) => cost.family === family))
    .filter((cost) => cost !== undefined)
    .map((cost) => {
      const share = STEPPED.has(cost.family) ? stepShare : 1;
      const fits = (drawn * (folds - 1)) / (repeats * (measuredFolds - 1));
      return {
        ...cost,
        secondsPerTrial: share * cost.secondsPerTrial * fits,
        secondsPerRefit: share * cost.secondsPerRefit,
      };
    });
}

type Finish = Pick<
  Wish & Protocol,
  'threads' | 'members' | 'refits' | 'preparationSeconds' | 'folds' | 'drawn' | 'nested'
>;

/** The smallest budget in which these trials are planned: it has headroom, and the clock cuts none of them. */
function budgetFor(trials: readonly PlannedTrial[], finish: Finish, judgingSeconds: number): number {
  const search = searchSeconds(trials, finish);
  const finishing = finishSeconds(trials, finish, judgingSeconds);
  return Math.max(
    (search + finishing) / PLANNED_SHARE,
    search + reservedSeconds({ finishSeconds: finishing }),
  );
}

/** The least CPU seconds that a plan of these trials needs to be allowed, like `budgetFor`. */
function cpuFor(trials: readonly PlannedTrial[], finish: Finish, judgingSeconds: number): number {
  const search = searchCpuSeconds(trials, finish);
  const finishing = finishCpuSeconds(trials, finish, judgingSeconds);
  return Math.max((search + finishing) / PLANNED_SHARE, search + reservedCpuSeconds(finishing));
}

/** A trial computes on one thread, whatever else goes on. */
function searchCpuSeconds(
  trials: readonly PlannedTrial[],
  { threads, preparationSeconds = 0 }: Pick<Finish, 'threads' | 'preparationSeconds'>,
): number {
  return trials.reduce((sum, { seconds }) => sum + seconds, threads * preparationSeconds);
}

/** What these trials take, until the last one has finished. */
function searchSeconds(
  trials: readonly PlannedTrial[],
  { threads, preparationSeconds = 0 }: Pick<Finish, 'threads' | 'preparationSeconds'>,
): number {
  const searching = sideBySide(
    trials.map((trial) => trial.seconds),
    threads,
  );
  return preparationSeconds + searching + OVERHEAD_SECONDS;
}

/** The refits of a model of the usual number of members, each of the average cost, and the judging. */
function finishSeconds(trials: readonly PlannedTrial[], finish: Finish, judgingSeconds: number): number {
  const { threads } = finish;
  return (
    sideBySide(refitSeconds(trials, finish), threads) +
    judgingSeconds +
    sideBySide(nestedFoldSeconds(trials, finish), threads)
  );
}

function finishCpuSeconds(trials: readonly PlannedTrial[], finish: Finish, judgingSeconds: number): number {
  const tasks = [...refitSeconds(trials, finish), ...nestedFoldSeconds(trials, finish)];
  return tasks.reduce((sum, seconds) => sum + seconds, judgingSeconds);
}

/** Of each refit on one thread. */
function refitSeconds(
  trials: readonly PlannedTrial[],
  { members, refits }: Pick<Finish, 'members' | 'refits'>,
): number[] {
  const costs = trials.map((trial) => trial.cost.secondsPerRefit);
  const dearest = Math.max(...costs);
  const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  const others = Math.min(trials.length, usualMembers(members)) - 1;
  const each = [dearest, ...Array.from({ length: others }, () => mean)];
  return Array.from({ length: refits }, () => each).flat();
}

/** Of each outer fold on one thread: it scores all trials in its inner folds and trains the chosen ones once. */
function nestedFoldSeconds(
  trials: readonly PlannedTrial[],
  { members, folds, drawn, nested }: Finish,
): number[] {
  if (!nested) return [];
  const searching = trials.reduce((sum, { seconds }) => sum + seconds, 0);
  const refitting = trials.reduce((sum, { cost }) => sum + cost.secondsPerRefit, 0) / trials.length;
  const perFold =
    nested.rowShare *
    ((searching * (nested.inner - 1)) / (drawn * (folds - 1)) +
      Math.min(trials.length, usualMembers(members)) * refitting);
  return new Array<number>(nested.folds).fill(perFold);
}

/** What tasks take side by side at most, in whatever order they are started (Graham 1966). One task is never faster
 *  than on one thread, however many there are. */
function sideBySide(seconds: readonly number[], threads: number): number {
  const total = seconds.reduce((sum, one) => sum + one, 0);
  return total / threads + Math.max(0, ...seconds) * (1 - 1 / threads);
}

function behind(cost: FamilyCost, planned: readonly PlannedTrial[]): number {
  const spent = planned.reduce(
    (sum, trial) => sum + (trial.cost.family === cost.family ? trial.seconds : 0),
    0,
  );
  return spent / weightOf(cost);
}

function weightOf({ family }: FamilyCost): number {
  return SHARES[family].weight;
}

function countOf(family: Family, planned: readonly PlannedTrial[]): number {
  return planned.filter((trial) => trial.cost.family === family).length;
}
