/** The parts of the WebAssembly JavaScript API that we use; TypeScript declares it only together with the whole DOM. */
interface WebAssemblyApi {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly kernels: { readonly memory: WasmMemory } },
  ) => { readonly exports: Readonly<Record<string, Kernel>> };
}

/** Growing keeps the bytes in place: views made before stay valid. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  /** @returns The size before, in pages. */
  grow(pages: number): number;
}

/** Compiled code; worker threads may be given it. */
export type WasmModule = object;

/**
 * A compiled pass over a part of the arena.
 *
 * @param start First byte of the part, counted from the start of each buffer.
 * @param end The byte after its last one; the part is a multiple of 16 bytes and not empty.
 * @param extra Address of the scalars that the pass reads, or of the number that it leaves.
 */
export type Kernel = (start: number, end: number, extra: number) => void;

export const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi })
  .WebAssembly;
