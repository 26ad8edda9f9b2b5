import { describe, expect, it } from 'vitest';
import { type ImageColumn, takeRows } from '../../../src/ml/data/table.ts';
import { encodeSeen, fitSeen, seenLabels } from '../../../src/ml/preprocessing/seen-pictures.ts';

const VECTORS = [1, 7, 3, 7, 0, 0, 8, 7];
const column: ImageColumn = {
  ...{ name: 'picture', type: 'image', height: 1, width: 1, channels: 1 },
  valid: Uint8Array.of(1, 1, 0, 1),
  values: Uint8Array.of(5, 6, 0, 7),
  seen: { model: 'net#1', width: 2, vectors: Float32Array.from(VECTORS) },
};
const rows = (...list: number[]) => Uint32Array.from(list);

describe('what a pretrained network sees', () => {
  it('is on the scale of the training pictures; a missing one is an average one', () => {
    const encoding = fitSeen(column, rows(0, 1, 2));
    expect(encoding).toEqual({ kind: 'seen', model: 'net#1', means: [2, 7], deviations: [1, 1] });
    expect(seenLabels(encoding)).toEqual(['sight 1', 'sight 2']);
    expect(encodeSeen(encoding, column, rows(3, 2, 0)).map((values) => [...values])).toEqual([
      [6, 0, -1],
      [0, 0, 0],
    ]);
  });

  it('goes with its rows', () => {
    const taken = takeRows({ nRows: 4, columns: [column] }, [3, 1]).columns[0] as ImageColumn;
    expect([...(taken.seen?.vectors ?? [])]).toEqual([8, 7, 3, 7]);
  });

  it('is refused where nobody has looked, and where another network has', () => {
    const { seen, ...unseen } = column;
    expect(() => fitSeen(unseen, rows(0))).toThrow('has not looked');
    const encoding = fitSeen(column, rows(0, 1));
    expect(() => encodeSeen(encoding, unseen, rows(0))).toThrow('has not looked');
    expect(() => encodeSeen({ ...encoding, model: 'net#2' }, column, rows(0))).toThrow('has not looked');
  });
});
