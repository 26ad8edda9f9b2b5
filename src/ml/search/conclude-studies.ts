/** What the probes of a run's model say: its stability, what its parts are worth, and its learning curve. All of it on the
 *  rows that the folds were judged on, by models that did not know them: the holdout stays what it is, looked at once. */
import type { Table } from '../data/table.ts';
import type { Experiment } from '../experiment.ts';
import type { Importance } from '../judgement.ts';
import type { Studies } from '../studies.ts';
import { measureAblation, seedNoiseOf } from './ablation.ts';
import { measureLearning } from './learning.ts';
import type { RemovablePart } from './list-components.ts';
import { firstFolds } from './probe-trial.ts';
import type { SplitTable } from './split-table.ts';
import { measureStability } from './stability.ts';
import { type MembersTogether, type Probed, studyMembers } from './studied-model.ts';

export interface StudyMaterial {
  /** The whole model, in all folds. */
  readonly model: MembersTogether;
  /** Its members that were trained again: so many of the heaviest ones, all or one. */
  readonly nMembers: number;
  /** In so many folds. */
  readonly folds: number;
  readonly parts: readonly RemovablePart[];
  readonly probed: readonly Probed[];
  readonly importance: readonly Importance[];
}

export function concludeStudies(
  table: Table,
  experiment: Experiment,
  rows: SplitTable,
  { model, nMembers, folds, parts, probed, importance }: StudyMaterial,
): Pick<Studies, 'stability' | 'ablation' | 'curve'> {
  const whole = studyMembers(experiment, rows, model);
  const together = nMembers === model.members.length ? model : strongest(model);
  const inFolds = {
    ...together,
    predictions: together.predictions.map((ofMember) => ofMember.slice(0, folds)),
  };
  const studied = studyMembers(experiment, firstFolds(rows, folds), inFolds, probed);
  const repeats = [
    ...new Set(probed.flatMap(({ probe }) => (probe.kind === 'repeat' ? [probe.number] : []))),
  ];
  const stability = measureStability(table, whole, studied, repeats, importance);
  return {
    stability,
    ablation: measureAblation(whole, studied, parts, seedNoiseOf(stability)),
    curve: experiment.forecast ? null : measureLearning(studied),
  };
}

function strongest({ members, predictions }: MembersTogether): MembersTogether {
  const [heaviest] = members;
  if (!heaviest) throw new RangeError('a model needs at least one member');
  return { members: [{ ...heaviest, weight: 1 }], stacker: null, predictions: predictions.slice(0, 1) };
}
