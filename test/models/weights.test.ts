import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWeights, encodeWeights } from '../../src/models/weights.ts';

const arrays = fc.dictionary(
  fc.string(),
  fc.oneof(
    fc.float64Array(),
    fc.float32Array(),
    fc.int32Array(),
    fc.uint32Array(),
    fc.uint8Array({ maxLength: 40 }),
  ),
);
// undefined and -0 do not survive JSON anywhere, and are no part of the promise
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const sample = () =>
  encodeWeights({
    json: { trees: 3, note: 'Ω' },
    arrays: {
      left: Int32Array.of(1, -2, 3),
      gain: Float64Array.of(0.1, Number.NaN),
      empty: new Uint8Array(0),
    },
  });

describe('the weights container', () => {
  it('gives back exactly what was put in', () => {
    fc.assert(
      fc.property(json, arrays, (value, given) => {
        const weights = decodeWeights(encodeWeights({ json: value, arrays: given }));
        expect(weights.json).toEqual(value);
        expect(Object.keys(weights.arrays).sort()).toEqual(Object.keys(given).sort());
        for (const [name, array] of Object.entries(given)) {
          expect(weights.arrays[name].constructor).toBe(array.constructor);
          expect(Object.is(weights.arrays[name], array)).toBe(false);
          expect(Array.from(weights.arrays[name])).toEqual(Array.from(array));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('copies parts of shared memory and Node buffers', () => {
    const shared = new Float64Array(new SharedArrayBuffer(80)).fill(7);
    const encoded = encodeWeights({
      json: null,
      arrays: { part: shared.subarray(2, 5), bytes: Buffer.from('abc') },
    });
    const { part, bytes } = decodeWeights(encoded).arrays;
    expect(Array.from(part)).toEqual([7, 7, 7]);
    expect(Array.from(bytes)).toEqual([97, 98, 99]);
  });

  it('reads from bytes that begin anywhere', () => {
    const bytes = sample();
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(decodeWeights(moved.subarray(3)).arrays.left).toEqual(Int32Array.of(1, -2, 3));
  });

  it('never reads past a cut, wherever it is', () => {
    const bytes = sample();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeWeights(bytes.subarray(0, length))).toThrow(/^MODEL_DAMAGED/);
    }
  });

  it('refuses bytes beyond its end, other files and later versions', () => {
    expect(() => decodeWeights(Uint8Array.of(...sample(), 0))).toThrow(/MODEL_DAMAGED/);
    expect(() => decodeWeights(new TextEncoder().encode('{"format": "something else"}'))).toThrow(
      /MODEL_DAMAGED/,
    );
    const later = sample();
    later[4] = 2;
    expect(() => decodeWeights(later)).toThrow(/MODEL_FORMAT_UNKNOWN.*version 2/);
  });

  it('refuses lengths that no file can have', () => {
    const bytes = sample();
    const text = new TextDecoder('latin1').decode(bytes);
    const at = text.indexOf('"length":3');
    bytes.set(new TextEncoder().encode('"length":9'), at);
    expect(() => decodeWeights(bytes)).toThrow(/MODEL_DAMAGED/);
    const huge = sample();
    new DataView(huge.buffer).setUint32(8, 0xffffffff, true);
    expect(() => decodeWeights(huge)).toThrow(/MODEL_DAMAGED.*index is cut off/);
  });
});
