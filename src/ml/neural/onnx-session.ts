/** ONNX models of others, by onnxruntime on WebAssembly, on one thread: what they compute reaches nothing outside of it. */
import type { InferenceSession } from 'onnxruntime-web';
import { withoutNewProcessListeners } from './process-listeners.ts';

export type OnnxRuntime = typeof import('onnxruntime-web');

/** @returns null where onnxruntime-web is not installed. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime | null> {
  return withoutNewProcessListeners(() => import('onnxruntime-web').catch(() => null));
}

/** @throws what the runtime throws for bytes that are no model, or one that it cannot run. */
export async function openOnnxSession(runtime: OnnxRuntime, model: Uint8Array): Promise<InferenceSession> {
  return withoutNewProcessListeners(() => {
    // One thread: trials run side by side.
    runtime.env.wasm.numThreads = 1;
    return runtime.InferenceSession.create(Uint8Array.from(model), { executionProviders: ['wasm'] });
  });
}
