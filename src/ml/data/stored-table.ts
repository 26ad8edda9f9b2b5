/** A table in a form that survives a file: plain JSON, and typed arrays by name. */
import { z } from 'zod';
import { type Column, pixelsOf, shared, type Table } from './table.ts';

type CellArray = Float64Array | Float32Array | Int32Array | Uint8Array;

const isArray = (value: unknown) =>
  [Float64Array, Float32Array, Int32Array, Uint8Array].some((type) => value instanceof type);
const StoredArray = z.custom<CellArray>(isArray);

const StoredColumn = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['numeric', 'datetime']), name: z.string() }),
  z.object({ type: z.literal('boolean'), name: z.string(), labels: z.tuple([z.string(), z.string()]) }),
  z.object({ type: z.enum(['categorical', 'id']), name: z.string(), categories: z.array(z.string()) }),
  z.object({ type: z.literal('text'), name: z.string(), values: z.array(z.string()) }),
  z.object({
    type: z.literal('image'),
    name: z.string(),
    height: z.number().int().min(1),
    width: z.number().int().min(1),
    channels: z.union([z.literal(1), z.literal(3)]),
  }),
  z.object({
    type: z.literal('sequence'),
    name: z.string(),
    length: z.number().int().min(1),
    signals: z.array(z.string()).min(1),
  }),
]);

/** `arrays` are named by a column's number: `0/values`, `0/valid`. */
export const StoredTable = z.object({
  json: z.object({ nRows: z.number().int().min(0), columns: z.array(StoredColumn) }),
  arrays: z.record(z.string(), StoredArray),
});
export type StoredTable = z.infer<typeof StoredTable>;

export function storeTable({ nRows, columns }: Table): StoredTable {
  const arrays: Record<string, CellArray> = {};
  const stored = columns.map((column, i): z.infer<typeof StoredColumn> => {
    arrays[`${i}/valid`] = column.valid.slice();
    const { name } = column;
    switch (column.type) {
      case 'text':
        return { type: 'text', name, values: [...column.values] };
      case 'categorical':
      case 'id':
        arrays[`${i}/values`] = column.codes.slice();
        return { type: column.type, name, categories: [...column.categories] };
      case 'boolean':
        arrays[`${i}/values`] = column.values.slice();
        return { type: 'boolean', name, labels: [...column.labels] };
      case 'image': {
        arrays[`${i}/values`] = column.values.slice();
        const { height, width, channels } = column;
        return { type: 'image', name, height, width, channels };
      }
      case 'sequence': {
        arrays[`${i}/values`] = column.values.slice();
        const { length, signals } = column;
        return { type: 'sequence', name, length, signals: [...signals] };
      }
      default:
        arrays[`${i}/values`] = column.values.slice();
        return { type: column.type, name };
    }
  });
  return { json: { nRows, columns: stored }, arrays };
}

/** The inverse. Throws RangeError where arrays do not fit the columns. */
export function restoreTable({ json, arrays }: StoredTable): Table {
  const { nRows } = json;
  const array = <T extends CellArray>(name: string, out: T): T => {
    const found = arrays[name];
    if (found?.length !== out.length || found.constructor !== out.constructor) {
      throw new RangeError(`a stored table has no array ${name} for ${nRows} rows`);
    }
    out.set(found);
    return out;
  };
  const columns = json.columns.map((column, i): Column => {
    const valid = array(`${i}/valid`, shared.uint8(nRows));
    const values = `${i}/values`;
    switch (column.type) {
      case 'text':
        return { ...column, valid };
      case 'categorical':
      case 'id':
        return { ...column, valid, codes: array(values, shared.int32(nRows)) };
      case 'boolean':
        return { ...column, valid, values: array(values, shared.uint8(nRows)) };
      case 'image':
        return { ...column, valid, values: array(values, shared.uint8(nRows * pixelsOf(column))) };
      case 'sequence': {
        const size = column.length * column.signals.length;
        return { ...column, valid, values: array(values, shared.float32(nRows * size)) };
      }
      default:
        return { ...column, valid, values: array(values, shared.float64(nRows)) };
    }
  });
  return { nRows, columns };
}
