import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SpaceMismatchError } from '../../../src/errors/errors.js';
import { SpaceBinding } from '../../../src/spaces/space-binding.js';
import { catchError } from '../../support/catch-error.js';
import { stubStorage } from '../storage/stub-storage.js';

const A = 'model-a@main;pooling=mean;dimensions=4';
const B = 'model-b@main;pooling=mean;dimensions=4';

beforeEach(() => {
  stubStorage();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('SpaceBinding', () => {
  test('is bound by the first answer, and refuses every other space', () => {
    const binding = new SpaceBinding(undefined);
    expect(binding.bound).toBeUndefined();
    binding.claim('one', A, true);
    binding.claim('two', A, true);
    expect(binding.bound).toBe(A);
    const error = catchError(() => {
      binding.claim('two', B, true);
    });
    expect(error).toBeInstanceOf(SpaceMismatchError);
    expect(error).toMatchObject({ expected: A, actual: B });
    expect(binding.conflictOf('two')).toBe('model-b@main;pooling=mean');
    expect(binding.isBoundTo('one')).toBe(true);
  });

  test('takes widths that were asked for, and no other full width', () => {
    const binding = new SpaceBinding(undefined);
    binding.claim('one', A.replace('=4', '=2'), false);
    expect(binding.bound).toBe('model-a@main;pooling=mean');
    binding.claim('one', A, true);
    expect(binding.bound).toBe(A);
    binding.claim('one', A.replace('=4', '=2'), false);
    const other = A.replace('=4', '=8');
    expect(
      catchError(() => {
        binding.claim('one', other, true);
      }),
    ).toMatchObject({ actual: other });
  });

  test('knows of a conflict before there is an answer', () => {
    const binding = new SpaceBinding(undefined);
    binding.note('two', B);
    expect(binding.conflictOf('two')).toBeUndefined();
    binding.claim('one', A, true);
    expect(binding.conflictOf('two')).toBe('model-b@main;pooling=mean');
    expect(binding.conflictOf('unknown')).toBeUndefined();
  });

  test('is remembered under its name, by other clients and tabs as well, until it is released', () => {
    const [first, second] = [new SpaceBinding('notes'), new SpaceBinding('notes')];
    first.claim('one', A, true);
    expect(new SpaceBinding('notes').bound).toBe(A);
    expect(new SpaceBinding('mails').bound).toBeUndefined();
    // Made before there was an answer.
    expect(
      catchError(() => {
        second.claim('two', B, true);
      }),
    ).toBeInstanceOf(SpaceMismatchError);
    first.release();
    expect(new SpaceBinding('notes').bound).toBeUndefined();
    first.claim('two', B, true);
    expect(first.bound).toBe(B);
  });

  const forbid = (method: string): void => {
    const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
    const refuse = (): never => {
      throw new DOMException('no', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { ...storage, [method]: refuse });
  };

  test.each(['getItem', 'setItem'])('binds this client alone, and says so once, when %s is forbidden', (method) => {
    forbid(method);
    const onForgetful = vi.fn();
    const binding = new SpaceBinding('notes', onForgetful);
    binding.claim('one', A, true);
    expect(binding.bound).toBe(A);
    expect(
      catchError(() => {
        binding.claim('two', B, true);
      }),
    ).toBeInstanceOf(SpaceMismatchError);
    expect(onForgetful).toHaveBeenCalledTimes(1);
  });

  test('says so when what is remembered must stay', () => {
    forbid('removeItem');
    const binding = new SpaceBinding('notes');
    expect(
      catchError(() => {
        binding.release();
      }),
    ).toMatchObject({ code: 'storage_unavailable' });
  });
});
