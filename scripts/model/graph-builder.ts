/**
 * Collects the nodes and constants of one ONNX graph. Values are called by name; every name is used once.
 */
import { quantizeColumns, quantizeRows } from './quantize.js';
import type { QuantizedMatrix } from './quantize.js';
import type { ElementType, OnnxAttribute, OnnxNode, OnnxTensor } from '../../src/runtime/onnx/write-onnx.js';
import type { Dense, Matrix } from './encoder-weights.js';

/** How matrices are stored: as they are, or as signed bytes with scales (biases and norms stay float32). */
export type Dtype = 'fp32' | 'q8';

/** The name of a value in the graph. */
export type ValueName = string;

/** Builds one graph; methods add to it and return the name of the value they make. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  readonly #dtype: Dtype;
  readonly #names = new Set<ValueName>();

  constructor(dtype: Dtype) {
    this.#dtype = dtype;
  }

  /** Adds an operator with one output, which takes the node's name. */
  node(
    operator: string,
    name: ValueName,
    inputs: readonly ValueName[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): ValueName {
    this.#claim(name);
    this.nodes.push({ operator, name, inputs, outputs: [name], attributes });
    return name;
  }

  /** Adds a float32 constant; `dims` defaults to a vector. */
  floats(name: ValueName, values: Float32Array, dims: readonly number[] = [values.length]): ValueName {
    return this.#tensor(name, 'float32', dims, values);
  }

  /** Adds a float32 scalar. */
  scalar(name: ValueName, value: number): ValueName {
    return this.#tensor(name, 'float32', [], Float32Array.of(value));
  }

  /** Adds an int64 vector, as shapes, axes and indexes are. */
  integers(name: ValueName, values: readonly number[]): ValueName {
    return this.#tensor(name, 'int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** `input · kernel + bias`, `[n, rows]` → `[n, columns]`. */
  dense(name: ValueName, input: ValueName, dense: Dense): ValueName {
    const kernel = this.#kernel(`${name}.kernel`, dense.kernel);
    return this.node('Gemm', name, [input, kernel, this.floats(`${name}.bias`, dense.bias)]);
  }

  /** Rows of `table` at `indexes`, int64 `[n]` → float32 `[n, columns]`. */
  lookUp(name: ValueName, table: Matrix, indexes: ValueName): ValueName {
    const { rows, columns } = table;
    if (this.#dtype === 'fp32') {
      return this.node('Gather', name, [this.floats(`${name}.table`, table.values, [rows, columns]), indexes]);
    }
    const bytes = quantizeRows(table);
    const scales = this.floats(`${name}.scales`, bytes.scales, [rows, 1]);
    const picked = this.node('Gather', `${name}.bytes`, [this.#bytes(`${name}.table`, bytes), indexes]);
    const pickedScales = this.node('Gather', `${name}.scale`, [scales, indexes]);
    return this.node('Mul', name, [this.#toFloat(`${name}.float`, picked), pickedScales]);
  }

  /**
   * Bytes become floats by Cast and Mul, which ONNX Runtime does once, when the session starts. From
   * DequantizeLinear and MatMul it would make MatMulNBits, which is slower in WebAssembly.
   */
  #kernel(name: ValueName, matrix: Matrix): ValueName {
    if (this.#dtype === 'fp32') return this.floats(name, matrix.values, [matrix.rows, matrix.columns]);
    const bytes = quantizeColumns(matrix);
    const float = this.#toFloat(`${name}.float`, this.#bytes(`${name}.bytes`, bytes));
    return this.node('Mul', name, [float, this.floats(`${name}.scales`, bytes.scales)]);
  }

  #toFloat(name: ValueName, bytes: ValueName): ValueName {
    return this.node('Cast', name, [bytes], { to: FLOAT_CODE });
  }

  #bytes(name: ValueName, matrix: QuantizedMatrix): ValueName {
    return this.#tensor(name, 'int8', [matrix.rows, matrix.columns], matrix.values);
  }

  // Node's platforms are little-endian, as ONNX wants the bytes.
  #tensor(name: ValueName, type: ElementType, dims: readonly number[], values: ArrayBufferView): ValueName {
    this.#claim(name);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.tensors.push({ name, type, dims, bytes });
    return name;
  }

  #claim(name: ValueName): void {
    if (this.#names.has(name))
      throw new Error(`Expected each value of the graph to have its own name, got "${name}" twice.`);
    this.#names.add(name);
  }
}

/** What Cast calls float32. Source: `onnx.proto`, TensorProto.DataType. */
const FLOAT_CODE = 1;
