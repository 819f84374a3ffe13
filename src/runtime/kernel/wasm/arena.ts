/** Room in a WASM memory, given out piece by piece and given back only all together. */
import { EmbeddingError } from '../../../errors/errors.js';

/** Every piece begins where a cache line does. */
const ALIGNMENT = 64;
const PAGE_BYTES = 65_536;
/** Addresses have 32 bits. */
const MAX_BYTES = 2 ** 32 - PAGE_BYTES;

/** A number in a structure of the kernel's, four bytes wide. */
export type Field = number | { readonly float: number };

/** Lays things out in a memory. */
export class Arena {
  readonly #memory: WebAssembly.Memory;
  #end: number;
  #stage = 0;
  #stageBytes = 0;

  /** @param start - the first free address. */
  constructor(memory: WebAssembly.Memory, start: number) {
    this.#memory = memory;
    this.#end = start;
  }

  /**
   * The address of `sizeBytes` bytes, whatever was there before.
   *
   * @throws EmbeddingError `insufficient_memory` when there is no room.
   */
  allocate(sizeBytes: number): number {
    const address = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    const end = address + sizeBytes;
    const missing = end - this.#memory.buffer.byteLength;
    if (end > MAX_BYTES) throw noRoom(end);
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      } catch {
        throw noRoom(end);
      }
    }
    this.#end = end;
    return address;
  }

  /** Copies bytes to a place that the next call uses again, and returns its address. */
  stage(values: Int8Array): number {
    if (values.length > this.#stageBytes) {
      this.#stage = this.allocate(values.length);
      this.#stageBytes = values.length;
    }
    new Int8Array(this.#memory.buffer, this.#stage, values.length).set(values);
    return this.#stage;
  }

  /** Copies numbers and returns their address. */
  store(values: Int8Array | Int32Array | Float32Array): number {
    const address = this.allocate(values.byteLength);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.bytes(address, bytes.length).set(bytes);
    return address;
  }

  /**
   * Writes a structure's fields, which are named and ordered as in `assembly/structs.ts`, and returns its address.
   */
  struct(fields: Readonly<Record<string, Field>>): number {
    const values = Object.values(fields);
    const address = this.allocate(values.length * 4);
    const view = new DataView(this.#memory.buffer, address, values.length * 4);
    values.forEach((field, index) => {
      if (typeof field === 'number') view.setUint32(index * 4, field, true);
      else view.setFloat32(index * 4, field.float, true);
    });
    return address;
  }

  /** Bytes at an address; the view is of use until the next allocation. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, length);
  }

  /** 32-bit whole numbers at an address; until the next allocation. */
  integers(address: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, length);
  }

  /** Floats at an address; until the next allocation. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }
}

function noRoom(neededBytes: number): EmbeddingError {
  const needed = String(Math.round(neededBytes / 1e6));
  const message = `The kernel needs ${needed} MB of memory for this model, which this device doesn't give. Use a smaller model.`;
  return new EmbeddingError('insufficient_memory', message);
}
