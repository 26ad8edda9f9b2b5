/** The last numbers of a row are a sequence, which layers of its own read; what they make of it takes its place beside the
 *  other numbers of the row. */
import type { Random } from '../../random.ts';
import {
  allocateActivations,
  type LayerKind,
  padded,
  positionsOf,
  rowShape,
  type Shape,
  strideOf,
} from './layer.ts';
import { sequence } from './sequence.ts';

/** @property length moments of the sequence. @property signals numbers of each moment, side by side in the row. */
export interface SequenceBranchSpec<Layer> {
  readonly kind: 'sequenceBranch';
  readonly length: number;
  readonly signals: number;
  readonly layers: readonly Layer[];
}

/** Of rows. Its outputs are the other numbers of the row, then what the layers end with, position by position. Parameters:
 *  those of the layers.
 *  @param kindOf what computes a layer. */
export function sequenceBranch<Layer extends { readonly kind: string }>(
  kindOf: (spec: Layer) => LayerKind<Layer>,
): LayerKind<SequenceBranchSpec<Layer>> {
  const branch = sequence(kindOf);
  const others = ({ length, signals }: SequenceBranchSpec<Layer>, { channels }: Shape) =>
    channels - length * signals;

  return {
    outputShape(spec, input) {
      if (positionsOf(input) > 1 || others(spec, input) < 0) {
        throw new RangeError(
          `a row of ${input.channels} numbers does not end with ${spec.length} × ${spec.signals}`,
        );
      }
      const made = branch.outputShape(spec.layers, shapeOf(spec));
      if (made.groups > 1) throw new RangeError('a sequence ends with positions, which become one row here');
      return rowShape(others(spec, input) + positionsOf(made) * made.channels);
    },

    parameters: (spec) => branch.parameters(spec.layers, shapeOf(spec)),

    initial: (spec, _, random: Random) => branch.initial(spec.layers, shapeOf(spec), random),

    numbersPerSample: (spec, input) =>
      numbersOf(shapeOf(spec)) +
      (branch.numbersPerSample?.(spec.layers, shapeOf(spec)) ?? 0) +
      numbersOf(branch.outputShape(spec.layers, shapeOf(spec))) +
      strideOf(input),

    bind(spec, site) {
      const { arena, input, inputs, ofInputs, trains } = site;
      const { kernels } = arena;
      const own = shapeOf(spec);
      const made = branch.outputShape(spec.layers, own);
      const shape = rowShape(others(spec, input) + positionsOf(made) * made.channels);
      const nOthers = others(spec, input);
      const [inputStride, stride] = [strideOf(input), strideOf(shape)];
      const read = allocateActivations(site, own);
      const ofRead = ofInputs ? allocateActivations(site, own) : 0;
      const layers = branch.bind(spec.layers, { ...site, input: own, inputs: read, ofInputs: ofRead });
      const outputs = allocateActivations(site, shape);
      const ofOutputs = trains ? allocateActivations(site, shape) : 0;

      /** Between positions side by side in a row without padding, and positions each padded by itself. */
      const spread = (
        of: Shape,
        rows: number,
        rowStride: number,
        apart: number,
        n: number,
        back: boolean,
      ) => {
        const step = strideOf(of);
        for (let position = 0; position < positionsOf(of); position++) {
          const inRow = rows + position * of.channels * 4;
          const alone = apart + position * step * 4;
          const pitch = positionsOf(of) * step;
          if (back) kernels.copyRows(alone, pitch, n, of.channels, inRow, rowStride);
          else kernels.copyRows(inRow, rowStride, n, of.channels, alone, pitch);
        }
      };

      return {
        outputs,
        ofOutputs,
        forward(nRows, training) {
          const n = padded(nRows);
          spread(own, inputs + nOthers * 4, inputStride, read, n, false);
          layers.forward(nRows, training);
          kernels.copyRows(inputs, inputStride, n, nOthers, outputs, stride);
          spread(made, outputs + nOthers * 4, stride, layers.outputs, n, true);
        },
        backward(nRows) {
          const n = padded(nRows);
          spread(made, ofOutputs + nOthers * 4, stride, layers.ofOutputs, n, false);
          layers.backward(nRows);
          if (!ofInputs) return;
          kernels.copyRows(ofOutputs, stride, n, nOthers, ofInputs, inputStride);
          spread(own, ofInputs + nOthers * 4, inputStride, ofRead, n, true);
        },
      };
    },
  };
}

function shapeOf({ length, signals }: Pick<SequenceBranchSpec<unknown>, 'length' | 'signals'>): Shape {
  return { height: 1, width: length, channels: signals, groups: 1 };
}

function numbersOf(shape: Shape): number {
  return positionsOf(shape) * strideOf(shape);
}
