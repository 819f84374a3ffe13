/** What has to be true before a release is worth building. */

/** All that a release depends on besides the code. */
export interface ReleaseState {
  /** Whether this run is to publish; it is stricter then. */
  readonly publishes: boolean;
  /** package.json's. */
  readonly version: string;
  /** `owner/name` on GitHub, from package.json; undefined when it names none. */
  readonly repository: string | undefined;
  /** All of CHANGELOG.md. */
  readonly changelog: string;
  /** What `git status --porcelain` prints. */
  readonly changedFiles: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Every reason against the release, each with what to do; none when it may begin. */
export function findProblems(state: ReleaseState): string[] {
  return [
    state.changedFiles.trim() === ''
      ? undefined
      : `Expected nothing uncommitted, but got:\n${state.changedFiles.trimEnd()}`,
    findChangelogProblem(state),
    ...(state.publishes ? [findCiProblem(state), findTagProblem(state), findRepositoryProblem(state)] : []),
  ].filter((problem) => problem !== undefined);
}

/** The `owner/name` of package.json's `repository`, in any of its forms, where it is on GitHub. */
export function readRepository(field: unknown): string | undefined {
  const url = typeof field === 'object' && field !== null && 'url' in field ? field.url : field;
  if (typeof url !== 'string') return undefined;
  return /^(?:github:|(?:git\+)?(?:https|ssh|git):\/\/(?:git@)?github\.com\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(
    url,
  )?.[1];
}

function findChangelogProblem({ changelog, version, publishes }: ReleaseState): string | undefined {
  const heading = /^## (\S+)(?: \((.*)\))?$/m.exec(changelog);
  if (heading?.[1] !== version) {
    return `Expected the first heading of CHANGELOG.md to be of ${version}, as package.json is, but got ${heading?.[0] ?? 'none'}.`;
  }
  if (publishes && !/^\d{4}-\d\d-\d\d$/.test(heading[2] ?? '')) {
    return `Expected a date in the heading of ${version} in CHANGELOG.md, such as '## ${version} (2026-01-31)', but got '${heading[0]}'.`;
  }
  return undefined;
}

function findCiProblem({ env }: ReleaseState): string | undefined {
  // What GitHub gives to a job with `id-token: write`, and to no other.
  if (env['GITHUB_ACTIONS'] === 'true' && env['ACTIONS_ID_TOKEN_REQUEST_URL'] !== undefined) return undefined;
  return (
    'Expected to run in GitHub Actions with `id-token: write`: provenance is signed with that identity, and no other ' +
    'place can publish. Push the tag instead.'
  );
}

function findTagProblem({ env, version }: ReleaseState): string | undefined {
  const ref = env['GITHUB_REF'];
  if (ref === `refs/tags/v${version}`) return undefined;
  return `Expected the tag v${version}, as package.json says, but got ${ref ?? 'none'}.`;
}

function findRepositoryProblem({ env, repository }: ReleaseState): string | undefined {
  if (repository !== undefined && repository === env['GITHUB_REPOSITORY']) return undefined;
  return (
    `Expected \`repository\` in package.json to name the repository that publishes, ` +
    `${env['GITHUB_REPOSITORY'] ?? 'which is unknown'}, but got ${repository ?? 'none'}. npm compares it with the provenance.`
  );
}
