/** The parts of the WebAssembly JavaScript API that we use; TypeScript declares it only together with the whole DOM. */
interface WebAssemblyApi {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly shared: { readonly memory: WasmMemory } },
  ) => { readonly exports: unknown };
}

/** Growing keeps the bytes in place: views made before stay valid. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  /** @returns The size before, in pages. */
  grow(pages: number): number;
}

/** Compiled code; worker threads may be given it. */
export type WasmModule = object;

export const { Memory, Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi })
  .WebAssembly;
