/** A compact container for JSON with typed arrays beside it: the form in which a fitted model lies in a file.
 *
 *  Layout, numbers little-endian: the magic `MWTS`, version (uint32), length of the index (uint32), the index as
 *  UTF-8 JSON, then the bytes of each array, every part starting at a multiple of 8. Reading checks every length
 *  before it is used and runs nothing. */
import { z } from 'zod';
import { ModelwrightError } from '../errors/errors.ts';
import type { SerialisedEstimator } from '../ml/estimator.ts';

const ARRAY_TYPES = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array };
type WeightArray = SerialisedEstimator['arrays'][string];

export interface Weights {
  readonly json: unknown;
  readonly arrays: Readonly<Record<string, WeightArray>>;
}

const MAGIC = 0x5354574d; // "MWTS" read as a little-endian uint32
const VERSION = 1;
const PREFIX_BYTES = 12;
const ALIGNMENT = 8;

const Index = z.object({
  json: z.unknown(),
  arrays: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['Float64Array', 'Float32Array', 'Int32Array', 'Uint32Array', 'Uint8Array']),
      /** Elements, not bytes. */
      length: z.number().int().nonnegative(),
    }),
  ),
});

/** @returns bytes of its own memory; the arrays are copied, wherever they lie. */
export function encodeWeights({ json, arrays }: Weights): Uint8Array {
  const entries = Object.entries(arrays);
  const index = new TextEncoder().encode(
    JSON.stringify({
      json,
      arrays: entries.map(([name, array]) => ({ name, type: typeOf(array), length: array.length })),
    }),
  );
  const start = align(PREFIX_BYTES + index.length);
  const bytes = new Uint8Array(entries.reduce((end, [, array]) => end + align(array.byteLength), start));
  const prefix = new DataView(bytes.buffer);
  prefix.setUint32(0, MAGIC, true);
  prefix.setUint32(4, VERSION, true);
  prefix.setUint32(8, index.length, true);
  bytes.set(index, PREFIX_BYTES);
  let offset = start;
  for (const [, array] of entries) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += align(array.byteLength);
  }
  return bytes;
}

/** @throws MODEL_DAMAGED when the bytes are not exactly what `encodeWeights` writes; MODEL_FORMAT_UNKNOWN when a later
 *  version wrote them. */
export function decodeWeights(bytes: Uint8Array): Weights {
  if (bytes.byteLength < PREFIX_BYTES) throw damaged(`${bytes.byteLength} bytes are too few`);
  const prefix = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
  if (prefix.getUint32(0, true) !== MAGIC) throw damaged('it does not begin as weights do');
  const version = prefix.getUint32(4, true);
  if (version !== VERSION) {
    throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', {
      part: 'weights file',
      detail: `version ${version}`,
    });
  }
  const indexLength = prefix.getUint32(8, true);
  if (PREFIX_BYTES + indexLength > bytes.byteLength) throw damaged('the index is cut off');
  const index = parseIndex(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + indexLength));
  let offset = align(PREFIX_BYTES + indexLength);
  const arrays = index.arrays.map(({ name, type, length }) => {
    const Type = ARRAY_TYPES[type];
    const byteLength = length * Type.BYTES_PER_ELEMENT;
    if (offset + byteLength > bytes.byteLength) throw damaged(`the array ${name} is cut off`);
    const array = new Type(length); // its own memory: `bytes` may start anywhere and be reused by the caller
    new Uint8Array(array.buffer).set(bytes.subarray(offset, offset + byteLength));
    offset += align(byteLength);
    return [name, array] as const;
  });
  if (offset !== bytes.byteLength) throw damaged(`${bytes.byteLength} bytes instead of ${offset}`);
  return { json: index.json, arrays: Object.fromEntries(arrays) };
}

function parseIndex(bytes: Uint8Array): z.infer<typeof Index> {
  try {
    return Index.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw damaged('the index is not readable', error);
  }
}

/** By instance: a Node Buffer is a Uint8Array with another constructor. */
function typeOf(array: WeightArray): string | undefined {
  return Object.entries(ARRAY_TYPES).find(([, Type]) => array instanceof Type)?.[0];
}

function damaged(detail: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError('MODEL_DAMAGED', { file: 'weights.bin', detail }, { cause });
}

function align(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
