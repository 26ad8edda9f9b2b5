import { describe, expect, it } from 'vitest';
import { MetricName, Task } from '../../../src/ml/experiment.ts';
import { defaultMetric, isBetter, METRICS, metricsFor } from '../../../src/ml/metrics/registry.ts';

describe('METRICS', () => {
  it.each(MetricName.options)('%s has a direction that agrees with its name', (name) => {
    const goesDown = /_loss(_90)?$|_error$|^(rmse|mae|mape|smape|mase|brier_score)$/.test(name);
    expect(METRICS[name].greaterIsBetter).toBe(!goesDown);
  });

  it.each(MetricName.options)('%s is described in one sentence', (name) => {
    expect(METRICS[name].description).toMatch(/^[A-Z][^.]*(\.\d[^.]*)*\.$/);
  });
});

describe.each(Task.options)('metricsFor(%s)', (task) => {
  it('lists metrics of that task, each once, the default ranking metric first', () => {
    const metrics = metricsFor(task);
    expect(metrics[0]).toBe(defaultMetric(task));
    expect(new Set(metrics).size).toBe(metrics.length);
    for (const metric of metrics) expect(METRICS[metric].tasks).toContain(task);
  });
});

describe('isBetter', () => {
  it('follows the direction of the metric', () => {
    expect(isBetter('roc_auc', 0.9, 0.8)).toBe(true);
    expect(isBetter('log_loss', 0.9, 0.8)).toBe(false);
    expect(isBetter('rmse', 1, 1)).toBe(false);
  });

  it('puts an undefined score below every number', () => {
    expect(isBetter('rmse', 5, Number.NaN)).toBe(true);
    expect(isBetter('rmse', Number.NaN, 5)).toBe(false);
    expect(isBetter('rmse', Number.NaN, Number.NaN)).toBe(false);
  });
});
