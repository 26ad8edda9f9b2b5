/** What a model is scored by. */
import type { Experiment, MetricName } from '../experiment.ts';
import { FORECAST_METRICS, metricsFor } from '../metrics/registry.ts';

/** The metrics that a report shows for the task, and the ranking metric where it is not among them. */
export function judgedMetrics({ task, metric, forecast }: Experiment): readonly MetricName[] {
  const usual = forecast ? FORECAST_METRICS : metricsFor(task);
  return usual.includes(metric) ? usual : [metric, ...usual];
}
