/** Where ONNX Runtime computes. A node that it has no kernel for there runs on the CPU, its values copied there and back. */
export type ExecutionProvider = "cpu" | "webgpu" | "cuda";

/** A provider by name, or `auto`: the first of CUDA, WebGPU and the CPU that this machine has. */
export type ExecutionProviderChoice = ExecutionProvider | "auto";

/** In the order in which `auto` tries them. */
export const EXECUTION_PROVIDERS: readonly ExecutionProvider[] = ["cuda", "webgpu", "cpu"];

/** What recipes, options and flags may name. */
export const EXECUTION_PROVIDER_CHOICES: readonly ExecutionProviderChoice[] = ["auto", ...EXECUTION_PROVIDERS];
