// The hot loops of networks, compiled to one WebAssembly module by scripts/build-kernels.mjs.
// What each kernel takes and leaves is said once, where it is called from: src/ml/neural/kernels.ts.
export { forwardDense, weightGradients, inputGradients, columnSums } from './dense';
export { applyRelu, applyReluAndDropout, applyDropout, reluGradients } from './activations';
export { applySelu, seluGradients, applyMish, mishGradients } from './activations';
export { columnMoments, normaliseColumns, columnNormGradients } from './normalisation';
export { normaliseRows, rowNormGradients } from './normalisation';
export { crossEntropy, focalLoss, squaredError, huberError } from './losses';
export { sumOfSquares, updateAdamW, updateNesterov, updateLion, updateRmsProp } from './optimizer';
export { addScaled, moveTowards, clipValues } from './optimizer';
export { roundRows, forwardWhole } from './whole-numbers';
export { copyRows, scaleRows, scaleRowsGradients, encodePiecewise, piecewiseGradients } from './features';
export { forwardConvolution, turnWeights, convolutionGradients } from './convolution';
export { maxPool, maxPoolGradients, averagePool, averagePoolGradients, add } from './pooling';
