import { MOST_PAGES, PAGE } from "../../wasm/wasm-code.ts";
import { Memory, type WasmMemory } from "../../wasm/web-assembly.ts";

const CACHE_LINE_BYTES = 64;

/** For scalars and partial sums. */
const SPARE_BYTES = 2 ** 22;

/** One shared WebAssembly memory that grows as buffers are taken from it. An address is a byte offset into it. */
export class KernelMemory {
  readonly memory: WasmMemory;
  #end = 0;

  private constructor(memory: WasmMemory) {
    this.memory = memory;
  }

  /** `undefined` where `buffers` of `length` elements each are too large for 32-bit addresses, or the address space is limited. */
  static create(length: number, buffers: number): KernelMemory | undefined {
    if (buffers * 4 * length + SPARE_BYTES > MOST_PAGES * PAGE) return undefined;
    try {
      return new KernelMemory(new Memory({ initial: 0, maximum: MOST_PAGES, shared: true }));
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Zeros that start on a cache line. */
  allocate<T>(type: WordArrayType<T>, length: number): T {
    const address = this.#end;
    this.#end += Math.ceil((length * type.BYTES_PER_ELEMENT) / CACHE_LINE_BYTES) * CACHE_LINE_BYTES;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return new type(this.memory.buffer, address, length);
  }
}

interface WordArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): T;
}
