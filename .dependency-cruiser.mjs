/** Imports point one way. `story` lists the rooms in the order in which a request travels: a room may import itself and
 *  what came before it, never what comes after. `adapters` speak to the outside for the story; only a door joins two.
 *  test/architecture.test.ts runs these rules, checks that every file was seen, and that every rule can fail. */
const story = ['ml', 'profile', 'requirements', 'plan', 'run', 'report', 'models', 'thread'];
const adapters = ['specialist', 'slack', 'datasets', 'pretrained', 'store', 'queue', 'artifacts'];
/** Rooms of the engine that know nothing of each other. */
const strangers = [
  'baseline',
  'linear',
  'neighbours',
  'naive-bayes',
  'gbdt',
  'forest',
  'neural',
  'tuning',
  'metrics',
  'preprocessing',
  'model-selection',
  'inspection',
  'ensemble',
  'forecasting',
  'augmentation',
  'windowing',
  'fairness',
  'calibration',
];

/** What boosting and forests share. */
const treeMachinery = ['trees'];

const any = (names) => `(${names.join('|')})`;
/** Where adapters are constructed and joined: the files in src itself, and the room behind one of them. */
const behindDoors = ['command-line'];
const DOORS = `^src/([^/]+[.]ts$|${any(behindDoors)}/)`;
/** What the whole engine speaks: the files at its root, tables, and the words of tuning, which are pure data. */
const TUNING_WORDS = '^src/ml/tuning/(distributions|trial|calibration|portfolio)[.]ts$';
const PROOFS = '^(test|bench)/';

const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** One room per SDK: only `rooms` may import the packages. */
const oneRoom = (name, packages, rooms, comment) =>
  rule(
    `one-room-for-${name}`,
    { pathNot: [...rooms, PROOFS] },
    { path: `(^|/)node_modules/${any(packages)}(/|$)` },
    comment,
  );

