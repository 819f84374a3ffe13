import { describe, expect, test } from 'vitest';
import { findProblems, readRepository, type ReleaseState } from '../../../scripts/release/preflight.js';

const DRY: ReleaseState = {
  publishes: false,
  version: '1.2.0',
  repository: undefined,
  changelog: '# Changelog\n\n## 1.2.0 (unreleased)\n\n- New.\n\n## 1.1.0 (2026-01-31)\n',
  changedFiles: '',
  env: {},
};

const PUBLISHED: ReleaseState = {
  ...DRY,
  publishes: true,
  repository: 'owner/name',
  changelog: '# Changelog\n\n## 1.2.0 (2026-02-28)\n',
  env: {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ci.invalid/token',
    GITHUB_REF: 'refs/tags/v1.2.0',
    GITHUB_REPOSITORY: 'owner/name',
  },
};

describe('a dry run', () => {
  test('finds nothing wrong anywhere with a clean tree and a heading of its version', () => {
    expect(findProblems(DRY)).toEqual([]);
  });

  test('names what is uncommitted', () => {
    expect(findProblems({ ...DRY, changedFiles: ' M src/index.ts\n?? notes.txt\n' })).toEqual([
      'Expected nothing uncommitted, but got:\n M src/index.ts\n?? notes.txt',
    ]);
  });

  test.each([
    ['another version', '# Changelog\n\n## 1.1.0 (2026-01-31)\n', 'got ## 1.1.0 (2026-01-31)'],
    ['the version further down', '## 1.3.0\n\n## 1.2.0\n', 'got ## 1.3.0'],
    ['no heading', '# Changelog\n', 'got none'],
  ])('refuses a changelog that begins with %s', (_name, changelog, message) => {
    expect(findProblems({ ...DRY, changelog })).toEqual([expect.stringContaining(message)]);
  });
});

describe('publishing', () => {
  test('finds nothing wrong in a CI with an identity, on the tag, for the repository that package.json names', () => {
    expect(findProblems(PUBLISHED)).toEqual([]);
  });

  test('asks for a date in the changelog', () => {
    expect(findProblems({ ...PUBLISHED, changelog: DRY.changelog })).toEqual([
      expect.stringContaining("got '## 1.2.0 (unreleased)'"),
    ]);
  });

  test.each(['GITHUB_ACTIONS', 'ACTIONS_ID_TOKEN_REQUEST_URL'])('refuses to without %s', (name) => {
    expect(findProblems({ ...PUBLISHED, env: { ...PUBLISHED.env, [name]: undefined } })).toEqual([
      expect.stringContaining('id-token: write'),
    ]);
  });

  test.each(['refs/tags/v1.1.0', 'refs/heads/main', undefined])('refuses the ref %s', (ref) => {
    expect(findProblems({ ...PUBLISHED, env: { ...PUBLISHED.env, GITHUB_REF: ref } })).toEqual([
      expect.stringContaining('Expected the tag v1.2.0'),
    ]);
  });

  test.each([undefined, 'somebody/else'])("refuses the repository %s, which isn't the CI's", (repository) => {
    expect(findProblems({ ...PUBLISHED, repository })).toEqual([expect.stringContaining('owner/name')]);
  });
});

test.each([
  'owner/name',
  'github:owner/name',
  'https://github.com/owner/name',
  'https://github.com/owner/name.git',
  { type: 'git', url: 'git+https://github.com/owner/name.git' },
  { type: 'git', url: 'git+ssh://git@github.com/owner/name.git' },
])('the repository is read from %o', (field) => {
  expect(readRepository(field)).toBe('owner/name');
});

test.each([undefined, null, 3, {}, 'https://example.org/owner/name'])('there is no repository in %o', (field) => {
  expect(readRepository(field)).toBeUndefined();
});
