/** The one command of a project: train by the stored plan, then compare. Plain JavaScript that needs nothing but Node
 *  and the `modelwright` package beside it. */

export function reproduceScript(): string {
  return SCRIPT;
}

const SCRIPT = `// Trains again what plan.json describes and compares the metrics with expected.json.
// Usage: node reproduce.mjs [DATA FILE] [bin/modelwright.js of another place]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const expected = JSON.parse(readFileSync(join(here, 'expected.json'), 'utf8'));
const data = process.argv[2] ?? join(here, expected.data.file);

if (!existsSync(data)) fail(\`There is no \${data}: put the raw file there, or name it.\`);
const hash = createHash('sha256').update(readFileSync(data)).digest('hex');
if (hash !== expected.data.sha256) fail(\`\${data} is another file than the run was trained on.\`);

const program = process.argv[3] ?? join(here, 'node_modules/modelwright/bin/modelwright.js');
if (!existsSync(program)) fail('Modelwright is not installed here: npm install, or name its bin/modelwright.js after the data file.');
const args = ['train', data, '--plan', join(here, 'plan.json'), '--out', join(here, 'result'), '--json'];
const trained = spawnSync(process.execPath, [program, ...args], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (trained.status !== 0) fail('The training did not end well.');
const { holdout, model } = JSON.parse(trained.stdout);

console.log(\`winner: \${model.family} \${JSON.stringify(model.parameters)}\`);
let differing = 0;
for (const [metric, { value }] of Object.entries(expected.holdout)) {
  const again = holdout[metric]?.value;
  const same = Math.abs(again - value) <= 1e-9 * Math.max(1, Math.abs(value));
  if (!same) differing += 1;
  console.log(\`\${metric}: \${again} (reported: \${value})\${same ? '' : '  DIFFERS'}\`);
}
if (differing > 0 && expected.trials.finished < expected.trials.planned) {
  console.log(\`The reported run was cut short after \${expected.trials.finished} of \${expected.trials.planned} trials; this one did all of them.\`);
  process.exit(0);
}
if (differing > 0) fail(\`\${differing} of the metrics differ from the reported ones.\`);
console.log('Every metric is the reported one.');

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
`;
