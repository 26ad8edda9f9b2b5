// The hot loops of networks for tables, compiled to one WebAssembly module by scripts/build-kernels.mjs.
// What each kernel takes and leaves is said once, where it is called from: src/ml/neural/kernels.ts.
export { forwardDense, weightGradients, inputGradients, columnSums } from './dense';
export { gatherRows, applyRelu, applyReluAndDropout, reluGradients } from './activations';
export { crossEntropy, squaredError } from './losses';
export { roundRows, forwardWhole } from './whole-numbers';
export { sumOfSquares, updateAdamW } from './optimizer';
