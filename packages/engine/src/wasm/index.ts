export * from "./wasm-code.ts";
export { alignedBytes, compileWasm, KernelMemory, openWasm } from "./wasm-memory.ts";
export type { WasmMemory } from "./web-assembly.ts";
