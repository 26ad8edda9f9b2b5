// Compiles kernels/ (AssemblyScript) to WebAssembly and writes it as a module that the engine can import without
// touching a file: src/ml/<room>/kernels.generated.ts, never committed. `--check` only says whether that is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** What each module exports: the kernels, built with these features of WebAssembly. Trees add whole numbers only. */
const BUILDS = {
  trees: { wasm: 'simd,threads' },
  neural: { wasm: 'simd,threads', fusedWasm: 'simd,threads,relaxed-simd' },
};

const root = new URL('../', import.meta.url);
const check = process.argv.includes('--check');

for (const [room, builds] of Object.entries(BUILDS)) {
  const source = `kernels/${room}/index.ts`;
  const target = `src/ml/${room}/kernels.generated.ts`;
  const binaries = {};
  for (const [name, features] of Object.entries(builds)) binaries[name] = await compile(source, features);
  const text = moduleText(source, binaries);
  const at = new URL(target, root);
  if (!check) {
    await writeFile(at, text);
  } else if ((await readFile(at, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${target} does not match ${source}: run npm run build\n`);
    process.exitCode = 1;
  }
}

/** @returns the bytes of the module. Its memory is imported, so that several threads can share one. */
async function compile(source, features) {
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', features];
  const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
  let binary;
  const { error, stderr } = await asc.main(
    [source, '--outFile', 'module.wasm', ...flags, ...memory, '--baseDir', fileURLToPath(root)],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents;
      },
    },
  );
  if (error || !binary) throw new Error(`${source} does not compile:\n${stderr.toString()}`);
  return binary;
}

function moduleText(source, binaries) {
  const head = `/** Built from ${source} by scripts/build-kernels.mjs; not to be edited. */\n`;
  const exports = Object.entries(binaries).map(
    ([name, binary]) => `export const ${name} =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  );
  return head + exports.join('');
}
