import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const isNative = existsSync('node_modules/@tensorflow/tfjs-node');

describe('startBackend', () => {
  it('starts the native library where it is installed, else WebAssembly, and says so', async () => {
    const { startBackend } = await import('../../../src/ml/neural/backend.ts');
    const backend = await startBackend();
    expect(backend.name).toBe(isNative ? 'tensorflow' : 'wasm');
    expect(backend.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(backend.sentence).toContain(isNative ? 'native TensorFlow' : 'WebAssembly');
    expect(await startBackend()).toBe(backend);
  });

  it("leaves the process's handlers of uncaught errors as they were", async () => {
    const before = process.listeners('uncaughtException').length;
    const { startBackend } = await import('../../../src/ml/neural/backend.ts');
    await startBackend();
    expect(process.listeners('uncaughtException').length).toBe(before);
  });
});
