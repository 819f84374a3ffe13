import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Methods and classes that Safari 16, Chrome 103 or Firefox 104 lack. */
const TOO_NEW = [
  ...['canParse', 'toSorted', 'toReversed', 'toSpliced', 'with', 'groupBy', 'withResolvers', 'fromAsync'],
  ...['isWellFormed', 'toWellFormed', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom', 'intersection', 'union'],
  ...['difference', 'symmetricDifference', 'getOrInsert', 'toBase64', 'fromBase64', 'toHex', 'fromHex', 'transfer'],
];

/** Their calls, and unless told otherwise patterns that look behind. */
function tooNew(mayLookBehind) {
  const message = 'Safari 16 or Chrome 103 has no such thing: an app there would get a bare TypeError.';
  return [
    ...TOO_NEW.map((name) => `CallExpression[callee.property.name='${name}']`),
    ...['URL.parse', 'AbortSignal.any', 'Promise.try', 'Iterator.from'].map((name) => {
      const [object, property] = name.split('.');
      return `CallExpression[callee.object.name='${object}'][callee.property.name='${property}']`;
    }),
    ...(mayLookBehind ? [] : ['Literal[regex.pattern=/\\(\\?<[=!]/]', 'TemplateElement[value.raw=/\\(\\?<[=!]/]']),
  ].map((selector) => ({ selector, message }));
}

/** What a browser keeps for a site. `src/storage` is the door to it. */
const STORES = ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore'];
const STORE_MESSAGE = 'Ask src/storage: it knows every name, and what to do where storage is blocked, full or damaged.';

export default tseslint.config(
  { ignores: ['dist/', 'demo/dist/', 'docs/', 'src/**/assembly/', 'models/', 'bench/results/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true }],
      'max-lines-per-function': ['error', { max: 45, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // The one sanctioned use: a deferred promise's two functions, which exist before anyone can see the class.
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  {
    // What browsers run: a provider has to be within reach of those that compute nothing themselves. README.md names them.
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...tooNew(false)] },
  },
  {
    // It runs where there is WASM SIMD, and Safari got both in 16.4.
    files: ['src/runtime/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...tooNew(true)] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/storage/**'],
    rules: {
      'no-restricted-globals': ['error', ...STORES.map((name) => ({ name, message: STORE_MESSAGE }))],
      'no-restricted-properties': [
        'error',
        ...STORES.map((property) => ({ property, message: STORE_MESSAGE })),
        { object: 'navigator', property: 'storage', message: STORE_MESSAGE },
      ],
    },
  },
  {
    // A describe block is as long as its cases.
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
);
