/** Studies of the run's model: its members are trained again with one thing changed, side by side, within the time that the
 *  plan keeps for it. What was trained is kept until the run has ended, so that a killed run goes on where it was. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Evidence } from '../ml/evidence.ts';
import type { Importance } from '../ml/judgement.ts';
import type { ProbeResult } from '../ml/search/probe-trial.ts';
import type { Selection } from '../ml/search/select-ensemble.ts';
import type { Probed } from '../ml/search/studied-model.ts';
import type { Probe } from '../ml/studies.ts';
import type { TrialResult, TrialSpec } from '../ml/tuning/trial.ts';
import type { Plan } from '../plan/plan.ts';
import { plainProbes, planStudy } from './list-probes.ts';
import type { RunEngine, RunJournal } from './ports.ts';
import { deadline, type RunClock } from './timer.ts';

export interface ModelToStudy {
  readonly runId: string;
  readonly plan: Plan;
  readonly journal: Pick<RunJournal, 'probe' | 'saveProbe'>;
  readonly engine: Pick<RunEngine<unknown, unknown>, 'studies'>;
  readonly selection: Selection;
  readonly specOf: (trial: number) => TrialSpec;
  readonly resultOf: (trial: number) => TrialResult;
  /** What the folds of a member predicted. */
  readonly predictionsOf: (trial: number) => readonly Float32Array[];
  /** Of the columns, known once the model has been judged. */
  readonly importance: Promise<readonly Importance[]>;
  readonly signal: AbortSignal;
  /** Wall seconds that the run still has for training; `Infinity` where nothing limits it. */
  readonly secondsLeft: () => number;
  /** Until it has to be over, whatever it has come to. */
  readonly secondsToTheEnd: () => number;
  readonly after: RunClock['after'];
  /** Whether somebody pressed Stop: they want the end. */
  readonly isStopped: boolean;
}

interface Job {
  readonly spec: TrialSpec;
  readonly probe: Probe;
}

/** Kept for putting the results together. */
const SHARE_FOR_CONCLUDING = 0.15;

/** @throws what journal and engine throw; the signal's reason when it aborts. */
export async function studyModel(model: ModelToStudy): Promise<NonNullable<Evidence['studies']>> {
  const { plan, engine, selection, specOf, resultOf, predictionsOf, signal } = model;
  const { members, stacker } = selection;
  const allSpecs = members.map(({ trial }) => specOf(trial));
  const { size, leastBudgetSeconds } = planStudy(plan, members, allSpecs);
  if (model.isStopped) return { why: 'stopped', leastBudgetSeconds: null };
  if (!size) return { why: 'time', leastBudgetSeconds };
  const specs = allSpecs.slice(0, size.nMembers);
  const folds = Math.min(size.folds, resultOf(selection.best).folds.length);
  const concluding = SHARE_FOR_CONCLUDING * (plan.estimate.studies?.seconds ?? 0);
  const clock = untilTime(model, model.secondsLeft(), concluding);
  const end = untilTime(model, model.secondsToTheEnd());
  try {
    const [first] = resultOf(selection.best).folds;
    const hasCurve = plan.experiment.forecast === undefined;
    const plain = plainProbes(size, first?.rowsTrained ?? 0, hasCurve).flatMap((probe) =>
      specs.map((spec): Job => ({ spec, probe })),
    );
    const probed = await trainSideBySide(model, plain, folds, clock);
    const importance = await model.importance;
    // Forecasts learn from columns that are made of one another: none of them is a part.
    const parts =
      hasCurve && !clock.isOver()
        ? await engine.studies
            .components(specs, importance, size.parts, { signal: clock.signal })
            .catch(noneAfter(clock, signal))
        : [];
    const leftOut = parts.flatMap(({ probes }) =>
      probes.map(({ trial, probe }): Job => ({ spec: specOf(trial), probe })),
    );
    probed.push(...(await trainSideBySide(model, leftOut, folds, clock)));
    const { calibrator } = selection.recalibration ?? {};
    const together = {
      members,
      stacker,
      calibrator: calibrator ?? undefined,
      predictions: members.map(({ trial }) => predictionsOf(trial)),
    };
    const found = await engine.studies.conclude(
      { model: together, nMembers: specs.length, folds, parts, probed, importance },
      { signal: end.signal },
    );
    return {
      metric: plan.experiment.metric,
      members: specs.map(({ number, family }) => ({ trial: number, family })),
      of: members.length,
      folds,
      planned: plain.length + leftOut.length,
      made: probed.length,
      cpuSeconds: probed.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      ...found,
    };
  } catch (error) {
    // Nothing of it is for anything but the report, which says that there was no time.
    if (end.isOver() && !signal.aborted) return { why: 'time', leastBudgetSeconds };
    throw error;
  } finally {
    clock.stop();
    end.stop();
  }
}

interface Time {
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly stop: () => void;
}

/** @param left seconds. @param kept of these, before the end. */
function untilTime({ signal, after }: ModelToStudy, left: number, kept = 0): Time {
  const limit = deadline(after, left - kept);
  return {
    signal: AbortSignal.any([signal, limit.signal]),
    isOver: () => limit.signal.aborted,
    stop: limit.close,
  };
}

/** What was not found in time is nothing; any other failure is one. */
function noneAfter(time: Time, signal: AbortSignal): (error: unknown) => [] {
  return (error) => {
    if (time.isOver() && !signal.aborted) return [];
    throw error;
  };
}

/** In this order, as many at a time as the plan has threads.
 *  @returns those that were made before the time was over. */
async function trainSideBySide(
  { runId, plan, journal, engine, signal }: ModelToStudy,
  jobs: readonly Job[],
  folds: number,
  time: Time,
): Promise<(Probed & { readonly cpuSeconds: number })[]> {
  const made: (Probed & { readonly cpuSeconds: number })[] = [];
  const waiting = [...jobs];
  const train = async ({ spec, probe }: Job): Promise<ProbeResult> => {
    const known = await journal.probe(runId, spec.number, probe);
    if (known && (known.predictions === null || known.predictions.length === folds)) return known;
    const together = Math.min(plan.budget.threads, jobs.length);
    const result = await engine.studies
      .probe(spec, probe, folds, { signal: time.signal, together })
      .catch((error: unknown): ProbeResult => {
        // What is wrong with a training without a part is no fault of the model.
        if (error instanceof ModelwrightError && !error.retryable && !time.signal.aborted)
          return { predictions: null, cpuSeconds: 0 };
        throw error;
      });
    await journal.saveProbe(runId, spec.number, probe, result);
    return result;
  };
  const lane = async () => {
    for (let job = waiting.shift(); job && !time.isOver(); job = waiting.shift()) {
      try {
        made.push({ trial: job.spec.number, probe: job.probe, ...(await train(job)) });
      } catch (error) {
        if (time.isOver() && !signal.aborted) return;
        waiting.length = 0; // nothing of it may compute beside a second attempt
        throw error;
      }
    }
  };
  const lanes = Array.from({ length: Math.max(1, plan.budget.threads) }, lane);
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  // As listed, whichever was ready first: sums of numbers depend on their order in the last bit.
  const place = new Map(jobs.map(({ spec, probe }, i) => [keyOf(spec.number, probe), i]));
  const at = ({ trial, probe }: Probed) => place.get(keyOf(trial, probe)) ?? 0;
  return made.sort((a, b) => at(a) - at(b));
}

function keyOf(trial: number, probe: Probe): string {
  return `${trial} ${JSON.stringify(probe)}`;
}
