/** What is wanted of a plan that goes on from a run: what was said since, and for the rest what the run's plan had. */
import type { Split } from '../ml/experiment.ts';
import { defaultMetric } from '../ml/metrics/registry.ts';
import type { TargetProfile } from '../profile/profile.ts';
import type { Requirements } from '../requirements/requirements.ts';
import type { Plan } from './plan.ts';

export function continuedRequirements(
  requirements: Requirements,
  { experiment, budget }: Plan,
  target: TargetProfile,
): Requirements {
  const { forecast, windows, metric, seed, nested = 0, recalibration, costs } = experiment;
  const { gap, split } = withoutGap(experiment.split);
  // What no plan has by itself was somebody's choice.
  const chosenMetric = metric === defaultMetric(experiment.task) || forecast ? null : metric;
  const chosenSplit =
    forecast || JSON.stringify(split) === JSON.stringify(withoutGap(target.split).split) ? null : split;
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
    gap: requirements.gap ?? gap,
    nested: requirements.nested ?? nested,
    seed: requirements.seed ?? seed,
    finish: requirements.finish ?? (experiment.finish === 'single' ? 'single' : null),
    recalibration: requirements.recalibration ?? recalibration ?? null,
    costs: requirements.costs ?? costs ?? null,
    budgetSeconds: requirements.budgetSeconds ?? budget.seconds,
    cpuSeconds: requirements.cpuSeconds ?? budget.cpuSeconds ?? null,
    memoryMb: requirements.memoryMb ?? budget.memoryMb ?? null,
    costLimit: requirements.costLimit ?? budget.cost ?? null,
    forecast: requirements.forecast ?? wantedForecast ?? null,
    windows: requirements.windows ?? (windows ? { id: windows.id, order: windows.order } : null),
    columnDecisions: { ...known, ...requirements.columnDecisions },
  };
}

/** The gap in a form of its own; one of 0 rows where there is none, null where there cannot be one. */
function withoutGap(split: Split): { readonly gap: Requirements['gap']; readonly split: Split } {
  if (split.kind !== 'time') return { gap: null, split };
  const { gap = { size: 0, unit: 'row' as const }, ...plain } = split;
  return { gap, split: plain };
}
