import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callSafely, Emitter } from '../../../src/util/emitter.js';

interface Events {
  readonly said: string;
  readonly counted: number;
}

const reportError = vi.fn<(error: unknown) => void>();

beforeEach(() => {
  reportError.mockReset();
  vi.stubGlobal('reportError', reportError);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('Emitter', () => {
  test('tells listeners of that event, in the order they came', () => {
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    emitter.on('said', (text) => heard.push(`first ${text}`));
    emitter.on('said', (text) => heard.push(`second ${text}`));
    emitter.on('counted', (count) => heard.push(String(count)));
    emitter.emit('said', 'hello');
    expect(heard).toEqual(['first hello', 'second hello']);
  });

  test('may be told of an event nobody listens to', () => {
    expect(() => {
      new Emitter<Events>().emit('said', 'hello');
    }).not.toThrow();
  });

  test('stops telling a listener that went, and only that one', () => {
    const emitter = new Emitter<Events>();
    const [gone, stays] = [vi.fn(), vi.fn()];
    const off = emitter.on('said', gone);
    emitter.on('said', stays);
    off();
    off();
    emitter.emit('said', 'hello');
    expect(gone).not.toHaveBeenCalled();
    expect(stays.mock.calls).toEqual([['hello']]);
  });

  test('tells the others when a listener goes while it is told', () => {
    const emitter = new Emitter<Events>();
    const heard = vi.fn();
    const off = emitter.on('said', () => {
      off();
    });
    emitter.on('said', heard);
    emitter.emit('said', 'hello');
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test('reports a listener that throws, and tells the others', () => {
    const emitter = new Emitter<Events>();
    const error = new Error("the app's fault");
    const heard = vi.fn();
    emitter.on('said', () => {
      throw error;
    });
    emitter.on('said', heard);
    expect(() => {
      emitter.emit('said', 'hello');
    }).not.toThrow();
    expect(heard).toHaveBeenCalledTimes(1);
    expect(reportError.mock.calls).toEqual([[error]]);
  });

  test('forgets every listener when cleared', () => {
    const emitter = new Emitter<Events>();
    const [said, counted] = [vi.fn(), vi.fn()];
    emitter.on('said', said);
    emitter.on('counted', counted);
    emitter.clear();
    emitter.emit('said', 'hello');
    emitter.emit('counted', 1);
    expect([said.mock.calls, counted.mock.calls]).toEqual([[], []]);
  });

  test('takes new listeners after it was cleared', () => {
    const emitter = new Emitter<Events>();
    const heard = vi.fn();
    const off = emitter.on('said', vi.fn());
    emitter.clear();
    emitter.on('said', heard);
    off();
    emitter.emit('said', 'hello');
    expect(heard.mock.calls).toEqual([['hello']]);
  });
});

describe('callSafely', () => {
  test('passes the value on and reports nothing when all is well', () => {
    const callback = vi.fn();
    callSafely(callback, 5);
    expect(callback.mock.calls).toEqual([[5]]);
    expect(reportError).not.toHaveBeenCalled();
  });
});
