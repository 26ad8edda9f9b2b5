/** What is wanted of a plan that goes on from a run: what was said since, and for the rest what the run's plan had. */
import { defaultMetric } from '../ml/metrics/registry.ts';
import type { TargetProfile } from '../profile/profile.ts';
import type { Requirements } from '../requirements/requirements.ts';
import type { Plan } from './plan.ts';

export function continuedRequirements(
  requirements: Requirements,
  { experiment, budget }: Plan,
  target: TargetProfile,
): Requirements {
  const { forecast, windows, metric, split, seed, recalibration, costs } = experiment;
  // What no plan has by itself was somebody's choice.
  const chosenMetric = metric === defaultMetric(experiment.task) || forecast ? null : metric;
  const chosenSplit = forecast || JSON.stringify(split) === JSON.stringify(target.split) ? null : split;
  const wantedForecast = forecast && {
    horizon: { count: forecast.horizon, unit: 'step' as const },
    time: forecast.time,
    series: forecast.series,
    insists: true,
  };
  const known = Object.fromEntries((forecast?.known ?? []).map((column) => [column, 'known' as const]));
  return {
    ...requirements,
    metric: requirements.metric ?? chosenMetric,
    split: requirements.split ?? chosenSplit,
    seed: requirements.seed ?? seed,
    finish: requirements.finish ?? (experiment.finish === 'single' ? 'single' : null),
    recalibration: requirements.recalibration ?? recalibration ?? null,
    costs: requirements.costs ?? costs ?? null,
    budgetSeconds: requirements.budgetSeconds ?? budget.seconds,
    forecast: requirements.forecast ?? wantedForecast ?? null,
    windows: requirements.windows ?? (windows ? { id: windows.id, order: windows.order } : null),
    columnDecisions: { ...known, ...requirements.columnDecisions },
  };
}
