import { describe, expect, it } from 'vitest';
import { ModelwrightError } from '../../src/errors/errors.ts';
import { familiesFor } from '../../src/plan/families-for.ts';
import { Plan } from '../../src/plan/plan.ts';
import { stepsOf } from '../../src/plan/plan-forecast.ts';
import { plannedExperiment } from '../../src/plan/planned-experiment.ts';
import { proposePlan } from '../../src/plan/propose.ts';
import type { SeriesProfile } from '../../src/profile/profile.ts';
import { openQuestions } from '../../src/requirements/questions.ts';
import {
  changeRequirements,
  NO_REQUIREMENTS,
  type RequirementsChange,
} from '../../src/requirements/requirements.ts';
import { column, profileOf, targetOf } from './sample-inputs.ts';
import { sampleMaterial } from './sample-plan.ts';

const DAY = 86_400_000;
const DAILY = { unit: 'millisecond', size: DAY } as const;
const days: SeriesProfile = {
  time: 'day',
  series: null,
  step: DAILY,
  season: 7,
  nSeries: 1,
  length: 700,
  gaps: 3,
  lastMs: Date.UTC(2024, 0, 31),
};
const profile = profileOf([], {
  columns: [
    column('day', { type: 'datetime' }),
    column('sales', { type: 'numeric' }),
    column('promotion'),
    column('weather', { type: 'numeric' }),
  ],
});
const seriesTarget = (change: Partial<SeriesProfile> = {}) =>
  targetOf('sales', 'regression', {
    series: { found: [{ ...days, ...change }], problem: null },
    suspects: [{ column: 'weather', kind: 'predicts-alone', evidence: 'It knows all.', suggestion: 'drop' }],
  });
const FORECAST = { horizon: { count: 14, unit: 'day' }, time: null, series: null, insists: true } as const;
const wanting = (change: RequirementsChange = {}) =>
  changeRequirements(NO_REQUIREMENTS, {
    goal: 'forecast sales',
    target: 'sales',
    forecast: FORECAST,
    ...change,
  });

const errorOf = (make: () => unknown) => {
  try {
    make();
  } catch (error) {
    return error instanceof ModelwrightError ? error : null;
  }
  return null;
};

describe('a planned forecast', () => {
  it('is ranked by MASE over rolling origins, with every feature known at its origin', () => {
    const experiment = plannedExperiment(profile, seriesTarget(), wanting());
    expect(experiment).toMatchObject({
      metric: 'mase',
      split: { kind: 'time', column: 'day' },
      task: 'regression',
    });
    expect(experiment.forecast).toMatchObject({ horizon: 14, season: 7, known: [] });
    expect(experiment.features).not.toContain('weather');
    expect(experiment.features).toEqual(expect.arrayContaining(['steps ahead', 'seasonal naive', 'weekday']));
  });

  it('uses a column that is said to be known, and says why others are not used', () => {
    const requirements = wanting({ columnDecisions: { promotion: 'known', weather: 'keep' } });
    const plan = proposePlan(sampleMaterial({}, { profile, target: seriesTarget(), requirements }));
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(plan.experiment.features).toContain('promotion');
    expect(plan.dropped).toEqual([
      { column: 'weather', reason: 'Nobody has said that its values are known 14 days ahead.' },
    ]);
    const choices = Object.fromEntries(plan.reasons.map(({ choice, value }) => [choice, value]));
    expect(choices).toMatchObject({
      Forecast: '14 days ahead, along day',
      Season: '7 days',
      Split: 'rolling origins',
    });
  });

  it('tries the seasonal naive forecast and exponential smoothing beside the usual families', () => {
    const requirements = wanting();
    const experiment = plannedExperiment(profile, seriesTarget(), requirements);
    expect(familiesFor(experiment, profile, requirements).slice(0, 2)).toEqual(['seasonal_naive', 'ets']);
    expect(familiesFor(experiment, profile, wanting({ families: ['gbdt'] }))).toEqual([
      'seasonal_naive',
      'ets',
      'gbdt',
    ]);
  });

  it('asks nothing about suspects: no column of the same day is seen', () => {
    const ids = (requirements: ReturnType<typeof wanting>) =>
      openQuestions(requirements, profile, seriesTarget()).map(({ id }) => id);
    expect(ids(wanting())).not.toContain('suspect');
    expect(ids(wanting({ forecast: null }))).toContain('suspect');
  });

  it.each([
    [7, 14],
    [12, 12],
    [24, 24],
    [52, 48],
    [1, 10],
    [4, 8],
  ])('with a season of %i reaches %i steps where nobody said how far', (season, horizon) => {
    const requirements = wanting({ forecast: { ...FORECAST, horizon: null } });
    const { forecast } = plannedExperiment(profile, seriesTarget({ season }), requirements);
    expect(forecast?.horizon).toBe(horizon);
  });

  it('stays an ordinary prediction where the data holds no series, unless a person insists', () => {
    const target = targetOf('sales', 'regression', {
      series: { found: [], problem: 'no column holds dates' },
    });
    const maybe = wanting({ forecast: { ...FORECAST, insists: false } });
    expect(plannedExperiment(profile, target, maybe).forecast).toBeUndefined();
    const error = errorOf(() => plannedExperiment(profile, target, wanting()));
    expect(error?.code).toBe('SERIES_UNKNOWN');
    expect(error?.person).toContain('no column holds dates');
  });

  it('refuses a column that does not name series, and a horizon beyond reach', () => {
    const named = wanting({ forecast: { ...FORECAST, series: 'weather' } });
    expect(errorOf(() => plannedExperiment(profile, seriesTarget(), named))?.person).toContain('weather');
    const far = wanting({ forecast: { ...FORECAST, horizon: { count: 3, unit: 'year' } } });
    expect(errorOf(() => plannedExperiment(profile, seriesTarget(), far))?.code).toBe('HORIZON_TOO_LONG');
  });
});

describe('a horizon in steps', () => {
  const HOURLY = { unit: 'millisecond', size: DAY / 24 } as const;
  const MONTHLY = { unit: 'month', size: 1 } as const;
  it.each([
    [{ count: 14, unit: 'day' }, DAILY, 14],
    [{ count: 2, unit: 'week' }, DAILY, 14],
    [{ count: 1, unit: 'month' }, DAILY, 30],
    [{ count: 2, unit: 'day' }, HOURLY, 48],
    [{ count: 1, unit: 'year' }, MONTHLY, 12],
    [{ count: 90, unit: 'day' }, MONTHLY, 3],
    [{ count: 1, unit: 'day' }, MONTHLY, 1],
    [{ count: 5, unit: 'step' }, MONTHLY, 5],
  ] as const)('%j in steps of %j is %i', (horizon, step, steps) => {
    expect(stepsOf(horizon, step)).toBe(steps);
  });
});
