/** The rounds of boosting: step after step, judged by validation rows, until something ends them. */
import type { CurvePoint, FitOptions, SerialisedEstimator } from '../estimator.ts';
import type { Tree } from '../trees/tree.ts';

/** What a fit went through. @property bestStep the step of the best validation loss, without validation the last. */
export interface Rounds {
  readonly curve: readonly CurvePoint[];
  readonly bestStep: number;
}

/** Training rows and the trees grown on them so far. */
interface Booster {
  readonly trees: readonly Tree[];
  /** Grows the trees of one step. What is drawn depends on seed and step alone. */
  step(step: number): { readonly trees: readonly Tree[]; readonly trainLoss: number };
  /** Takes trees of an interrupted fit as if they had just been grown. */
  replay(trees: readonly Tree[]): void;
}

/** Validation rows: adds trees to what is predicted for them and returns their mean loss. */
interface Judge {
  add(trees: readonly Tree[]): number;
}

/** @param earlier what an interrupted fit left. @param save a model of these trees, for checkpoints. */
export function runRounds(
  booster: Booster,
  judge: Judge | undefined,
  { maxSteps, patience }: { readonly maxSteps: number; readonly patience: number },
  { checkpoint, onStep, shouldStop }: FitOptions,
  earlier: (Rounds & { readonly trees: readonly Tree[] }) | undefined,
  save: (trees: readonly Tree[], soFar: Rounds) => SerialisedEstimator,
): Rounds {
  const curve: CurvePoint[] = [...(earlier?.curve ?? [])];
  if (earlier) {
    booster.replay(earlier.trees);
    judge?.add(earlier.trees);
  }
  let bestStep = earlier?.bestStep ?? 0;
  let bestLoss = curve[bestStep - 1]?.validationLoss ?? Number.POSITIVE_INFINITY;
  for (let step = curve.length + 1; step <= maxSteps && !shouldStop?.(); step++) {
    if (patience > 0 && judge && step - 1 - bestStep >= patience) break;
    const { trees, trainLoss } = booster.step(step);
    const validationLoss = judge?.add(trees);
    const point: CurvePoint =
      validationLoss === undefined ? { step, trainLoss } : { step, trainLoss, validationLoss };
    curve.push(point);
    onStep?.(point);
    if (validationLoss === undefined || validationLoss < bestLoss || bestStep === 0) {
      bestStep = step;
      bestLoss = validationLoss ?? bestLoss;
    }
    if (checkpoint?.isDue(step)) {
      checkpoint.save(save(booster.trees, { curve: [...curve], bestStep }));
    }
  }
  return { curve, bestStep };
}
