import { encodeWasm, MOST_PAGES, PAGE, type WasmFunction } from "./wasm-code.ts";
import { Instance, Memory, Module, type WasmMemory, type WasmModule } from "./web-assembly.ts";

type Kernel = (...integers: number[]) => void;

/** Code that threads share. */
export function compileWasm(functions: Readonly<Record<string, WasmFunction>>): WasmModule {
  return new Module(encodeWasm(functions));
}

/** What `compileWasm` made, for one thread. */
export function openWasm<Name extends string>(module: WasmModule, memory: WasmMemory): Readonly<Record<Name, Kernel>> {
  return new Instance(module, { shared: { memory } }).exports as Readonly<Record<Name, Kernel>>;
}

/** Shared memory that kernels reach, of which parts are taken one after another. */
export class KernelMemory {
  readonly memory: WasmMemory;
  #taken = 0;

  constructor(bytes: number) {
    const pages = Math.ceil(bytes / PAGE);
    this.memory = new Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
  }

  /** The address of the next so many bytes, which are zero. */
  take(bytes: number): number {
    const start = this.#taken;
    this.#taken += alignedBytes(bytes);
    return start;
  }
}

/** Bytes that a part of the memory takes: vectors begin at multiples of 16. */
export function alignedBytes(bytes: number): number {
  return 16 * Math.ceil(bytes / 16);
}
