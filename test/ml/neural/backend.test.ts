import { describe, expect, it } from 'vitest';

describe('startBackend', () => {
  it('starts WebAssembly where the native library is not installed, and says so', async () => {
    const { startBackend } = await import('../../../src/ml/neural/backend.ts');
    const backend = await startBackend();
    expect(backend.name).toBe('wasm');
    expect(backend.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(backend.sentence).toContain('WebAssembly');
    expect(await startBackend()).toBe(backend);
  });

  it("leaves the process's handlers of uncaught errors as they were", async () => {
    const before = process.listeners('uncaughtException').length;
    const { startBackend } = await import('../../../src/ml/neural/backend.ts');
    await startBackend();
    expect(process.listeners('uncaughtException').length).toBe(before);
  });
});
