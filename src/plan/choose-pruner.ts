/** Whether trials that are clearly behind end after some of their folds. */
import { FOLD_PRUNERS } from '../ml/tuning/pruners/fold-pruners.ts';
import type { PrunerName } from '../ml/tuning/trial.ts';
import type { Wish } from './allocate.ts';
import type { Candidate } from './plan.ts';
import { FIRST_PRUNED_TURN } from './schedule.ts';

/** What a plan does unless a person says otherwise (decision 21). */
const USUAL: PrunerName = 'race';

/** Of the trials that may be pruned, the share that a plan counts on, as if after one fold: less than was measured for
 *  decision 21, since where settings hardly differ next to none is. */
const PRUNED_SHARE: Readonly<Record<PrunerName, number>> = { none: 0, median: 0.4, race: 0.2 };

/** What `allocate` expects of the pruner. @param wanted by a person; null for "you choose". */
export function expectedPruning(wanted: PrunerName | null): NonNullable<Wish['pruned']> {
  const share = PRUNED_SHARE[wanted ?? USUAL];
  return { from: FIRST_PRUNED_TURN, shareOf: (folds) => 1 - share + share / folds };
}

export function choosePruner(
  wanted: PrunerName | null,
  candidates: readonly Pick<Candidate, 'trials'>[],
): { readonly pruner: PrunerName; readonly reason: string } {
  if (wanted) return { pruner: wanted, reason: `Your choice. ${FOLD_PRUNERS[wanted].why}` };
  if (candidates.every(({ trials }) => trials <= FIRST_PRUNED_TURN)) {
    return {
      pruner: 'none',
      reason: `${FOLD_PRUNERS.none.why} With so few of each family, none could be called behind before the last had begun.`,
    };
  }
  return { pruner: USUAL, reason: FOLD_PRUNERS[USUAL].why };
}
