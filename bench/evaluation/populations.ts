/** Made-up populations of judged rows, of which a test set is a sample: what a model says, and what comes true. */
import type { MetricName, Task } from '../../src/ml/experiment.ts';
import { FORECAST_METRICS, metricsFor } from '../../src/ml/metrics/registry.ts';
import type { Random } from '../../src/ml/random.ts';

export interface Sample {
  readonly target: Float64Array;
  readonly prediction: Float64Array;
  /** As `IntervalOptions` of forecasts. */
  readonly scale?: Float64Array;
  readonly groups?: Int32Array;
}

export interface Population {
  readonly name: 'binary' | 'multiclass' | 'regression' | 'forecast';
  readonly task: Task;
  readonly nClasses: number;
  readonly metrics: readonly MetricName[];
  draw(nRows: number, random: Random): Sample;
}

/** Every kind of report, with every metric that it shows. The models are neither perfect nor calibrated. */
export const POPULATIONS: readonly Population[] = [
  { name: 'binary', task: 'binary', nClasses: 2, metrics: metricsFor('binary'), draw: drawBinary },
  {
    name: 'multiclass',
    task: 'multiclass',
    nClasses: 3,
    metrics: metricsFor('multiclass'),
    draw: drawMulticlass,
  },
  {
    name: 'regression',
    task: 'regression',
    nClasses: 0,
    metrics: metricsFor('regression'),
    draw: drawRegression,
  },
  { name: 'forecast', task: 'regression', nClasses: 0, metrics: FORECAST_METRICS, draw: drawForecast },
];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** About a third are positive; AUC about 0.83. */
function drawBinary(nRows: number, random: Random): Sample {
  const target = new Float64Array(nRows);
  const prediction = new Float64Array(2 * nRows);
  for (let row = 0; row < nRows; row++) {
    const signal = 1.8 * random.normal();
    target[row] = Number(random.uniform() < sigmoid(signal - 1));
    const said = sigmoid(0.8 * signal - 0.7 + 0.3 * random.normal());
    prediction[2 * row] = 1 - said;
    prediction[2 * row + 1] = said;
  }
  return { target, prediction };
}

/** Of three classes with half, a third and a sixth of the rows. */
function drawMulticlass(nRows: number, random: Random): Sample {
  const shares = [1 / 2, 1 / 3, 1 / 6];
  const target = new Float64Array(nRows);
  const prediction = new Float64Array(3 * nRows);
  for (let row = 0; row < nRows; row++) {
    const at = random.uniform();
    const actual = at < (shares[0] as number) ? 0 : at < 5 / 6 ? 1 : 2;
    target[row] = actual;
    const scores = shares.map((share, k) =>
      Math.exp(Math.log(share) + (k === actual ? 1.8 : 0) + random.normal()),
    );
    const sum = scores.reduce((total, score) => total + score, 0);
    for (const [k, score] of scores.entries()) prediction[3 * row + k] = score / sum;
  }
  return { target, prediction };
}

/** Positive values with errors that grow with them and have long tails. */
function drawRegression(nRows: number, random: Random): Sample {
  const target = new Float64Array(nRows);
  const prediction = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    const said = Math.exp(4 + 0.6 * random.normal());
    prediction[row] = said;
    target[row] = said * Math.exp(0.25 * random.normal());
  }
  return { target, prediction };
}

/** Ten steps each of as many series as there is room for; steps of one series are off together. */
function drawForecast(nRows: number, random: Random): Sample {
  const target = new Float64Array(nRows);
  const prediction = new Float64Array(nRows);
  const scale = new Float64Array(nRows);
  const groups = new Int32Array(nRows);
  let [off, usual] = [0, 1];
  for (let row = 0; row < nRows; row++) {
    if (row % 10 === 0) {
      usual = 5 + 5 * random.uniform();
      off = 0.5 * usual * random.normal();
    }
    groups[row] = Math.floor(row / 10);
    scale[row] = usual;
    prediction[row] = 100 + 20 * random.normal();
    target[row] = (prediction[row] as number) + off + usual * random.normal();
  }
  return { target, prediction, scale, groups };
}
