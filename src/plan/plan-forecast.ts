/** The part of a plan that only forecasts have: which series, how far ahead, from which columns. */
import { ModelwrightError } from '../errors/errors.ts';
import { type Forecast, MOST_STEPS, type Step } from '../ml/forecast.ts';
import { valuesNeeded } from '../ml/forecasting/forecast-rows.ts';
import { dayText } from '../ml/forecasting/read-series.ts';
import { MS_PER_DAY, MS_PER_HOUR, nameSteps, stepMs } from '../ml/forecasting/time-grid.ts';
import type { Profile, SeriesProfile, TargetProfile } from '../profile/profile.ts';
import type { Horizon, Requirements } from '../requirements/requirements.ts';
import type { Plan } from './plan.ts';

/** Seasons that are forecast where nobody said how far: a fortnight of days, a year of months. */
const USUAL_SEASONS: readonly { shortest: number; seasons: number }[] = [
  { shortest: 12, seasons: 1 },
  { shortest: 1, seasons: 2 },
];
const STEPS_WITHOUT_SEASON = 10;
/** A season may be long: nobody wants a year of weeks who did not ask for it. */
const MOST_UNASKED = 48;

/** @throws SERIES_UNKNOWN where the target cannot be forecast, HORIZON_TOO_LONG, SERIES_TOO_SHORT */
export function plannedForecast(
  profile: Profile,
  target: TargetProfile,
  { forecast, columnDecisions }: Requirements,
): Forecast {
  const { time, series, step, season, length } = chosenSeries(target, forecast);
  const own = new Set([time, series, target.target]);
  const known = profile.columns
    .map(({ name }) => name)
    .filter(
      (name) => !own.has(name) && Object.hasOwn(columnDecisions, name) && columnDecisions[name] === 'known',
    );
  const horizon = forecast?.horizon ? stepsOf(forecast.horizon, step) : usualHorizon(season);
  if (horizon > MOST_STEPS)
    throw new ModelwrightError('HORIZON_TOO_LONG', { steps: horizon, most: MOST_STEPS });
  const planned = { time, series, step, season, horizon, known };
  const needed = valuesNeeded(planned);
  if (length < needed) {
    const details = { values: length, needed, horizon: nameSteps(step, horizon) };
    throw new ModelwrightError('SERIES_TOO_SHORT', details);
  }
  return planned;
}

function usualHorizon(season: number): number {
  const { seasons } = USUAL_SEASONS.find(({ shortest }) => season >= shortest) ?? { seasons: 1 };
  return season === 1 ? STEPS_WITHOUT_SEASON : Math.min(MOST_UNASKED, season * seasons);
}

function chosenSeries(
  { target, series: detected }: TargetProfile,
  wanted: Requirements['forecast'],
): SeriesProfile {
  const fits = (detected?.found ?? []).filter(
    (one) => (!wanted?.time || one.time === wanted.time) && (!wanted?.series || one.series === wanted.series),
  );
  const [first] = fits;
  if (first) return first;
  const detail =
    detected?.problem ??
    (wanted?.series
      ? `${wanted.series} does not name series with one row for each time`
      : `${wanted?.time ?? 'the column'} does not order the rows in equal steps`);
  throw new ModelwrightError('SERIES_UNKNOWN', { target, detail });
}

const UNIT_MS = { hour: MS_PER_HOUR, day: MS_PER_DAY, week: 7 * MS_PER_DAY } as const;
const MS_PER_MONTH = stepMs({ unit: 'month', size: 1 });
const UNIT_MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** At least one step, and as many as the time needs. */
export function stepsOf({ count, unit }: Horizon, step: Step): number {
  if (unit === 'step') return count;
  const months =
    unit in UNIT_MONTHS
      ? count * UNIT_MONTHS[unit as keyof typeof UNIT_MONTHS]
      : (count * UNIT_MS[unit as keyof typeof UNIT_MS]) / MS_PER_MONTH;
  if (step.unit === 'month') return Math.max(1, Math.round(months / step.size));
  const ms = unit in UNIT_MS ? count * UNIT_MS[unit as keyof typeof UNIT_MS] : months * MS_PER_MONTH;
  return Math.max(1, Math.round(ms / step.size));
}

/** Columns that no model sees, because nobody knows them when a forecast is made. */
export function columnsNotKnown(profile: Profile, target: string, forecast: Forecast): Plan['dropped'] {
  const { time, series, step, known } = forecast;
  const used = new Set([target, time, series, ...known]);
  const reason = `Nobody has said that its values are known ${nameSteps(step, forecast.horizon)} ahead.`;
  return profile.columns.filter(({ name }) => !used.has(name)).map(({ name }) => ({ column: name, reason }));
}

/** What is forecast, and how it is judged. */
export function forecastReasons(
  { horizon, step, time, series, season, known }: Forecast,
  { series: detected }: TargetProfile,
  holdoutFraction: number,
): Plan['reasons'] {
  const facts = detected?.found.find((one) => one.time === time && one.series === series);
  const ahead = nameSteps(step, horizon);
  const many = facts && facts.nSeries > 1 ? ` of ${facts.nSeries} series by ${series}` : '';
  const history = facts
    ? `The longest series has ${nameSteps(step, facts.length)} up to ${dayText(facts.lastMs)}, ` +
      `${facts.gaps === 0 ? 'without a gap' : `${facts.gaps} without a value in all, which are left open`}.`
    : '';
  return [
    { choice: 'Forecast', value: `${ahead} ahead${many}, along ${time}`, reason: history },
    {
      choice: 'Season',
      value: season === 1 ? 'none' : nameSteps(step, season),
      reason:
        season === 1
          ? 'No pattern returns clearly enough; the baseline repeats the last value.'
          : 'The pattern that returns most clearly; the baseline repeats the last season.',
    },
    {
      choice: 'Split',
      value: 'rolling origins',
      reason:
        `Every forecast is made from values up to its origin alone. Training ends ${ahead} before the first origin that is ` +
        `judged, and the newest ${Math.round(holdoutFraction * 100)}% of the origins are held out and looked at once.`,
    },
    {
      choice: 'Columns',
      value:
        known.length > 0 ? `the past, the calendar and ${known.join(', ')}` : 'the past and the calendar',
      reason:
        'A column helps only if its values are known when the forecast is made. Say which ones are ("promotion is known ahead") and they are used.',
    },
  ];
}
