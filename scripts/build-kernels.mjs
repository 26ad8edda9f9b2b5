// Compiles kernels/ (AssemblyScript) to WebAssembly and writes it as a module that the engine can import without
// touching a file: src/ml/<room>/kernels.generated.ts, never committed. `--check` only says whether that is up to date.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const MODULES = ['trees', 'neural'].map((room) => ({
  source: `kernels/${room}/index.ts`,
  target: `src/ml/${room}/kernels.generated.ts`,
}));

const root = new URL('../', import.meta.url);
const check = process.argv.includes('--check');

for (const { source, target } of MODULES) {
  const text = moduleText(source, await compile(source));
  const at = new URL(target, root);
  if (!check) {
    await writeFile(at, text);
  } else if ((await readFile(at, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${target} does not match ${source}: run npm run build\n`);
    process.exitCode = 1;
  }
}

/** @returns the bytes of the module. Its memory is imported, so that several threads can share one. */
async function compile(source) {
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd,threads'];
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

function moduleText(source, binary) {
  const base64 = Buffer.from(binary).toString('base64');
  return `/** Built from ${source} by scripts/build-kernels.mjs; not to be edited. */\nexport const wasm =\n  '${base64}';\n`;
}
