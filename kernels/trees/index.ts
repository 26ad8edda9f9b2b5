// The hot loops of tree learning, compiled to one WebAssembly module by scripts/build-kernels.mjs.
// What each kernel takes and leaves is said once, where it is called from: src/ml/trees/kernels.ts.
export { sortPresent, binNumbers, transposeBins } from './binning';
export { addToHistogram, clearHistogram, subtractHistogram, mergeHistogram, sumGradients } from './histogram';
export { findBestSplit } from './splitting';
export { addLevelScores } from './levels';
export { numberRows, partitionRows, addLeafValues } from './partition';
export { sampleRows } from './sampling';
export { binaryLogLoss, multinomialLogLoss, quantiseGradients, weighGradients, largestGradients } from './losses';
export { addSmallTree, addTree, markBins } from './prediction';
export { growForestTree, sumCategories, mapBins, addForestTree } from './forest';
