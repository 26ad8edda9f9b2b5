/** A table on the way that the product takes with it, with one model and without a thread around it. */
import type { Table } from '../../src/ml/data/table.ts';
import type { Evidence } from '../../src/ml/evidence.ts';
import type { Experiment } from '../../src/ml/experiment.ts';
import type { Clock } from '../../src/ml/search/clock.ts';
import { evaluateTrial } from '../../src/ml/search/evaluate-trial.ts';
import { judge } from '../../src/ml/search/judge.ts';
import { refit } from '../../src/ml/search/refit.ts';
import { selectEnsemble } from '../../src/ml/search/select-ensemble.ts';
import { splitTable } from '../../src/ml/search/split-table.ts';
import { PORTFOLIO } from '../../src/ml/tuning/portfolio.ts';
import type { TrialSpec } from '../../src/ml/tuning/trial.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import type { Profile, TargetProfile } from '../../src/profile/profile.ts';
import { profileTable } from '../../src/profile/profile-table.ts';
import { profileTarget } from '../../src/profile/profile-target.ts';
import {
  changeRequirements,
  NO_REQUIREMENTS,
  type RequirementsChange,
} from '../../src/requirements/requirements.ts';
import { TARGET } from './tables.ts';

interface Profiled {
  readonly profile: Profile;
  readonly target: TargetProfile;
  readonly experiment: Experiment;
}

export function profileOf(table: Table, requirements: RequirementsChange = {}): Profiled {
  const profile = profileTable(table);
  const target = profileTarget(table, profile, TARGET);
  const experiment = plannedExperiment(profile, target, changeRequirements(NO_REQUIREMENTS, requirements));
  return { profile, target, experiment };
}

/** Nothing that is measured here depends on time. */
const clock: Clock = { now: () => performance.now(), cpuSeconds: () => process.cpuUsage().user / 1e6 };

/** What a run of one trial keeps for its chapters. */
export async function evidenceOf(table: Table, requirements: RequirementsChange): Promise<Evidence> {
  const { experiment } = profileOf(table, { finish: 'single', ...requirements });
  const rows = splitTable(table, experiment);
  const spec: TrialSpec = {
    number: 0,
    family: 'gbdt',
    parameters: PORTFOLIO.gbdt.defaults[0] ?? {},
    origin: 'default',
    seed: experiment.seed,
  };
  const predictions: Float32Array[] = [];
  const onFold = (_: unknown, prediction: Float32Array) => predictions.push(prediction);
  const trial = await evaluateTrial(table, experiment, spec, { clock, onFold, rows });
  const selection = selectEnsemble(experiment, rows, [{ trial: 0, family: 'gbdt', predictions }]);
  const refitted = await refit(table, experiment, spec, trial.folds, 'training', { clock, rows });
  const judged =
    refitted && (await judge(table, experiment, selection, [{ ...refitted, trial: 0 }], { clock, rows }));
  if (!judged?.evidence) throw new Error('nobody asked to stop');
  return judged.evidence;
}
