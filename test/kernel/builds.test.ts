/** Both builds in a browser, with every inner product that this machine's processor computes exactly. */
import { describe, expect, test } from 'vitest';
import { Arena } from '../../src/runtime/kernel/wasm/arena.js';
import { chooseDot } from '../../src/runtime/kernel/wasm/choose-dot.js';
import { DotCheck } from '../../src/runtime/kernel/wasm/dot-check.js';
import { SATURATING, SIGNED, UNSIGNED, WIDENING, type DotKind } from '../../src/runtime/kernel/wasm/dot-kind.js';
import { startModule } from '../../src/runtime/kernel/wasm/kernel-module.js';
import { describeKernel } from '../support/describe-kernel.js';

const plain = new URL('../../dist/assets/kernel-plain.wasm', import.meta.url).href;
const relaxed = new URL('../../dist/assets/kernel-relaxed.wasm', import.meta.url).href;
const KINDS = [UNSIGNED, SIGNED, SATURATING];
const exact = await findExact();

describeKernel('the plain build', () => plain, WIDENING);
for (const dot of exact) describeKernel(`the relaxed build, ${dot.name}`, () => relaxed, dot);

describe('the choice', () => {
  test('is the first product that is exact, if weights are small enough for it', async () => {
    for (const maxWeight of [64, 127]) {
      const { dot } = await chooseDot({ relaxed, plain }, () => maxWeight);
      expect(dot).toBe(exact.find((kind) => kind.maxWeight >= maxWeight) ?? WIDENING);
    }
  });

  test('is the plain build where the browser refuses the relaxed one', async () => {
    // A section of an unknown number: what a module of a newer kind looks like to a browser.
    const refused = `data:application/wasm;base64,${btoa('\0asm\x01\0\0\0\x7f\x01\0')}`;
    const { dot } = await chooseDot({ relaxed: refused, plain }, () => 64);
    expect(dot).toBe(WIDENING);
  });

  test.each([
    ['a file that is missing', '/nowhere/kernel.wasm'],
    ['a file that is something else', 'data:text/plain,hello there'],
  ])('fails by name for %s', async (_, url) => {
    await expect(chooseDot({ relaxed: url, plain }, () => 64)).rejects.toMatchObject({ code: 'runtime_file_failed' });
  });
});

/** Those whose products are right; twice, before and after browsers have compiled the code anew. */
async function findExact(): Promise<readonly DotKind[]> {
  const kernel = await startModule(relaxed);
  if (!kernel) return [];
  const arena = new Arena(kernel.memory, kernel.firstFree());
  return KINDS.filter((dot) => {
    const check = new DotCheck(kernel, arena, dot);
    const isExact = check.passesFully();
    for (let round = 0; round < 5000; round++) check.passes();
    expect(check.passesFully()).toBe(isExact);
    return isExact;
  });
}
