/** What `train --json` prints: one object. */
import type { EnsembleJudgement, NestedJudgement, Scores } from '../ml/judgement.ts';
import type { Trained } from './session.ts';

export interface ResultObject {
  readonly task: string;
  readonly target: string;
  readonly metric: string;
  readonly holdout: Scores;
  readonly baseline: Scores;
  /** The whole choice judged on parts of all rows; null where the plan has none, or it could not be made. */
  readonly nested: NestedJudgement | null;
  readonly model: { readonly family: string; readonly parameters: Readonly<Record<string, unknown>> };
  /** Several trials as one model, whether or not they were kept; null where there was nothing to combine. */
  readonly ensemble: EnsembleJudgement | null;
  /** What the model was trained on, once it had been judged. */
  readonly trainedRows: number;
  readonly trials: number;
  readonly seconds: number;
  readonly peakMemoryMb: number;
  readonly modelDir: string;
  readonly planFile: string;
}

export function resultObject({ report, modelDir }: Trained, planFile: string): ResultObject {
  const { family, parameters } = report.winner;
  return {
    task: report.task,
    target: report.target,
    metric: report.metric,
    holdout: report.judgement.holdout,
    baseline: report.judgement.baseline,
    nested: report.judgement.nested ?? null,
    model: { family, parameters },
    ensemble: report.judgement.ensemble,
    trainedRows: report.judgement.shippedRows,
    trials: report.resources.trialsFinished,
    seconds: report.resources.wallSeconds,
    peakMemoryMb: report.resources.peakMemoryMb,
    modelDir,
    planFile,
  };
}
