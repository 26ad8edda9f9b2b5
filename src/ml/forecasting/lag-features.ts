/** What the past of a series says about a moment to come. Values are told as scales from the level of their origin. */
import type { Forecast } from '../forecast.ts';
import type { FeatureOfMoment, Moment } from './moment.ts';
import type { Past } from './past.ts';
import { MS_PER_DAY, MS_PER_WEEK, timeAt, WEEKS_PER_YEAR } from './time-grid.ts';

const LAST_VALUES = 3;
const SEASONS_BACK = [2, 3, 4] as const;

export function lagFeatures({ season, step }: Forecast): FeatureOfMoment[] {
  const relative = (value: number, { level, scale }: Moment) => (value - level) / scale;
  const group = season > 1 ? season : 4;
  const features: FeatureOfMoment[] = [];
  for (let back = 0; back < LAST_VALUES; back++) {
    features.push({
      name: back === 0 ? 'last value' : `value ${back + 1} back`,
      of: (moment) => relative(moment.past.at(moment.past.origin - back), moment),
    });
  }
  const lastOf = ({ past, to }: Moment) => to - Math.ceil((to - past.origin) / season) * season;
  if (season > 1) {
    for (const seasons of SEASONS_BACK) {
      features.push({
        name: `${seasons} seasons back`,
        of: (moment) => relative(moment.past.at(lastOf(moment) - (seasons - 1) * season), moment),
      });
    }
    features.push({
      name: 'mean of 4 seasons back',
      of: (moment) => relative(moment.past.mean(lastOf(moment), 4, season), moment),
    });
    features.push({
      name: 'mean of 12 seasons back',
      of: (moment) => relative(moment.past.mean(lastOf(moment), 12, season), moment),
    });
  }
  features.push(
    {
      name: 'mean of the last season',
      of: (moment) => relative(moment.past.mean(moment.past.origin, group), moment),
    },
    {
      name: 'mean of the last 8 seasons',
      of: (moment) => relative(moment.past.mean(moment.past.origin, 8 * group), moment),
    },
    {
      name: 'change over the last season',
      of: ({ past, scale }) =>
        (past.mean(past.origin, group) - past.mean(past.origin - group, group)) / scale,
    },
    { name: 'spread of the last 2 seasons', of: ({ past, scale }) => past.spread(2 * group) / scale },
  );
  if (step.unit === 'millisecond' && step.size === MS_PER_DAY) features.push(...yearAgoByDay());
  else if (step.unit === 'millisecond' && step.size === MS_PER_WEEK) features.push(yearAgo(WEEKS_PER_YEAR));
  return features;
}

/** Places of the days after which weekdays return, and nearly a year is over. */
const DAYS_OF_YEAR = 364;

/** Days know three things of the last year: the same weekday then, the weeks around it, and what was unusual about the
 *  same date, which is how holidays show. */
function yearAgoByDay(): FeatureOfMoment[] {
  return [
    {
      name: 'weeks around a year ago',
      of: ({ past, to, level, scale }) => (past.mean(to - DAYS_OF_YEAR + 10, 21) - level) / scale,
    },
    {
      name: 'growth since a year ago',
      of: ({ past, scale, level }) => (level - past.mean(past.origin - DAYS_OF_YEAR, 14)) / scale,
    },
    {
      name: 'same weekday a year ago, against its weeks',
      of: ({ past, to, scale }) => unusual(past, to - DAYS_OF_YEAR) / scale,
    },
    {
      name: 'same date a year ago, against its weeks',
      of: ({ past, to, grid, scale }) => {
        const date = new Date(timeAt(grid, to));
        const before = Date.UTC(date.getUTCFullYear() - 1, date.getUTCMonth(), date.getUTCDate());
        const days = Math.round((Math.floor(date.getTime() / MS_PER_DAY) * MS_PER_DAY - before) / MS_PER_DAY);
        return unusual(past, to - days) / scale;
      },
    },
  ];
}

function yearAgo(steps: number): FeatureOfMoment {
  return {
    name: 'a year ago, against its time',
    of: ({ past, to, scale }) => (past.at(to - steps) - past.mean(to - steps + 2, 5)) / scale,
  };
}

/** The value against the same weekdays of the two weeks around it. */
function unusual(past: Past, place: number): number {
  const around = [past.at(place - 14), past.at(place - 7), past.at(place + 7), past.at(place + 14)].filter(
    (value) => !Number.isNaN(value),
  );
  return past.at(place) - around.reduce((sum, value) => sum + value, 0) / around.length;
}
