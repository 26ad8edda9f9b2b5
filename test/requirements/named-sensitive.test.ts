import { describe, expect, it } from 'vitest';
import { namedSensitive } from '../../src/requirements/named-sensitive.ts';
import { column } from '../plan/sample-inputs.ts';

const profile = { columns: ['deny', 'afam', 'home owner', 'income'].map((name) => column(name)) };

describe('columns that a message calls sensitive', () => {
  it.each([
    ['afam is sensitive', ['afam']],
    ['sensitive: afam and home_owner', ['afam', 'home owner']],
    ['predict deny within 60 seconds. Income matters. AFAM is a protected attribute.', ['afam']],
    ['predict deny, afam is sensitive', ['afam']],
    ['no column is sensitive', []],
    ['afam is not sensitive', null],
    ['predict deny from income', null],
    ['which columns are sensitive?', null],
    ['gender is sensitive', null],
  ])('in "%s" are %j', (text, expected) => {
    expect(namedSensitive(text, profile)).toEqual(expected);
  });
});
