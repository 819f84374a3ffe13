import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ROOT } from '../../../../../scripts/package/paths.js';
import { chooseDot } from '../../../../../src/runtime/kernel/wasm/choose-dot.js';
import { makeRefusedBuild, readPlainBuild, toUrl } from '../support.js';

const START = readFileSync(join(ROOT, 'dist/assets/kernel-plain.wasm'));

afterEach(() => {
  vi.unstubAllGlobals();
});

function choose(plain: string, relaxed = makeRefusedBuild()): Promise<unknown> {
  return chooseDot({ relaxed, plain }, () => 127);
}

describe('chooseDot', () => {
  test('takes the plain build where the other one is not compiled', async () => {
    expect(await choose(readPlainBuild())).toMatchObject({ dot: { name: 'widening' } });
  });

  test.each([
    ['came incomplete', toUrl(START.subarray(0, 3000))],
    ['lacks its instructions', makeRefusedBuild()],
    ['is something else', toUrl(Buffer.from('<!doctype html>'))],
  ])('says that nothing could be started where the plain build %s, and calls no number wrong', async (_what, plain) => {
    await expect(choose(plain)).rejects.toMatchObject({ name: 'ModelLoadError', code: 'runtime_file_failed' });
  });

  test('names the policy that forbids WebAssembly, and what to allow', async () => {
    vi.stubGlobal('WebAssembly', {
      compile: () => Promise.reject(new WebAssembly.CompileError('blocked by CSP')),
    });
    await expect(choose(readPlainBuild())).rejects.toMatchObject({
      code: 'runtime_file_failed',
      message: expect.stringContaining("'wasm-unsafe-eval'") as string,
    });
  });

  test('says that memory is missing where it is', async () => {
    const { compile } = WebAssembly;
    vi.stubGlobal('WebAssembly', { compile, instantiate: () => Promise.reject(new RangeError('memory')) });
    await expect(choose(readPlainBuild())).rejects.toMatchObject({ code: 'insufficient_memory' });
  });
});
