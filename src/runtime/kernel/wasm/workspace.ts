/** The room the kernel computes in, large enough for the longest text and the widest layer. */
import type { Encoder } from '../encoder.js';
import type { Arena } from './arena.js';
import type { DotKind } from './dot-kind.js';
import { BLOCK_ROWS, PANEL } from './memory-layout.js';

/** What decides how much room is needed. */
export interface WorkspaceSizes {
  /** The longest text, in tokens. */
  readonly tokens: number;
  /** The widest rows between layers. */
  readonly width: number;
  /** The widest queries, and keys, and values, of all heads together. */
  readonly attentionWidth: number;
  readonly headWidth: number;
  /** The widest rows anywhere. */
  readonly widest: number;
}

/** Where a workspace's parts are. */
export interface Workspace {
  /** The structure itself. */
  readonly address: number;
  /** i32 `[tokens]` twice: ids, then rows of the position table. */
  readonly ids: number;
  /** Rows between layers, f32 `[tokens, width]`. */
  readonly stream: number;
  /** Queries, keys and values, f32 `[tokens, 3 · attentionWidth]`. */
  readonly projected: number;
  /** What attention gives, f32 `[tokens, attentionWidth]`. */
  readonly attended: number;
}

/** The sizes an encoder needs for texts of up to `tokens` tokens. */
export function measureWorkspace({ embedding, layers, head }: Encoder, tokens: number): WorkspaceSizes {
  const widths = [embedding.width, ...layers.map(({ attention }) => attention.output.outputs)];
  const dense = head?.steps.flatMap((step) => (step.kind === 'dense' ? [step.linear.inputs, step.linear.outputs] : []));
  const width = Math.max(...widths);
  const attentionWidth = Math.max(PANEL, ...layers.map(({ attention }) => attention.output.inputs));
  return {
    tokens,
    width,
    attentionWidth,
    headWidth: Math.max(PANEL, ...layers.map(({ attention }) => attention.headWidth)),
    widest: Math.max(
      width,
      attentionWidth,
      ...layers.map(({ feedForward }) => feedForward.up.outputs),
      ...(dense ?? []),
    ),
  };
}

/** A `Workspace` structure, with all that it points to. */
export function layOutWorkspace(arena: Arena, sizes: WorkspaceSizes, dot: DotKind): Workspace {
  const { tokens, width, attentionWidth, headWidth, widest } = sizes;
  const paddedTokens = Math.ceil(tokens / PANEL) * PANEL;
  const floats = (count: number): number => arena.allocate(count * 4);
  const words = (count: number): number => arena.allocate(count * 2);
  const parts = {
    dot: dot.code,
    stream: floats(tokens * width),
    otherStream: floats(tokens * width),
    projected: floats(tokens * 3 * attentionWidth),
    attended: floats(tokens * attentionWidth),
    block: floats(BLOCK_ROWS * widest),
    rows: words(BLOCK_ROWS * widest),
    rowScales: floats(BLOCK_ROWS),
    rowZeros: floats(BLOCK_ROWS),
    panelSums: floats(BLOCK_ROWS * PANEL),
    keys: words(paddedTokens * headWidth),
    values: words(paddedTokens * headWidth),
    queries: words(BLOCK_ROWS * headWidth),
    scores: floats(BLOCK_ROWS * paddedTokens),
    probabilities: words(BLOCK_ROWS * paddedTokens),
  };
  const { stream, projected, attended } = parts;
  const address = arena.struct(parts);
  return { address, ids: floats(2 * tokens), stream, projected, attended };
}
