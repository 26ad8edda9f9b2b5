/** Numbers and names as people read them, the same in sentences, tables and pictures. Free of locales: the same
 *  report gives the same text on every machine. */
import type { MetricName, Task } from '../ml/experiment.ts';
import type { Step } from '../ml/forecast.ts';
import type { Interval } from '../ml/judgement.ts';
import { METRICS } from '../ml/metrics/registry.ts';
import type { Family } from '../ml/tuning/trial.ts';

/** 1409 → `1,409`. Rounds to a whole number. */
export function formatCount(value: number): string {
  return group(Math.round(value).toFixed(0));
}

/** `1 trial`, `1,409 rows`. @param many the plural where it is not the singular and an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A score in its metric's own digits: 0.846; 80.4% for shares such as accuracy; 23,912 in the target's unit. A score
 *  that is not defined (NaN) is a dash. */
export function formatScore(metric: MetricName, value: number): string {
  return formatInDigits(metric, value, decimalsOf(metric, value));
}

/** `0.846 [0.827, 0.864]`: value and 95% interval, all three in the value's digits. */
export function formatInterval(metric: MetricName, interval: Interval): string {
  return `${formatScore(metric, interval.value)} ${formatBounds(metric, interval)}`;
}

/** `[0.827, 0.864]`, in the digits that `formatScore` gives the value. */
export function formatBounds(metric: MetricName, interval: Interval): string {
  const decimals = decimalsOf(metric, interval.value);
  const low = formatInDigits(metric, interval.low, decimals);
  return `[${low}, ${formatInDigits(metric, interval.high, decimals)}]`;
}

/** A difference of two scores with its sign, in the digits of the scores: `+0.012`, `-1,204`.
 *  @param scale one of the scores that were subtracted: decides the digits. */
export function formatDifference(metric: MetricName, difference: Interval, scale: number): string {
  const decimals = decimalsOf(metric, scale);
  const [value, low, high] = [difference.value, difference.low, difference.high].map((part) => {
    const text = formatInDigits(metric, part, decimals);
    return part > 0 ? `+${text}` : text;
  });
  return `${value} [${low}, ${high}]`;
}

/** Any number in about four digits, grouped: 23,912; 12.35; 0.0042; 1.2M from a million on. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15) return value.toExponential(2);
  if (size >= 1e9) return `${trimZeros((value / 1e9).toFixed(size >= 1e11 ? 0 : 1))}B`;
  if (size >= 1e6) return `${trimZeros((value / 1e6).toFixed(size >= 1e8 ? 0 : 1))}M`;
  if (size > 0 && size < 1e-6) return value.toExponential(1);
  return group(trimZeros(value.toFixed(freeDecimals(value))));
}

/** 0.2654 → `26.5%`. Never claims 0% or 100% of something that is not exactly so. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1%';
  if (share > 0.999 && share < 1) return '>99.9%';
  return share === 0 || share === 1 ? `${share * 100}%` : `${(share * 100).toFixed(1)}%`;
}

/** Seconds as `0.42 s`, `12.3 s`, `1 min 12 s` or `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${trimZeros(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return withRest(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  return withRest(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A time of a series, as exact as its steps: `28 Aug 2016`, `Aug 2016` for months, `28 Aug 14:00` for hours. */
export function formatDate(ms: number, step: Step): string {
  const date = new Date(ms);
  const month = MONTHS[date.getUTCMonth()];
  if (step.unit === 'month') return `${month} ${date.getUTCFullYear()}`;
  const day = `${date.getUTCDate()} ${month}`;
  return step.size % 86_400_000 === 0
    ? `${day} ${date.getUTCFullYear()}`
    : `${day} ${date.toISOString().slice(11, 16)}`;
}

/** Mebibytes as `512 MB`, or `1.2 GB` from 1,024 on. */
export function formatMegabytes(megabytes: number): string {
  return megabytes < 1024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The text if it is short enough, else its start and an ellipsis. Counts code points, so no character is torn. */
export function truncate(text: string, maxLength: number): string {
  const points = [...text];
  return points.length <= maxLength
    ? text
    : `${points
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`;
}

/** `log loss` → `Log loss`, to start a sentence or a table cell. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Neural network` → `neural network`, but `TabM network` stays: to stand within a sentence. */
export function withinSentence(label: string): string {
  return /^[A-Z][a-z]+\b/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** Trials are stored from 0 and counted by people from 1. */
export function trialName(number: number): string {
  return `trial ${number + 1}`;
}

/** The family in words that can start a sentence. */
export function familyLabel(family: Family, task: Task): string {
  switch (family) {
    case 'baseline':
      return 'Baseline';
    case 'linear':
      return task === 'regression' ? 'Linear regression' : 'Logistic regression';
    case 'gbdt':
      return 'Gradient boosting';
    case 'ordered':
      return 'Ordered boosting';
    case 'extra_trees':
      return 'Extra trees';
    case 'random_forest':
      return 'Random forest';
    case 'mlp':
      return 'Neural network';
    case 'realmlp':
      return 'RealMLP network';
    case 'tabm':
      return 'TabM network';
    case 'neighbours':
      return 'Nearest neighbours';
    case 'seasonal_naive':
      return 'Seasonal naive forecast';
    case 'ets':
      return 'Exponential smoothing';
    case 'naive_bayes':
      return 'Naive Bayes';
    case 'cnn':
      return 'Convolutional network';
    case 'resnet':
      return 'Residual network';
    case 'backbone':
      return 'Pretrained network';
    case 'backbone_tuned':
      return 'Fine-tuned network';
    case 'tcn':
      return 'Sequence network';
  }
}

/** What one step of the family's training is called: the x axis of its curve. */
export function stepWord(family: Family): string {
  switch (family) {
    case 'gbdt':
    case 'ordered':
      return 'iteration';
    case 'extra_trees':
    case 'random_forest':
      return 'tree';
    case 'mlp':
    case 'realmlp':
    case 'tabm':
    case 'cnn':
    case 'resnet':
    case 'backbone':
    case 'backbone_tuned':
    case 'tcn':
      return 'epoch';
    default:
      return 'step';
  }
}

function decimalsOf(metric: MetricName, value: number): number {
  if (METRICS[metric].unit === 'percent') return 1;
  return METRICS[metric].unit === 'target' ? freeDecimals(value) : 3;
}

function formatInDigits(metric: MetricName, value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '–';
  const text =
    METRICS[metric].unit === 'percent'
      ? `${(value * 100).toFixed(decimals)}%`
      : group(value.toFixed(decimals));
  return /^-[0.]+%?$/.test(text) ? text.slice(1) : text; // never "-0.000"
}

/** Decimals that leave about four significant digits. */
function freeDecimals(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  return Math.min(8, Math.max(0, 3 - Math.max(-5, Math.floor(Math.log10(size)))));
}

function group(digits: string): string {
  const [whole, fraction] = digits.split('.');
  const grouped = (whole as string).replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function withRest(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${restUnit}`;
}
