import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { beforeAll, describe, expect, it } from 'vitest';

const RULES = './.dependency-cruiser.mjs';
const ROOTS = ['src', 'handlers', 'jobs', 'playground', 'bin'];

async function cruiseIn(baseDir: string, roots: string[], options: ICruiseOptions): Promise<ICruiseResult> {
  const { enhancedResolveOptions, ...rest } = options;
  const { output } = await cruise(roots, { ...rest, validate: true, baseDir }, enhancedResolveOptions);
  return output as ICruiseResult;
}

/** Every file of ours that can import, relative to the repository's root. */
function sourceFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|tsx|js|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith('playground/ui/dist/'));
}

function foldersIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

describe('the house', () => {
  let options: ICruiseOptions;
  let result: ICruiseResult;
  beforeAll(async () => {
    options = await extractDepcruiseOptions(RULES);
    result = await cruiseIn(process.cwd(), ROOTS, options);
  });

  it('has every file looked at: a cruiser without a working parser finds nothing, and no fault', () => {
    const seen = new Set(result.modules.map((module) => module.source));
    const files = ROOTS.flatMap(sourceFiles);
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
    expect(result.summary.totalDependenciesCruised).toBeGreaterThan(files.length);
  });

  it('keeps its import rules', () => {
    const faults = result.summary.violations.map(({ rule, from, to, cycle, via }) => {
      const way = (cycle ?? via)?.map((step) => step.name).join(' → ') ?? to;
      return `${rule.name}: ${from} → ${way}`;
    });
    expect(faults).toEqual([]);
  });

  it('has no room that the rules do not name', () => {
    const ruleText = readFileSync(RULES, 'utf8');
    const rooms = [...foldersIn('src'), ...foldersIn('src/ml')].filter(
      (room) => !['data', 'search'].includes(room),
    );
    expect(
      rooms.filter((room) => !ruleText.includes(`'${room}'`) && !ruleText.includes(`src/${room}/`)),
    ).toEqual([]);
  });

  it('gives every rule a sentence', () => {
    for (const { name, comment } of options.ruleSet?.forbidden ?? []) {
      expect(comment, name).toMatch(/^[A-Z].{25,}\.$/);
    }
  });

  it('reads the environment at its doors only', () => {
    const readers = ROOTS.flatMap(sourceFiles).filter((file) =>
      /\bprocess\s*\??\.\s*env\b|\bimport\.meta\.env\b|['"](?:node:)?process['"]/.test(
        readFileSync(file, 'utf8'),
      ),
    );
    const isDoor = (file: string) => /^src\/[^/]+\.ts$|^bin\/|^playground\/demo\.ts$/.test(file);
    expect(readers.filter((file) => !isDoor(file))).toEqual([]);
  });
});

