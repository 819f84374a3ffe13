/** The graph's own way from token vectors to one vector a text. */
import type { PooledHead } from '../encoder.js';
import { pool } from '../../recipe/pooling.js';
import { scaleRowsToUnit } from '../../../util/unit-length.js';
import { ACTIVATION_CODES } from './pack-encoder.js';
import { packLinear, type PackTarget } from './pack-linear.js';
import type { Workspace } from './workspace.js';

/** Pools `tokens` rows and applies the head's steps; the view is of use until the next run. */
export type Head = (rows: Float32Array, tokens: number) => Float32Array;

/** A head whose weights are packed. `width` is that of a token's vector. */
export function createHead(
  { pooling, steps }: PooledHead,
  width: number,
  { kernel, arena, dot, work }: PackTarget & { work: Workspace },
): Head {
  const packed = steps.map((step) => {
    if (step.kind === 'normalize') return undefined;
    const { linear, activation } = step;
    const from = arena.allocate(linear.inputs * 4);
    const out = arena.allocate(linear.outputs * 4);
    // Not `linear` itself: it may hold on to the model's file.
    const { inputs, outputs } = linear;
    return {
      linear: packLinear({ kernel, arena, dot }, [linear]),
      from,
      out,
      inputs,
      outputs,
      code: ACTIVATION_CODES[activation],
    };
  });
  return (rows, tokens) => {
    let vector: Float32Array = new Float32Array(width);
    pool(rows, tokens, pooling, vector);
    for (const dense of packed) {
      if (!dense) {
        scaleRowsToUnit(vector, vector.length);
        continue;
      }
      const { linear, from, out, inputs, outputs, code } = dense;
      arena.floats(from, inputs).set(vector);
      kernel.applyLinear(work.address, linear, from, 1, out, 0);
      kernel.activate(code, out, outputs);
      vector = arena.floats(out, outputs);
    }
    return vector;
  };
}
