/** What `train --json` prints: one object. */
import type { Scores } from '../ml/judgement.ts';
import type { Trained } from './session.ts';

export interface ResultObject {
  readonly task: string;
  readonly target: string;
  readonly metric: string;
  readonly holdout: Scores;
  readonly baseline: Scores;
  readonly model: { readonly family: string; readonly parameters: Readonly<Record<string, unknown>> };
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
    model: { family, parameters },
    trials: report.resources.trialsFinished,
    seconds: report.resources.wallSeconds,
    peakMemoryMb: report.resources.peakMemoryMb,
    modelDir,
    planFile,
  };
}
