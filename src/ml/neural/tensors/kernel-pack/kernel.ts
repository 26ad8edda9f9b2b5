/** What a kernel of the pack is: a computation on the heap of the WebAssembly backend, or one made of its kernels. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  getKernel,
  type KernelFunc,
  type NamedTensorInfoMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

type Attributes = Readonly<Record<string, unknown>>;

export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  /** As the operation sent them; each kernel names the type that it expects. */
  readonly attrs: unknown;
  readonly backend: BackendWasm;
  /** Runs another kernel of the backend. Its result lives until the kernel that asked is done, unless it is the very
   *  object that this one returns. */
  run(name: string, inputs: Readonly<Record<string, TensorInfo>>, attrs?: Attributes): TensorInfo;
  /** Frees a tensor that this kernel made itself when it is done. */
  keep(tensor: TensorInfo): TensorInfo;
  /** The kernel that was there before. @throws Error where there was none: a defect. */
  stock(inputs?: NamedTensorInfoMap, attrs?: Attributes): TensorInfo;
}

export interface Kernel {
  readonly name: string;
  readonly compute: (call: KernelCall) => TensorInfo;
}

/** Puts the kernel in the place of the backend's own, or where it had none. */
export function install(kernel: Kernel): void {
  const before = getKernel(kernel.name, 'wasm');
  const kernelFunc: KernelFunc = ({ inputs, attrs, backend }) => {
    const wasm = backend as BackendWasm;
    const temporaries: TensorInfo[] = [];
    const keep: KernelCall['keep'] = (tensor) => {
      temporaries.push(tensor);
      return tensor;
    };
    const run: KernelCall['run'] = (name, given, withAttrs = {}) => {
      const other = getKernel(name, 'wasm');
      if (!other) throw new Error(`the wasm backend has no kernel ${name}`);
      const result = other.kernelFunc({ inputs: given, backend, attrs: withAttrs as never }) as TensorInfo;
      return keep(result);
    };
    const stock: KernelCall['stock'] = (given = inputs, withAttrs = attrs as Attributes) => {
      if (!before) throw new Error(`the wasm backend never had a kernel ${kernel.name}`);
      return before.kernelFunc({ inputs: given, backend, attrs: withAttrs as never }) as TensorInfo;
    };
    let result: TensorInfo | undefined;
    try {
      result = kernel.compute({ inputs, attrs, backend: wasm, run, keep, stock });
      return result;
    } finally {
      for (const temporary of temporaries) if (temporary !== result) wasm.disposeData(temporary.dataId);
    }
  };
  if (before) unregisterKernel(kernel.name, 'wasm');
  registerKernel({ ...before, kernelName: kernel.name, backendName: 'wasm', kernelFunc });
}

/** The numbers of a tensor where they lie: no copy. The view is void as soon as the heap grows, so outputs are made
 *  before anything is viewed. */
export function floats(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** A new tensor of zeros: the heap hands out memory as it was left. */
export function zeros(backend: BackendWasm, shape: number[]): TensorInfo {
  const out = backend.makeOutput(shape, 'float32');
  floats(backend, out).fill(0);
  return out;
}
