import { encodeWasm, MOST_PAGES, PAGE, type WasmFunction } from "./wasm-code.ts";

/** The parts of the WebAssembly JavaScript API that we use; TypeScript declares it only together with the whole DOM. */
interface WebAssemblyApi {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly shared: { readonly memory: WasmMemory } },
  ) => { readonly exports: unknown };
}

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

type Kernel = (...integers: number[]) => void;

/** Code that threads share. */
export function compileWasm(functions: Readonly<Record<string, WasmFunction>>): object {
  return new Module(encodeWasm(functions));
}

/** What `compileWasm` made, for one thread. */
export function openWasm<Name extends string>(module: object, memory: WasmMemory): Readonly<Record<Name, Kernel>> {
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
