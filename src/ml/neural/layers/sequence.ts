/** Layers one after the other, as a layer themselves. */
import { type BoundLayer, type LayerKind, positionsOf, type Shape, type Site, strideOf } from './layer.ts';

/** @param kindOf what computes a layer of the list. */
export function sequence<Spec>(kindOf: (spec: Spec) => LayerKind<Spec>): LayerKind<readonly Spec[]> {
  return {
    outputShape: (layers, input) => shapesAlong(kindOf, layers, input).at(-1) as Shape,

    parameters(layers, input) {
      const shapes = shapesAlong(kindOf, layers, input);
      return layers.flatMap((layer, l) => kindOf(layer).parameters(layer, shapes[l] as Shape));
    },

    initial(layers, input, random) {
      const shapes = shapesAlong(kindOf, layers, input);
      return layers.flatMap((layer, l) => kindOf(layer).initial(layer, shapes[l] as Shape, random));
    },

    numbersPerSample(layers, input) {
      const shapes = shapesAlong(kindOf, layers, input);
      return layers.reduce((sum, layer, l) => sum + numbersOf(kindOf(layer), layer, shapes[l] as Shape), 0);
    },

    bind(layers, site) {
      let used = 0;
      let below: Pick<BoundLayer, 'outputs' | 'ofOutputs'> = {
        outputs: site.inputs,
        ofOutputs: site.ofInputs,
      };
      const shapes = shapesAlong(kindOf, layers, site.input);
      const bound = layers.map((layer, l) => {
        const input = shapes[l] as Shape;
        const count = kindOf(layer).parameters(layer, input).length;
        const own: Site = {
          ...site,
          input,
          inputs: below.outputs,
          ofInputs: below.ofOutputs,
          parameters: site.parameters.slice(used, used + count),
        };
        used += count;
        const one = kindOf(layer).bind(layer, own);
        below = one;
        return one;
      });
      const downwards = bound.toReversed();
      return {
        outputs: below.outputs,
        ofOutputs: below.ofOutputs,
        forward(nRows, training) {
          for (const layer of bound) layer.forward(nRows, training);
        },
        backward(nRows) {
          for (const layer of downwards) layer.backward(nRows);
        },
      };
    },
  };
}

/** The shape of each layer's inputs, then that of the outputs. */
export function shapesAlong<Spec>(
  kindOf: (spec: Spec) => LayerKind<Spec>,
  layers: readonly Spec[],
  input: Shape,
): Shape[] {
  const shapes: Shape[] = [input];
  for (const layer of layers) shapes.push(kindOf(layer).outputShape(layer, shapes.at(-1) as Shape));
  return shapes;
}

/** Of what a layer keeps of one sample, its gradients left aside. */
function numbersOf<Spec>(kind: LayerKind<Spec>, spec: Spec, input: Shape): number {
  if (kind.numbersPerSample) return kind.numbersPerSample(spec, input);
  const shape = kind.outputShape(spec, input);
  return positionsOf(shape) * strideOf(shape);
}
