import { describe, expect, test } from 'vitest';
import { LoadReport, type LoadState } from '../../../../src/targets/local/load-report.js';

/** What is told of states of targets, each as `id phase bytes`. */
function report(...states: readonly string[]): string[] {
  const told: string[] = [];
  const loading = new LoadReport(({ phase, loadedBytes }) => told.push(`${phase} ${String(loadedBytes)}`));
  for (const state of states) {
    const [id = '', phase, bytes] = state.split(' ');
    loading.add(id, { phase: phase as LoadState['phase'], loadedBytes: Number(bytes) });
  }
  return told;
}

describe('LoadReport', () => {
  test('tells every state of one target, of a new attempt too', () => {
    const states = ['download 0', 'download 9', 'download 0', 'start 9', 'ready 9', 'download 0', 'ready 9'];
    expect(report(...states.map((state) => `one ${state}`))).toEqual(states);
  });

  test('hears a target that takes over once it is as far', () => {
    const told = report(
      'one download 5',
      'one start 9',
      'two download 0',
      'two download 9',
      'two start 8',
      'two start 9',
      'two ready 9',
    );
    expect(told).toEqual(['download 5', 'start 9', 'start 9', 'ready 9']);
    expect(report('one download 5', 'two download 4', 'two download 6')).toEqual(['download 5', 'download 6']);
  });

  test('hears everything of what takes over once it is heard', () => {
    expect(report('one download 5', 'two download 5', 'two download 0')).toEqual([
      'download 5',
      'download 5',
      'download 0',
    ]);
  });

  test('hears another target from the beginning after the model was ready', () => {
    expect(report('one ready 9', 'two download 0')).toEqual(['ready 9', 'download 0']);
  });
});
