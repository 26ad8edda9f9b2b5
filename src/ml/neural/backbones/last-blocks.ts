/** Which weights of a backbone are trained further. */
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersBackbone } from './layers-backbone.ts';

export interface BlockWeight {
  /** The layer's name and the weight's number in it: the same whenever the same files are opened. */
  readonly key: string;
  readonly variable: tf.Variable;
}

/** The weights of the last `nBlocks` blocks, first to last. A block begins with each layer that has a kernel, and takes
 *  in the normalisation and activation behind it; 0 is none, a large number all. Statistics that a normalisation
 *  gathered (which no gradient moves) stay out: few images are no better a sample than what it was trained on. */
export function lastBlocks({ body }: LayersBackbone, nBlocks: number): BlockWeight[] {
  const begins = body.layers.flatMap((layer, i) =>
    layer.weights.some(({ shape }) => shape.length > 1) ? [i] : [],
  );
  if (nBlocks <= 0 || begins.length === 0) return [];
  const from = begins[Math.max(0, begins.length - nBlocks)] as number;
  return body.layers.slice(from).flatMap((layer) => {
    const trainable = new Set(layer.trainableWeights);
    return layer.weights.flatMap((weight, i) =>
      trainable.has(weight) ? [{ key: `${layer.name}/${i}`, variable: weight.read() as tf.Variable }] : [],
    );
  });
}
