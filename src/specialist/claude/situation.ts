/** Where the thread stands, for the model: what the rules would look at, as values. */
import { METRICS } from '../../ml/metrics/registry.ts';
import { familyLabel, formatNumber, formatSeconds } from '../../report/format.ts';
import { summarise } from '../../report/summary.ts';
import { openQuestions } from '../../requirements/questions.ts';
import { hasEnded } from '../../run/run.ts';
import type { Turn } from '../../thread/specialist.ts';

/** JSON. Names from outside stand in it as values, never as words of ours. */
export function situationOf(turn: Turn): string {
  const { state, data, plan, run, report, arriving, earlierReports } = turn;
  return JSON.stringify({
    data: data
      ? {
          file: data.dataset.name,
          rows: data.dataset.profile.rows,
          columns: data.dataset.profile.columns.length,
          target: data.target?.target ?? null,
          task: data.target?.task ?? null,
        }
      : null,
    arrivingWithThisMessage: arriving,
    beingRead: state.reading?.name ?? null,
    requirements: Object.fromEntries(
      Object.entries(state.requirements).filter(([, value]) => value !== null && value !== ''),
    ),
    openQuestions: data
      ? openQuestions(state.requirements, data.dataset.profile, data.target).map((question) =>
          question.id === 'suspect'
            ? { id: question.id, column: question.suspect.column, evidence: question.suspect.evidence }
            : question.id,
        )
      : [],
    planIsBeingMade: state.proposing,
    plan: plan
      ? {
          version: plan.version,
          status: plan.status,
          metric: METRICS[plan.plan.experiment.metric].label,
          candidates: plan.plan.candidates.map(({ family, trials }) => ({
            family: familyLabel(family, plan.plan.experiment.task),
            trials,
          })),
          expected: `${formatSeconds(Math.round(plan.plan.estimate.lowSeconds))} to ${formatSeconds(Math.round(plan.plan.estimate.highSeconds))}`,
          hardStop: formatSeconds(plan.plan.budget.seconds),
        }
      : null,
    run: run ? { number: run.number, state: run.state, ended: hasEnded(run), reason: run.reason } : null,
    result: report ? summarise(report).headline : null,
    earlierRuns: earlierReports.map(({ runNumber }) => runNumber),
  });
}

/** The columns as statistics. @param labels whether values of cells may be shown. */
export function columnsOf(
  turn: Turn,
  wanted: readonly string[],
  labels: (column: string) => boolean,
): object[] {
  const { columns = [], rows = 0 } = turn.data?.dataset.profile ?? {};
  return columns
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .map(({ name, type, missing, distinct, range, top, flags }) => ({
      name,
      type,
      missing,
      ...(missing > 0 && { missingShare: missing / rows }),
      distinct,
      ...(range &&
        type !== 'datetime' && {
          min: formatNumber(range.min),
          median: formatNumber(range.median),
          mean: formatNumber(range.mean),
          max: formatNumber(range.max),
          sd: formatNumber(range.sd),
        }),
      ...(range &&
        type === 'datetime' && {
          from: new Date(range.min).toISOString(),
          to: new Date(range.max).toISOString(),
        }),
      ...(top.length > 0 && labels(name) && { mostFrequent: top.slice(0, 8) }),
      ...(flags.length > 0 && { flags }),
    }));
}
