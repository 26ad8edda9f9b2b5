/** The members of a model that are studied, as one: what they say of the rows that their folds were judged on, as they are and
 *  with some of them trained otherwise. */
import type { Calibrator } from '../calibration/calibrator.ts';
import type { Stacker } from '../ensemble/stacking.ts';
import type { Experiment } from '../experiment.ts';
import type { Member } from '../judgement.ts';
import type { Probe } from '../studies.ts';
import { type Opinion, opinionOf, type Question } from './opinion.ts';
import { outOfFold } from './out-of-fold.ts';
import { combine } from './predictor.ts';
import type { SplitTable } from './split-table.ts';

/** What a trial predicted with something changed. */
export interface Probed {
  readonly trial: number;
  readonly probe: Probe;
  /** Of each studied fold; null where it could not be trained so. */
  readonly predictions: readonly Float32Array[] | null;
}

/** @property predictions of each member, by fold. */
export interface MembersTogether {
  readonly members: readonly Member[];
  readonly stacker: Stacker | null;
  /** What is said together goes through it; the heaviest member alone says it plainly. */
  readonly calibrator?: Calibrator | undefined;
  readonly predictions: readonly (readonly Float32Array[])[];
}

export interface StudiedModel {
  readonly question: Question;
  /** Of each member Float64Array (rows × nOutputs), in the order of the folds. */
  readonly predictions: readonly Float64Array[];
  readonly together: MembersTogether;
  readonly opinion: Opinion;
  /** With a probe of some members in place of what they predicted.
   *  @param probeOf null for members that stay as they are. @returns null where a probe is missing. */
  readonly changed: (probeOf: (trial: number) => Probe | null) => Opinion | null;
}

/** @param rows whose folds are those of the predictions. */
export function studyMembers(
  experiment: Experiment,
  rows: SplitTable,
  together: MembersTogether,
  probed: readonly Probed[] = [],
): StudiedModel {
  const { members, stacker, calibrator } = together;
  const { nClasses } = rows.target;
  const join = (trial: number, predictions: readonly Float32Array[]) =>
    Float64Array.from(
      outOfFold(rows, [{ trial, family: 'baseline', predictions }]).predictions[0] as Float32Array,
    );
  const all = outOfFold(rows, []);
  const question: Question = { experiment, rows, all };
  const weights = members.map(({ weight }) => weight);
  const say = (predictions: readonly Float64Array[]) =>
    opinionOf(question, combine(predictions, { weights, stacker, calibrator, nClasses }));
  const predictions = members.map(({ trial }, i) => join(trial, together.predictions[i] ?? []));
  const known = new Map(
    probed.map((one) => [keyOf(one.trial, one.probe), one.predictions && join(one.trial, one.predictions)]),
  );
  return {
    question,
    predictions,
    together,
    opinion: say(predictions),
    changed(probeOf) {
      const others = members.map(({ trial }, i) => {
        const probe = probeOf(trial);
        return probe ? (known.get(keyOf(trial, probe)) ?? null) : (predictions[i] as Float64Array);
      });
      return others.every((other) => other !== null) ? say(others as Float64Array[]) : null;
    },
  };
}

function keyOf(trial: number, probe: Probe): string {
  return `${trial} ${JSON.stringify(probe)}`;
}
