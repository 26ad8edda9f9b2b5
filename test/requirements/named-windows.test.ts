import { describe, expect, it } from 'vitest';
import { namedWindows } from '../../src/requirements/named-windows.ts';
import { column, profileOf } from '../plan/sample-inputs.ts';

const profile = profileOf(['recording_id', 't', 'x', 'kind', 'device'], { groupColumns: ['recording_id'] });
const windows = (text: string) => namedWindows(text, profile);

describe('recordings in a message', () => {
  it.each([
    'classify each recording by its id',
    'One prediction for each recording_id, please.',
    'predict kind for every recording, by recording id',
    'the rows of one recording_id belong together: one label per recording_id',
  ])('are named: %s', (text) => {
    expect(windows(text)).toEqual({ id: 'recording_id', order: null });
  });

  it('may have an order', () => {
    const text = 'predict the kind of each recording by recording_id, ordered by t';
    expect(windows(text)).toEqual({ id: 'recording_id', order: 't' });
  });

  it.each(['predict kind', 'predict kind by device', 'classify each recording', 'recording_id is an id'])(
    'are not in: %s',
    (text) => {
      expect(windows(text)).toBeUndefined();
    },
  );

  it('are taken back', () => {
    expect(windows('no, each row stands for itself')).toBeNull();
  });

  it('are named by a column that has such a name, where there is one', () => {
    const named = profileOf([], { columns: [column('session'), column('recording'), column('y')] });
    expect(namedWindows('one prediction per session', named)).toEqual({ id: 'session', order: null });
  });
});
