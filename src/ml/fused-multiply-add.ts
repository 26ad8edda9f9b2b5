/** Whether WebAssembly here multiplies and adds in one instruction, which rounds once instead of twice. Processors have had it for
 *  ten years; Node has it from 21 on, and 20 behind a flag. */
import { setFlagsFromString } from 'node:v8';

/** A module whose one function takes three numbers and gives the first × the second + the third, by `f32x4.relaxed_madd`: that may
 *  round once or twice, as the processor does. */
const PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic number, version
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7d, 0x7d, 0x7d, 0x01, 0x7d], // one type: three float32 to one
  ...[0x03, 0x02, 0x01, 0x00], // one function, of that type
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // exported as f
  ...[0x0a, 0x16, 0x01, 0x14, 0x00], // its body, without variables
  ...[0x20, 0x00, 0xfd, 0x13, 0x20, 0x01, 0xfd, 0x13, 0x20, 0x02, 0xfd, 0x13], // each parameter in all lanes
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0x00, 0x0b], // relaxed_madd, the first lane, end
);

let known: boolean | undefined;

/** The same for the whole life of the process, and of its threads. */
export function canFuse(): boolean {
  known ??= understands() && roundsOnce();
  return known;
}

function understands(): boolean {
  if (WebAssembly.validate(PROBE)) return true;
  // An unknown flag is complained of on the console, so only where it is known to exist. It is read whenever code is compiled.
  if (!process.versions.node.startsWith('20.')) return false;
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(PROBE);
}

function roundsOnce(): boolean {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(PROBE), {}).exports;
  const multiplyAdd = f as (a: number, b: number, c: number) => number;
  const a = 1 + 2 ** -12;
  return multiplyAdd(a, a, -(1 + 2 ** -11)) === 2 ** -24; // rounded before the addition, nothing would be left
}
