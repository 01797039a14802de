export * from "./wasm-code.ts";
export { alignedBytes, compileWasm, KernelMemory, openWasm, type WasmMemory } from "./wasm-memory.ts";
