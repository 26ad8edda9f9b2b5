/** Somebody else's model for tables, as an ONNX file: what it reads and gives, in plain arrays. */
import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { ModelwrightError } from '../../errors/errors.ts';
import { loadOnnxRuntime, type OnnxRuntime, openOnnxSession } from './onnx-session.ts';

/** How the cells of an input are given: `truth` as 0 and 1. */
export type InputKind = 'number' | 'whole' | 'truth' | 'word';

export interface TableInput {
  readonly name: string;
  readonly kind: InputKind;
  /** Cells of a row: 1 for an input that is one column. */
  readonly width: number;
}

/** What it gave for some rows, in their order. */
export interface TableOutput {
  readonly name: string;
  /** Numbers of a row. */
  readonly width: number;
  readonly values: readonly string[] | Float64Array;
  /** Whether they are whole numbers or words, so labels rather than probabilities. */
  readonly isLabel: boolean;
}

export interface TableModel {
  readonly inputs: readonly TableInput[];
  /** @param cells of each input: Float64Array (nRows × width), NaN where missing, or as many strings.
   *  @throws MODEL_UNREADABLE where it fails on them. */
  predict(cells: readonly (Float64Array | readonly string[])[], nRows: number): Promise<TableOutput[]>;
  dispose(): void;
}

const KINDS: Readonly<Record<string, InputKind>> = {
  float32: 'number',
  float64: 'number',
  int64: 'whole',
  int32: 'whole',
  bool: 'truth',
  string: 'word',
};

/** @param name of the file, for people.
 *  @throws MODEL_UNREADABLE, MODEL_ENGINE_MISSING */
export async function openTableModel(model: Uint8Array, name: string): Promise<TableModel> {
  const runtime = await loadOnnxRuntime();
  if (!runtime) throw new ModelwrightError('MODEL_ENGINE_MISSING', { name });
  const session = await openOnnxSession(runtime, model).catch((error: unknown) => {
    throw unreadable(name, 'it is no ONNX model that can be run here', error);
  });
  const inputs = session.inputMetadata.map((input) => {
    const kind = input.isTensor ? KINDS[input.type] : undefined;
    if (!input.isTensor || !kind || input.shape.length > 2) {
      throw unreadable(name, `its input "${input.name}" is no column or table of numbers or words`);
    }
    return {
      name: input.name,
      kind,
      width: sizeOf(input.shape[1]) ?? 1,
      type: input.type,
      rank: input.shape.length,
    };
  });
  // Sequences and maps cannot be handed out; whoever gives them gives labels beside them.
  const outputs = session.outputMetadata.flatMap((output) => (output.isTensor ? [output.name] : []));
  if (outputs.length === 0) throw unreadable(name, 'it gives no numbers, only maps or lists');
  return {
    inputs: inputs.map(({ name: input, kind, width }) => ({ name: input, kind, width })),
    async predict(cells, nRows) {
      const feeds: Record<string, Tensor> = {};
      inputs.forEach(({ type, rank, width, ...input }, i) => {
        const dims = rank === 1 ? [nRows] : [nRows, width];
        feeds[input.name] = tensorOf(runtime, type, cells[i] as Float64Array | readonly string[], dims);
      });
      const given = await run(session, feeds, outputs, name);
      return outputs.flatMap((output) => {
        const tensor = given[output];
        return tensor?.dims[0] === nRows ? [outputOf(output, tensor)] : [];
      });
    },
    dispose: () => void session.release(),
  };
}

async function run(
  session: InferenceSession,
  feeds: Record<string, Tensor>,
  outputs: string[],
  name: string,
) {
  try {
    return await session.run(feeds, outputs);
  } catch (error) {
    throw unreadable(name, 'it fails on the rows of this data', error);
  }
}

/** Null where it is left open, for which the runtime says the largest number that it knows. */
function sizeOf(dimension: number | string | undefined): number | null {
  return typeof dimension === 'number' && dimension > 0 && dimension < 2 ** 31 ? dimension : null;
}

function tensorOf(
  { Tensor }: OnnxRuntime,
  type: string,
  cells: Float64Array | readonly string[],
  dims: readonly number[],
): Tensor {
  if (!(cells instanceof Float64Array)) return new Tensor('string', [...cells], dims);
  switch (type) {
    case 'float64':
      return new Tensor('float64', cells, dims);
    case 'int64':
      return new Tensor(
        'int64',
        BigInt64Array.from(cells, (cell) => BigInt(Math.trunc(cell))),
        dims,
      );
    case 'int32':
      return new Tensor('int32', Int32Array.from(cells), dims);
    case 'bool':
      return new Tensor('bool', Uint8Array.from(cells), dims);
    default:
      return new Tensor('float32', Float32Array.from(cells), dims);
  }
}

function outputOf(name: string, { type, data, dims }: Tensor): TableOutput {
  const width = dims.slice(1).reduce((product, size) => product * size, 1);
  const isNumber = type === 'float32' || type === 'float64';
  const values = type === 'string' ? (data as string[]) : Float64Array.from(data as Iterable<number>, Number);
  return { name, width, values, isLabel: !isNumber };
}

function unreadable(name: string, detail: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError('MODEL_UNREADABLE', { name, detail }, { cause });
}
