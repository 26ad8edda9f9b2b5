/** Names and versions of what computes a result: written into every plan and report. */
import { readFileSync } from 'node:fs';
import { canFuse } from './ml/fused-multiply-add.ts';

/** @param backend the engine of the neural networks, as the training threads found it. */
export function versions(backend: {
  readonly name: string;
  readonly version: string;
}): Record<string, string> {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return {
    modelwright: manifest.version,
    node: process.versions.node,
    v8: process.versions.v8,
    // Networks that round once for a product and its sum have other last bits.
    WebAssembly: canFuse() ? 'SIMD with fused multiply-add' : 'SIMD',
    [`tensorflow.js (${backend.name})`]: backend.version,
  };
}
