import { describe, expect, it } from 'vitest';
import { effectLevel, effectSize, signedEffect } from '../../../src/report/chapters/effect-words.ts';

describe('effects in words', () => {
  it.each([
    ['probability', 0.10391, '+10.4'],
    ['probability', -0.04665, '-4.7'],
    ['probability', -0.0004, '0.0'],
    ['probability', 0.0004, '0.0'],
    ['log-odds', 0.8132, '+0.81'],
    ['score', -0.001, '0.00'],
    ['value', 12345.6, '+12,346'],
    ['value', 0, '0'],
  ] as const)('an effect of %s %d is %s', (unit, effect, text) => {
    expect(signedEffect(unit, effect)).toBe(text);
  });

  it('sizes have no plus, and levels of probabilities are shares within their bounds', () => {
    expect(effectSize('probability', 0.0557)).toBe('5.6');
    expect(effectLevel('probability', 0.2542)).toBe('25.4%');
    expect(effectLevel('probability', -0.02)).toBe('0%');
    expect(effectLevel('log-odds', -1.234)).toBe('-1.23');
    expect(effectLevel('value', 176116)).toBe('176,116');
  });
});