/** One import per rule that the rule must object to: importer, imported; `npm:` marks a package. */
const OFFENCES: Readonly<Record<string, readonly [importer: string, imported: string]>> = {
  'no-cycles': ['src/plan/chicken.ts', 'src/plan/egg.ts'],
  'no-unresolved-import': ['src/plan/lost.ts', './nowhere.ts'],
  'engine-is-pure': ['src/ml/gbdt/impure.ts', 'src/profile/any.ts'],
  'engine-touches-no-io': ['src/ml/data/reader.ts', 'node:fs'],
  'engine-rooms-are-strangers': ['src/ml/gbdt/friend.ts', 'src/ml/metrics/any.ts'],
  'trees-know-no-estimator': ['src/ml/trees/curious.ts', 'src/ml/gbdt/any.ts'],
  'only-tree-estimators-know-trees': ['src/ml/linear/climber.ts', 'src/ml/trees/any.ts'],
  'engine-words-know-no-room': ['src/ml/words.ts', 'src/ml/gbdt/any.ts'],
  'profile-looks-back-only': ['src/profile/ahead.ts', 'src/requirements/any.ts'],
  'requirements-looks-back-only': ['src/requirements/ahead.ts', 'src/plan/any.ts'],
  'plan-looks-back-only': ['src/plan/ahead.ts', 'src/thread/any.ts'],
  'run-looks-back-only': ['src/run/ahead.ts', 'src/report/any.ts'],
  'report-looks-back-only': ['src/report/ahead.ts', 'src/models/any.ts'],
  'models-looks-back-only': ['src/models/ahead.ts', 'src/artifacts/any.ts'],
  'thread-looks-back-only': ['src/thread/ahead.ts', 'src/slack/any.ts'],
  'story-touches-no-io': ['src/models/writer.ts', 'node:fs/promises'],
  'adapters-never-call-each-other': ['src/slack/caller.ts', 'src/store/any.ts'],
  'doors-open-outwards': ['src/queue/reader.ts', 'src/config.ts'],
  'only-doors-open-handlers-and-jobs': ['src/queue/opener.ts', 'jobs/any.ts'],
  'errors-is-a-leaf': ['src/errors/curious.ts', 'src/plan/any.ts'],
  'handlers-speak-slack-and-story-only': ['handlers/storing.ts', 'src/store/any.ts'],
  'jobs-speak-queue-data-and-story-only': ['jobs/talking.ts', 'src/slack/any.ts'],
  'trial-thread-is-engine-only': ['jobs/trial-thread.ts', 'src/run/any.ts'],
  'handlers-never-train': ['handlers/training.ts', 'src/run/way-to-training.ts'],
  'workspace-is-not-the-app': ['playground/server/sharing.ts', 'src/slack/any.ts'],
  'page-and-server-are-strangers': ['playground/ui/src/peeking.ts', 'playground/server/any.ts'],
  'one-room-for-slack': ['src/thread/bolt.ts', 'npm:@slack/bolt'],
  'one-room-for-block-kit': ['src/thread/blocks.ts', 'npm:@slack/types'],
  'one-room-for-anthropic': ['src/thread/claude.ts', 'npm:@anthropic-ai/sdk'],
  'one-room-for-queue': ['jobs/redis.ts', 'npm:ioredis'],
  'one-room-for-s3': ['src/store/bucket.ts', 'npm:@aws-sdk/client-s3'],
  'one-room-for-threads': ['jobs/pool.ts', 'npm:piscina'],
  'one-room-for-database': ['src/queue/database.ts', 'npm:@electric-sql/pglite'],
  'one-room-for-duckdb': ['src/profile/duck.ts', 'npm:@duckdb/node-api'],
  'one-room-for-tensorflow': ['src/ml/search/tensors.ts', 'npm:@tensorflow/tfjs-core'],
  'one-room-for-onnx': ['src/ml/search/others.ts', 'npm:onnxruntime-web'],
  'one-room-for-charts': ['src/slack/chart.ts', 'npm:chart.js'],
  'one-room-for-pixels': ['src/report/charts/other.ts', 'npm:@napi-rs/canvas'],
  'one-room-for-page': ['playground/server/page.ts', 'npm:react'],
  'product-needs-no-dev-dependency': ['src/slack/mending.ts', 'npm:only-for-developers'],
  'nothing-imports-proofs': ['src/store/proof.ts', 'test/any.ts'],
  'no-room-cycles': ['src/run/a.ts', 'src/report/b.ts'],
};

/** What the offences need around them. */
const SURROUNDINGS: readonly (readonly [importer: string, imported: string])[] = [
  ['src/plan/egg.ts', 'src/plan/chicken.ts'],
  ['src/report/b.ts', 'src/run/any.ts'],
  ['src/run/way-to-training.ts', 'src/ml/search/any.ts'],
];

describe('every import rule', () => {
  let rules: string[];
  let found: { rule: string; from: string }[];

  beforeAll(async () => {
    const house = mkdtempSync(join(tmpdir(), 'modelwright-architecture-'));
    try {
      build(house);
      const options = await extractDepcruiseOptions(RULES);
      rules = (options.ruleSet?.forbidden ?? []).map(({ name }) => name ?? '');
      const roots = ['src', 'handlers', 'jobs', 'playground', 'test'];
      const { summary } = await cruiseIn(house, roots, options);
      found = summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
    } finally {
      rmSync(house, { recursive: true, force: true });
    }
  });

  it('objects to an import that breaks it', () => {
    const silent = Object.entries(OFFENCES).filter(
      ([rule, [importer]]) =>
        !found.some(
          (fault) =>
            fault.rule === rule && (fault.from === importer || importer.startsWith(`${fault.from}/`)),
        ),
    );
    expect(silent).toEqual([]);
  });

  it('has such an import here', () => {
    expect(Object.keys(OFFENCES).sort()).toEqual([...rules].sort());
  });
});

/** A small house in which every rule is broken once. */
function build(house: string): void {
  const sources = new Map<string, string[]>();
  const lines = (file: string) => sources.get(file) ?? sources.set(file, []).get(file) ?? [];
  const dependencies: Record<string, string> = {};
  for (const [importer, imported] of [...Object.values(OFFENCES), ...SURROUNDINGS]) {
    if (imported.startsWith('npm:')) {
      const name = imported.slice('npm:'.length);
      if (name !== 'only-for-developers') dependencies[name] = '*';
      write(join(house, 'node_modules', name, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
      write(join(house, 'node_modules', name, 'index.js'), '');
      lines(importer).push(`import '${name}';`);
    } else if (imported.includes(':') || imported.startsWith('.')) {
      lines(importer).push(`import '${imported}';`);
    } else {
      lines(imported);
      const way = relative(dirname(importer), imported);
      lines(importer).push(`import '${way.startsWith('.') ? way : `./${way}`}';`);
    }
  }
  for (const [file, imports] of sources) write(join(house, file), imports.join('\n'));
  const manifest = { name: 'house', dependencies, devDependencies: { 'only-for-developers': '*' } };
  write(join(house, 'package.json'), JSON.stringify(manifest));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
