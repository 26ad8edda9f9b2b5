/** What layers make of their inputs, added to the inputs themselves or to what a shortcut makes of them (He et al. 2016). */
import {
  allocateActivations,
  type BoundLayer,
  type LayerKind,
  padded,
  positionsOf,
  type Shape,
  type Site,
  strideOf,
} from './layer.ts';
import { sequence } from './sequence.ts';

/** @property shortcut none passes the inputs on as they are; a 1 × 1 convolution where the shape changes. */
export interface ResidualSpec<Layer> {
  readonly kind: 'residual';
  readonly layers: readonly Layer[];
  readonly shortcut: readonly Layer[];
}

/** Both branches must end in the same shape. Parameters: those of the layers, then those of the shortcut.
 *  @param kindOf what computes a layer of a branch. */
export function residual<Layer extends { readonly kind: string }>(
  kindOf: (spec: Layer) => LayerKind<Layer>,
): LayerKind<ResidualSpec<Layer>> {
  const branch = sequence(kindOf);
  return {
    outputShape({ layers, shortcut }, input) {
      const [shape, direct] = [branch.outputShape(layers, input), branch.outputShape(shortcut, input)];
      if (JSON.stringify(shape) !== JSON.stringify(direct)) {
        throw new RangeError(`branches end in ${JSON.stringify(shape)} and ${JSON.stringify(direct)}`);
      }
      return shape;
    },

    parameters: ({ layers, shortcut }, input) => [
      ...branch.parameters(layers, input),
      ...branch.parameters(shortcut, input),
    ],

    initial: ({ layers, shortcut }, input, random) => [
      ...branch.initial(layers, input, random),
      ...branch.initial(shortcut, input, random),
    ],

    numbersPerSample: ({ layers, shortcut }, input) =>
      2 * numbersOf(input) +
      numbersOf(branch.outputShape(layers, input)) +
      (branch.numbersPerSample?.(layers, input) ?? 0) +
      (branch.numbersPerSample?.(shortcut, input) ?? 0),

    bind({ layers, shortcut }, site) {
      const { arena, input, ofInputs, trains } = site;
      const { kernels } = arena;
      const shape = branch.outputShape(layers, input);
      const nOwn = branch.parameters(layers, input).length;
      const main = bindBranch(branch, layers, { ...site, parameters: site.parameters.slice(0, nOwn) });
      const direct = bindBranch(branch, shortcut, { ...site, parameters: site.parameters.slice(nOwn) });
      const outputs = allocateActivations(site, shape);
      const ofOutputs = trains ? allocateActivations(site, shape) : 0;
      const countOf = (of: Shape, nRows: number) => padded(nRows) * numbersOf(of);
      return {
        outputs,
        ofOutputs,
        forward(nRows, training) {
          for (const one of [main, direct]) one.forward(nRows, training);
          kernels.add(main.outputs, direct.outputs, countOf(shape, nRows), outputs);
        },
        backward(nRows) {
          const count = countOf(shape, nRows);
          for (const one of [main, direct]) {
            if (one.ofOutputs) arena.float32(one.ofOutputs, count).set(arena.float32(ofOutputs, count));
            one.backward(nRows);
          }
          if (ofInputs) kernels.add(main.ofInputs, direct.ofInputs, countOf(input, nRows), ofInputs);
        },
      };
    },
  };
}

/** Kinds that write where their inputs are, or hand them on to one that does. */
const IN_PLACE = new Set(['activation', 'flatten']);

/** Reads a copy of the inputs where its first layer works in place, for the other branch reads them too; and asks for changes
 *  in a place of its own. */
function bindBranch<Layer extends { readonly kind: string }>(
  branch: LayerKind<readonly Layer[]>,
  layers: readonly Layer[],
  site: Site,
): BoundLayer & Pick<Site, 'ofInputs'> {
  const { arena, input, inputs } = site;
  const ofInputs = site.ofInputs ? allocateActivations(site, input) : 0;
  if (!IN_PLACE.has(layers[0]?.kind ?? '')) {
    return { ...branch.bind(layers, { ...site, ofInputs }), ofInputs };
  }
  const copy = allocateActivations(site, input);
  const bound = branch.bind(layers, { ...site, inputs: copy, ofInputs });
  return {
    ...bound,
    ofInputs,
    forward(nRows, training) {
      const count = padded(nRows) * numbersOf(input);
      arena.float32(copy, count).set(arena.float32(inputs, count));
      bound.forward(nRows, training);
    },
  };
}

function numbersOf(shape: Shape): number {
  return positionsOf(shape) * strideOf(shape);
}
