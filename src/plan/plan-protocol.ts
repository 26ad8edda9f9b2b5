/** The part of a plan that says how scores are measured: how often folds are drawn, what is judged beside the holdout, and how far
 *  judged rows lie from those that were learned from. */
import { ModelwrightError } from '../errors/errors.ts';
import type { Experiment, Split } from '../ml/experiment.ts';
import { stepMs } from '../ml/forecasting/time-grid.ts';
import { GAP_DISTANCE, type Gap, gapName } from '../ml/gap.ts';
import { INNER_FOLDS } from '../ml/search/inner-folds.ts';
import type { Profile, TargetProfile } from '../profile/profile.ts';
import type { Requirements } from '../requirements/requirements.ts';
import type { Allocation, Wish } from './allocate.ts';

/** With fewer rows the luck of one division decides a large part of a score (decision 26). */
const FEW_ROWS = 1000;
const USUAL_REPEATS = 3;
const USUAL_NESTED = 5;

/** Fewer than that the profile calls few: rows with a known outcome. */
function hasFewRows({ rows }: Profile, { missing }: TargetProfile): boolean {
  return rows - missing < FEW_ROWS;
}

/** How often folds are drawn, and by how many outer folds the whole choice is judged.
 *  @param kept of the run that is continued: folds that are not the same cannot be compared. */
export function plannedEvaluation(
  profile: Profile,
  target: TargetProfile,
  split: Split,
  { repeats, nested }: Requirements,
  kept?: Pick<Experiment, 'repeats'>,
): Pick<Experiment, 'repeats' | 'nested'> {
  const few = hasFewRows(profile, target);
  const usual = split.kind === 'time' || !few ? 1 : USUAL_REPEATS;
  const drawn = split.kind === 'time' ? 1 : kept ? (kept.repeats ?? 1) : (repeats ?? usual);
  const outer = nested ?? (few ? USUAL_NESTED : 0);
  return { ...(drawn > 1 && { repeats: drawn }), ...(outer > 1 && { nested: outer }) };
}

/** The split with its gap: the one that a person wants, else the one that the outcome suggests along this column.
 *  @throws GAP_UNFIT where the column has no such unit. */
export function withGap(split: Split, target: TargetProfile, { gap }: Requirements, profile: Profile): Split {
  if (split.kind !== 'time') return split;
  const { gap: _, ...plain } = split;
  const suggested = target.gap?.column === split.column ? target.gap.gap : null;
  const chosen = gap ?? split.gap ?? suggested;
  if (!chosen || chosen.size === 0) return plain;
  const type = profile.columns.find(({ name }) => name === split.column)?.type;
  const fits = chosen.unit === 'row' || (chosen.unit === 'value') === (type === 'numeric');
  if (!fits)
    throw new ModelwrightError('GAP_UNFIT', {
      gap: gapName(chosen),
      column: split.column,
      type: type ?? 'unknown',
    });
  return { ...plain, gap: chosen };
}

/** Of forecasts, whose rows are steps: their horizon is a gap by itself, and this one comes on top.
 *  @throws GAP_UNFIT */
export function forecastGap(
  { gap }: Requirements,
  { step, time }: NonNullable<Experiment['forecast']>,
): Gap | null {
  if (!gap || gap.size === 0) return null;
  if (gap.unit === 'row') return { size: Math.ceil(gap.size), unit: 'row' };
  if (gap.unit === 'value')
    throw new ModelwrightError('GAP_UNFIT', { gap: gapName(gap), column: time, type: 'datetime' });
  return { size: Math.ceil((gap.size * GAP_DISTANCE[gap.unit]) / stepMs(step)), unit: 'row' };
}

/** What `allocate` must reckon with. */
export function protocolWish(
  { folds, repeats = 1, nested, holdoutFraction }: Experiment,
  requirements: Requirements,
  isContinued: boolean,
): Pick<Wish, 'repeats' | 'nested' | 'keepsRepeats' | 'keepsNested'> {
  return {
    repeats,
    keepsRepeats: requirements.repeats !== null || isContinued,
    keepsNested: requirements.nested !== null,
    ...(nested && {
      nested: {
        folds: nested,
        inner: Math.min(INNER_FOLDS, folds),
        rowShare: (1 - 1 / nested) / (1 - holdoutFraction),
      },
    }),
  };
}

/** The experiment with what the time allows of its evaluation. */
export function evaluatedAs(
  { repeats: _, nested: __, ...experiment }: Experiment,
  { folds, repeats, nested }: Pick<Allocation, 'folds' | 'repeats' | 'nested'>,
): Experiment {
  return { ...experiment, folds, ...(repeats > 1 && { repeats }), ...(nested > 0 && { nested }) };
}

/** Why scores are measured in this way.
 *  @param experiment as it is planned. @param wished before anything was given up for the time. */
export function evaluationReasons(
  { split, holdoutFraction, folds, forecast, repeats = 1, nested = 0 }: Experiment,
  wished: Pick<Experiment, 'repeats' | 'nested'>,
  { requirements, target }: { readonly requirements: Requirements; readonly target: TargetProfile },
): { choice: string; value: string; reason: string }[] {
  const times = repeats > 1 ? `, drawn ${repeats} times` : '';
  const few = `With fewer than ${FEW_ROWS.toLocaleString('en-US')} rows`;
  const chosen = (value: number | null, usual: string) => (value === null ? usual : 'Your choice.');
  const why = [
    'Trials are compared by cross-validation; the holdout is opened once, for the model, the best single trial and the baseline.',
    ...(repeats > 1
      ? [
          chosen(
            requirements.repeats,
            `${few} one division into folds is partly luck, so each trial is scored in ${repeats} of them.`,
          ),
        ]
      : []),
    ...((wished.repeats ?? 1) > repeats
      ? [`Drawing them ${wished.repeats} times would not fit the time beside what is tried.`]
      : []),
  ];
  return [
    // Forecasts say it in words of their own.
    ...(forecast
      ? []
      : [
          {
            choice: 'Evaluation',
            value: `${Math.round(holdoutFraction * 100)}% holdout, ${folds} folds${times}`,
            reason: why.join(' '),
          },
        ]),
    ...(nested > 0
      ? [
          {
            choice: 'Nested cross-validation',
            value: `${nested} outer folds`,
            reason: `${chosen(
              requirements.nested,
              `${few} a holdout is too small to be trusted alone.`,
            )} Once the holdout was looked at, the choice among all trials is made anew on each of ${nested} parts of all rows and judged on the rest. The settings themselves are not searched again. Its time is part of the estimate.`,
          },
        ]
      : (wished.nested ?? 0) > 0
        ? [
            {
              choice: 'Nested cross-validation',
              value: 'left out',
              reason:
                'It would judge the whole choice on all rows in place of a small holdout, but does not fit the time beside what is tried. A larger budget brings it back.',
            },
          ]
        : []),
    ...(split.kind === 'time' && split.gap
      ? [
          {
            choice: 'Gap',
            value: gapName(split.gap, forecast !== undefined),
            reason: `${
              requirements.gap || target.gap?.column !== split.column ? 'Your choice.' : target.gap.reason
            } ${
              forecast
                ? 'Training ends so much earlier than the horizon asks for.'
                : 'So much before the judged rows nothing is trained on, in every fold and before the holdout.'
            }`,
          },
        ]
      : []),
  ];
}