export default {
  forbidden: [
    rule('no-cycles', {}, { circular: true }, 'A cycle means that two files are one file.'),
    {
      ...rule(
        'no-room-cycles',
        { path: '^src/[^/]+$' },
        { circular: true },
        'A cycle means that two rooms are one room.',
      ),
      scope: 'folder',
    },
    rule(
      'no-unresolved-import',
      {},
      { couldNotResolve: true },
      'An import that leads nowhere is one that no rule here can see.',
    ),

    rule(
      'engine-is-pure',
      { path: '^src/ml/' },
      { path: '^(src/(?!ml/|errors/)|handlers/|jobs/|playground/)' },
      'The engine knows tables and numbers: no Slack, queue, store, specialist or config.',
    ),
    rule(
      'engine-touches-no-io',
      // It asks V8 for an instruction, and reads and writes nothing.
      { path: '^src/ml/', pathNot: ['^src/ml/fused-multiply-add[.]ts$'] },
      { dependencyTypes: ['core'] },
      'No files, threads or process in the engine: data comes in as a Table, results go out as values.',
    ),
    rule(
      'engine-rooms-are-strangers',
      { path: `^src/ml/${any(strangers)}/` },
      { path: `^src/ml/${any([...strangers, 'search'])}/`, pathNot: ['^src/ml/$1/', TUNING_WORDS] },
      'A sampler knows no model and a model knows no metric; only ml/search joins them.',
    ),
    rule(
      'trees-know-no-estimator',
      { path: `^src/ml/${any(treeMachinery)}/` },
      { path: `^src/ml/${any([...strangers, 'search'])}/` },
      'How a tree is grown and walked is shared by boosting and forests; it knows neither of them.',
    ),
    rule(
      'only-tree-estimators-know-trees',
      { path: '^src/ml/', pathNot: ['^src/ml/(trees|gbdt|forest)/'] },
      { path: `^src/ml/${any(treeMachinery)}/` },
      'Bins, histograms and kernels are the inside of the tree estimators.',
    ),
    rule(
      'engine-words-know-no-room',
      { path: ['^src/ml/[^/]+[.]ts$', '^src/ml/data/', TUNING_WORDS] },
      { path: `^src/ml/${any([...strangers, 'search'])}/`, pathNot: TUNING_WORDS },
      'What every room of the engine speaks must not drag one of those rooms along.',
    ),

    ...story
      .slice(1)
      .map((room, i) =>
        rule(
          `${room}-looks-back-only`,
          { path: `^src/${room}/` },
          { path: `^src/${any([...story.slice(i + 2), ...adapters])}/` },
          'Later rooms know earlier ones, never the reverse; the story never knows how it is spoken or stored.',
        ),
      ),
    rule(
      'story-touches-no-io',
      { path: `^src/${any(story)}/`, pathNot: ['^src/ml/', '^src/report/charts/render[.]ts$'] },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|zlib)$' },
      'The story declares the few functions it needs and adapters do them. Hashing and compressing are arithmetic; render finds its fonts.',
    ),
    rule(
      'adapters-never-call-each-other',
      { path: `^src/${any(adapters)}/` },
      { path: `^src/${any(adapters)}/`, pathNot: '^src/$1/' },
      'Only a door joins two adapters.',
    ),
    rule(
      'doors-open-outwards',
      { path: '^(src/[^/]+/|handlers/|jobs/)', pathNot: DOORS },
      { path: DOORS },
      'No room imports a door, so no room reads the environment; what a room needs is handed to it.',
    ),
    rule(
      'only-doors-open-handlers-and-jobs',
      { path: '^(src/[^/]+/|playground/)', pathNot: [DOORS, '^playground/demo[.]ts$'] },
      { path: '^(handlers|jobs)/' },
      'Handlers and jobs are where Slack and the queue come in; the house itself never calls them.',
    ),
    rule(
      'errors-is-a-leaf',
      { path: '^src/errors/' },
      { path: '^src/(?!errors/)' },
      'Everyone may name an error; errors name nobody.',
    ),

    rule(
      'handlers-speak-slack-and-story-only',
      { path: '^handlers/' },
      { path: `^(src/${any(adapters.filter((room) => room !== 'slack'))}/|jobs/|playground/)` },
      'A handler acknowledges, reads the event, calls one function of the story and renders; work goes through the queue it was given.',
    ),
    rule(
      'jobs-speak-queue-data-and-story-only',
      { path: '^jobs/' },
      {
        path: `^(src/${any(adapters.filter((room) => !['queue', 'datasets'].includes(room)))}/|handlers/|playground/)`,
      },
      'A job loads by id, calls one function of the story and saves, through what the door gave it.',
    ),
    rule(
      'trial-thread-is-engine-only',
      { path: '^jobs/trial-thread[.]ts$' },
      {
        path: '^(src/(?!ml/|errors/)|handlers/|jobs/(?!(tree-helpers|ask-for-shards)[.]ts$|thread-cpu[.]mjs$)|playground/)',
      },
      'The training thread carries the engine, threads that help it, and nothing else.',
    ),
    rule(
      'handlers-never-train',
      { path: '^handlers/' },
      {
        path: '^src/ml/(search|baseline|linear|neighbours|naive-bayes|trees|gbdt|forest|neural|preprocessing|model-selection|inspection|ensemble)/',
        reachable: true,
      },
      'Slack waits 3 seconds for an answer, so training may not even be reachable from a handler; training is a job.',
    ),
    rule(
      'workspace-is-not-the-app',
      { path: '^playground/(server/|ui/|driver|claude/)' },
      { path: '^(src|handlers|jobs)/' },
      'The playground plays Slack and a language model: if it shared code with the app, both could be wrong in the same way.',
    ),
    rule(
      'page-and-server-are-strangers',
      { path: '^playground/(server|ui)/' },
      { path: '^playground/(server|ui)/', pathNot: '^playground/$1/' },
      'The page knows the workspace by its HTTP door alone (PAGE_API.md).',
    ),

    oneRoom(
      'slack',
      ['@slack/(?!types/).+'],
      ['^src/slack/', '^handlers/', DOORS],
      'Only src/slack and handlers speak Slack.',
    ),
    oneRoom(
      'block-kit',
      ['@slack/types'],
      ['^src/slack/', '^handlers/', '^playground/ui/'],
      'Blocks are built in src/slack and drawn by the page; the story never sees one.',
    ),
    oneRoom(
      'anthropic',
      ['@anthropic-ai/.+'],
      ['^src/specialist/'],
      'Only src/specialist speaks to a language model; the playground plays one without its SDK.',
    ),
    oneRoom('queue', ['bullmq', 'ioredis'], ['^src/queue/'], 'Only src/queue speaks BullMQ and Redis.'),
    oneRoom(
      's3',
      ['@aws-sdk/client-s3'],
      ['^src/artifacts/'],
      'Only src/artifacts speaks to object storage.',
    ),
    oneRoom('threads', ['piscina'], ['^src/queue/'], 'Only src/queue keeps a pool of threads.'),
    oneRoom(
      'database',
      ['kysely', 'pg', '@electric-sql/.+'],
      ['^src/store/'],
      'Only src/store opens a database.',
    ),
    oneRoom('duckdb', ['@duckdb/.+'], ['^src/datasets/'], 'Only src/datasets parses data files.'),
    oneRoom('tensorflow', ['@tensorflow/.+'], ['^src/ml/neural/'], 'Only the neural room knows tfjs.'),
    oneRoom('onnx', ['onnxruntime-.+'], ['^src/ml/neural/'], 'Only the neural room runs networks of others.'),
    oneRoom(
      'charts',
      ['chart[.]js', 'chartjs-plugin-annotation'],
      ['^src/report/charts/'],
      'Charts are drawn in one room.',
    ),
    oneRoom(
      'pixels',
      ['chartjs-node-canvas', '@napi-rs/.+', 'canvas'],
      ['^src/(report/charts/render|datasets/images/decode-image)[.]ts$'],
      'A chart is values, then a scene, then pixels; only render knows the canvas, and only decode-image its decoder.',
    ),
    oneRoom(
      'page',
      ['react', 'react-dom', 'slack-blocks-to-jsx'],
      ['^playground/ui/'],
      'The server sends JSON; only the page knows React.',
    ),

    rule(
      'product-needs-no-dev-dependency',
      { path: '^(src|handlers|jobs|bin)/|^playground/(server/|driver|demo[.]ts$)' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
      'What people install must run without what only developers install.',
    ),
    rule('nothing-imports-proofs', { pathNot: PROOFS }, { path: PROOFS }, 'Tests and benchmarks are leaves.'),
  ],
  options: {
    // Type imports count too: a type is knowledge of a room.
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^playground/ui/dist/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'module-sync', 'node', 'types', 'require', 'default'],
    },
  },
};
