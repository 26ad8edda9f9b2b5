import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/ml/metrics/registry.ts';
import {
  familyLabel,
  formatCount,
  formatDifference,
  formatInterval,
  formatMegabytes,
  formatNumber,
  formatScore,
  formatSeconds,
  formatShare,
  joinWords,
  plural,
  truncate,
} from '../../src/report/format.ts';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [1409, '1,409'],
    [1234567, '1,234,567'],
    [-12345, '-12,345'],
  ])('groups the count %d', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0, '0'],
    [0.0042, '0.0042'],
    [12.345, '12.35'],
    [999.96, '1,000'],
    [23912.4, '23,912'],
    [1_234_567, '1.2M'],
    [5.8e8, '580M'],
    [6.37e9, '6.4B'],
    [1e-9, '1.0e-9'],
    [-0.5, '-0.5'],
  ])('writes %d in about four digits', (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [0, '0%'],
    [1, '100%'],
    [0.2654, '26.5%'],
    [0.9, '90.0%'],
    [0.0004, '<0.1%'],
    [0.9996, '>99.9%'],
  ])('writes the share %d', (value, text) => expect(formatShare(value)).toBe(text));

  it.each([
    [0.034, '0.03 s'],
    [0.999, '1 s'],
    [12.34, '12.3 s'],
    [59.97, '1 min'],
    [72.4, '1 min 12 s'],
    [3600, '1 h'],
    [7512, '2 h 5 min'],
  ])('writes %d seconds', (value, text) => expect(formatSeconds(value)).toBe(text));

  it('writes memory', () => {
    expect(formatMegabytes(511.6)).toBe('512 MB');
    expect(formatMegabytes(1280)).toBe('1.3 GB');
  });
});

describe('scores', () => {
  const interval = (value: number, low: number, high: number) => ({ value, low, high });

  it('have the digits of their metric', () => {
    expect(formatInterval('roc_auc', interval(0.8459, 0.8271, 0.8642))).toBe('0.846 [0.827, 0.864]');
    expect(formatInterval('rmse', interval(23912.3, 21004, 26990.2))).toBe('23,912 [21,004, 26,990]');
    expect(formatInterval('accuracy', interval(0.8055, 0.784, 0.825))).toBe('80.5% [78.4%, 82.5%]');
  });

  it('keep the digits of the value at both ends of the interval', () => {
    expect(formatInterval('rmse', interval(991.1, 632, 1350.24))).toBe('991.1 [632.0, 1,350.2]');
  });

  it('are a dash where undefined, and never minus zero', () => {
    expect(formatScore('precision', Number.NaN)).toBe('–');
    expect(formatScore('r2', -0.0001)).toBe('0.000');
  });

  it('are written as people read them', () => {
    expect(formatScore('roc_auc', 0.84612)).toBe('0.846');
    expect(formatScore('accuracy', 0.8022)).toBe('80.2%');
    expect(formatScore('rmse', 31_604.7)).toBe('31,605');
    expect(formatScore('rmse', 0.0123456)).toBe('0.01235');
  });

  it('are in percent exactly where the metric registry says so', () => {
    for (const [name, { unit }] of Object.entries(METRICS)) {
      const inPercent = formatScore(name as keyof typeof METRICS, 0.5).endsWith('%');
      expect([name, inPercent]).toEqual([name, unit === 'percent']);
    }
  });

  it('differ with a sign', () => {
    expect(formatDifference('roc_auc', interval(0.0048, -0.0004, 0.01), 0.85)).toBe('+0.005 [0.000, +0.010]');
  });
});

describe('words', () => {
  it('are counted and joined', () => {
    expect(plural(1, 'trial')).toBe('1 trial');
    expect(plural(1409, 'row')).toBe('1,409 rows');
    expect(joinWords(['a', 'b', 'c'])).toBe('a, b and c');
    expect(joinWords(['a'])).toBe('a');
  });

  it('are cut between characters, never inside one', () => {
    expect(truncate('🙂🙂🙂🙂', 3)).toBe('🙂🙂…');
    expect(truncate('short', 5)).toBe('short');
  });

  it('name the linear family by its task', () => {
    expect(familyLabel('linear', 'binary')).toBe('Logistic regression');
    expect(familyLabel('linear', 'regression')).toBe('Linear regression');
  });
});
