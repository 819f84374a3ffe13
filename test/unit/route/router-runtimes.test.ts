import { describe, expect, test } from 'vitest';
import { EmbeddingError, RateLimitError } from '../../../src/errors/errors.js';
import type { Router } from '../../../src/route/router.js';
import { catchRejection } from '../../support/catch-error.js';
import { makePlanned, makeRouter, makeTarget, OPTIONS, REQUEST, ROWS, type FakeTarget } from './support.js';

const ROGUE = makeTarget(new Error('Expected only the targets of the plan to be made.'));

/** How often each was asked. */
function countCalls(targets: readonly FakeTarget[]): number[] {
  return targets.map(({ embed }) => embed.mock.calls.length);
}

describe('Router.embed() with two runtimes on one device', () => {
  const parts = [
    makePlanned('kernel', { runtime: 'kernel' }),
    makePlanned('onnx'),
    makePlanned('gpu', { device: 'webgpu' }),
  ];

  function makeTwins(kernel: FakeTarget, onnx: FakeTarget, gpu: FakeTarget = makeTarget()): Router {
    const targets: Record<string, FakeTarget> = { kernel, onnx, gpu };
    return makeRouter({ targets: parts, ready: () => Promise.resolve() }, ({ id }) => targets[id] ?? ROGUE);
  }

  test("doesn't load a file again that is missing, and asks the next device", async () => {
    const missing = new EmbeddingError('model_file_missing', 'No such file.');
    const [kernel, onnx, gpu] = [makeTarget(missing), makeTarget(), makeTarget()];
    await expect(makeTwins(kernel, onnx, gpu).embed(REQUEST, OPTIONS)).resolves.toBe(ROWS);
    expect(countCalls([kernel, onnx, gpu])).toEqual([1, 0, 1]);
  });

  test('gives the error as it is when there is no other device, and begins with the same target again', async () => {
    const missing = new EmbeddingError('model_file_damaged', 'Half a file.');
    const [kernel, onnx] = [makeTarget(missing), makeTarget()];
    const targets: Record<string, FakeTarget> = { kernel, onnx };
    const plan = { targets: parts.slice(0, 2), ready: () => Promise.resolve() };
    const router = makeRouter(plan, ({ id }) => targets[id] ?? ROGUE);
    expect(await catchRejection(router.embed(REQUEST, OPTIONS))).toBe(missing);
    expect(router.current?.id).toBe('kernel');
    kernel.embed.mockResolvedValue(ROWS);
    await expect(router.embed(REQUEST, OPTIONS)).resolves.toBe(ROWS);
    expect(onnx.embed).not.toHaveBeenCalled();
  });

  test('asks no other part of the device after workers hung over an input, and leaves none of them out later', async () => {
    const hung = new EmbeddingError('worker_hung', 'It hung.');
    const [kernel, onnx, gpu] = [makeTarget(hung), makeTarget(), makeTarget()];
    const router = makeTwins(kernel, onnx, gpu);
    expect(await catchRejection(router.embed(REQUEST, OPTIONS))).toBe(hung);
    expect(countCalls([kernel, onnx, gpu])).toEqual([1, 0, 0]);
    expect(router.current?.id).toBe('kernel');
  });

  test('asks nobody else while the queue is full', async () => {
    const full = new RateLimitError('queue_full', 'Full.');
    const [kernel, onnx, gpu] = [makeTarget(full), makeTarget(), makeTarget()];
    const router = makeTwins(kernel, onnx, gpu);
    expect(await catchRejection(router.embed(REQUEST, OPTIONS))).toBe(full);
    expect(countCalls([kernel, onnx, gpu])).toEqual([1, 0, 0]);
    expect(router.current?.id).toBe('kernel');
  });

  test('tells of the other runtime alone when the kernel left the model to it', async () => {
    const died = new EmbeddingError('worker_died', 'Gone.');
    const kernel = makeTarget(new EmbeddingError('kernel_unsupported', 'No.'));
    const lost = new EmbeddingError('device_lost', 'Lost.');
    const error = await catchRejection(makeTwins(kernel, makeTarget(died), makeTarget(lost)).embed(REQUEST, OPTIONS));
    expect(error).toMatchObject({
      attempts: [
        { target: 'onnx', error: died },
        { target: 'gpu', error: lost },
      ],
    });
  });
});

describe('a caller that waits no longer', () => {
  test('has the reason of its signal, and no other target is asked or left out', async () => {
    const controller = new AbortController();
    const timeout = new EmbeddingError('timeout', 'The time is up.');
    const [first, second] = [makeTarget(), makeTarget()];
    first.embed.mockImplementation(() => {
      controller.abort(timeout);
      return Promise.reject(timeout);
    });
    const plan = { targets: [makePlanned('1'), makePlanned('2')], ready: () => Promise.resolve() };
    const router = makeRouter(plan, ({ id }) => (id === '1' ? first : second));
    const options = { ...OPTIONS, signal: controller.signal };
    expect(await catchRejection(router.embed(REQUEST, options))).toBe(timeout);
    expect(second.embed).not.toHaveBeenCalled();
    expect(router.current?.id).toBe('1');
  });
});
