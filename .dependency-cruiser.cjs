/** The picture in ARCHITECTURE.md, enforced: client → router → contract ← engine → (protocol) → worker. */
const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: [from, ...allowed.map((folder) => `^src/${folder}/`)] },
});

/** Anyone may import these; they import nothing above them. */
const SHARED = ['api', 'errors', 'util'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    layer(
      'client',
      '^src/client/',
      ['router', 'engine', 'jobs', 'search', 'chunk', 'builtin', 'contract', 'models', 'protocol', ...SHARED],
      'The client wires everything but the worker.',
    ),
    layer(
      'router',
      '^src/router/',
      ['contract', 'models', ...SHARED],
      'The router knows targets, not who implements them.',
    ),
    layer(
      'jobs',
      '^src/jobs/',
      ['contract', 'protocol', ...SHARED],
      'Jobs know who computes and who shapes by interfaces.',
    ),
    layer(
      'engine',
      '^src/engine/',
      ['contract', 'models', 'protocol', ...SHARED],
      'The engine reaches the worker by the protocol alone.',
    ),
    layer(
      'providers',
      '^src/providers/',
      ['contract', ...SHARED],
      'A provider knows its API and nothing of the client, the router or the device.',
    ),
    layer(
      'search',
      '^src/search/',
      ['scan', 'protocol', ...SHARED],
      'Search knows vectors, whoever made them, and reaches its worker by the protocol alone.',
    ),
    layer('builtin', '^src/builtin/', ['contract', ...SHARED], 'The browser as a target, which knows no other.'),
    layer('chunk', '^src/chunk/', ['contract', ...SHARED], 'Chunks know sentences and budgets, not who counts tokens.'),
    layer('scan', '^src/scan/', ['protocol', ...SHARED], 'Comparing rows, on whichever thread.'),
    layer(
      'fetch',
      '^src/fetch/',
      ['client', ...SHARED],
      'It answers from the client as an app would, and knows nothing behind it.',
    ),
    layer(
      'service-worker',
      '^src/service-worker/',
      ['fetch', ...SHARED],
      'A service worker has no client: it asks a page, whose fetch answers.',
    ),
    layer(
      'frameworks',
      '^src/(ai-sdk|langchain)/',
      ['client', ...SHARED],
      'An entry for a framework knows what an app knows, and its framework.',
    ),
    {
      name: 'optional-peers',
      comment: 'Who installs only this library has no framework.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(ai-sdk|langchain)/' },
      to: { path: '^node_modules/(@ai-sdk|ai|@langchain)/' },
    },
    layer(
      'worker',
      '^src/worker/',
      ['kernel', 'encoder', 'models', 'onnx', 'protocol', 'scan', ...SHARED],
      'The worker never imports the page.',
    ),
    layer('kernel', '^src/kernel/', ['encoder', 'onnx', ...SHARED], 'The kernel runs what was recognised.'),
    layer('encoder', '^src/encoder/', ['onnx', ...SHARED], 'What an encoder is, whoever runs it.'),
    layer('contract', '^src/contract/', SHARED, 'A target is an interface.'),
    layer('protocol', '^src/protocol/', ['contract', ...SHARED], 'The protocol has types and error records.'),
    layer('models', '^src/models/', ['protocol', ...SHARED], 'What is known of models, as data and pure functions.'),
    layer('onnx', '^src/onnx/', [], 'The ONNX format, whatever the model is for.'),
    layer('errors', '^src/errors/', [], 'Errors need nothing.'),
    layer('api', '^src/api/', ['contract', 'errors'], 'The public types.'),
    layer('util', '^src/util/', ['errors'], 'Helpers without knowledge of the project.'),
    {
      name: 'public-name',
      comment: 'The demo and the browser tests use the package as its users do.',
      severity: 'error',
      from: { path: '^(demo|bench|test/(browser|e2e))/' },
      to: { path: '^src/' },
    },
    {
      name: 'one-door-to-the-runtime',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/worker/(session|start-onnxruntime|gpu-device)\\.ts$' },
      to: { path: '^node_modules/(@huggingface/transformers|onnxruntime)' },
    },
    {
      name: 'one-door-to-the-tokenizer',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/worker/tokenizer\\.ts$' },
      to: { path: '^node_modules/@huggingface/tokenizers' },
    },
    {
      name: 'one-runtime-a-worker',
      comment: "The kernel's worker is small because nothing of the other runtime is in it.",
      severity: 'error',
      from: { path: '^src/worker/main-kernel\\.ts$' },
      to: { path: '^node_modules/(@huggingface/transformers|onnxruntime)', reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|demo/dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
