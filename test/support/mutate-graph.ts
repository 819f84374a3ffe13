/** Changes graphs operator by operator: what an exporter, an architecture or a mistake may make of an encoder. */
import type { Graph } from '../../src/runtime/onnx/read-graph.js';
import { ADDING } from './mutate-by-adding.js';
import { CHANGING } from './mutate-by-changing.js';
import { pick, prepare, type Random } from './mutation.js';

const MUTATIONS = [...ADDING, ...CHANGING];

/** A graph changed in `count` places, with what was done; some of them have no meaning and can't be evaluated. */
export function mutateGraph(
  graph: Graph,
  outputName: string,
  random: Random,
  count: number,
): { readonly graph: Graph; readonly done: readonly string[] } {
  let current = graph;
  const done: string[] = [];
  for (let tries = 0; done.length < count && tries < 60; tries++) {
    const [name, mutate] = pick(random, MUTATIONS);
    const draft = prepare(current, outputName, random);
    const next = draft && mutate(draft);
    if (!next) continue;
    current = next;
    done.push(name);
  }
  return { graph: current, done };
}
