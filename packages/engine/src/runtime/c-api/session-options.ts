import { availableParallelism } from "node:os";
import type { ExecutionProvider } from "../execution-provider.ts";
import type { SessionOptions } from "../runtime.ts";
import { RECORD_ASSIGNMENT } from "./assignment.ts";
import { allocateString, allocateWords } from "./memory.ts";
import { check, LOG_FATAL, type Native, query } from "./native.ts";

const OPTIMIZATION_LEVELS = { disabled: 0, basic: 1, extended: 2, all: 99 } as const;

/**
 * Configuration by key, shared with onnxruntime-node.
 *
 * `session.set_denormal_as_zero` stays off: it reaches the threads of the pool and not the one that calls Run, so results
 * depend on which thread took which part. A graph that makes denormals must round them away itself.
 *
 * Source: include/onnxruntime/core/session/onnxruntime_session_options_config_keys.h of ONNX Runtime.
 */
export function configEntries(options: SessionOptions): Readonly<Record<string, string>> {
  return {
    "session.intra_op.allow_spinning": options.spinning === false ? "0" : "1",
    ...(options.spinning === "briefly" ? { "session.intra_op.spin_duration_us": "200" } : {}),
    // Without this the threads of an idle session go on spinning and take the cores from the next one.
    "session.force_spinning_stop": options.spinning === "between-runs" ? "0" : "1",
    ...(options.dataFolder === undefined
      ? {}
      : { "session.model_external_initializers_file_folder_path": options.dataFolder }),
  };
}

/** ONNX Runtime's own default pins threads to cores, which hurts as soon as two sessions share them. */
export function threadCount(options: SessionOptions): number {
  return options.threads ?? availableParallelism();
}

/** Options with the names of nodes that run on the CPU in any case. */
export interface PlacedSessionOptions extends SessionOptions {
  readonly cpuNodes: readonly string[];
}

/**
 * Products in full float32: by default CUDA rounds their operands to 10 bits of mantissa (TF32).
 *
 * Source: https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html
 */
const CUDA_OPTIONS = { use_tf32: "0" };

/** How each provider is put before the CPU's, which is always there. */
const PROVIDERS: Readonly<
  Record<ExecutionProvider, (native: Native, handle: bigint, options: PlacedSessionOptions) => void>
> = {
  cpu: () => {},
  webgpu: (native, handle, { cpuNodes }) => {
    const pairs = pairsOf(native, cpuNodes.length === 0 ? {} : { forceCpuNodeNames: cpuNodes.join("\n") });
    const { SessionOptionsAppendExecutionProvider: append } = native.functions;
    check(native, append(handle, "WebGPU", ...pairs.args), "WebGPU");
  },
  cuda: (native, handle) => {
    const { functions } = native;
    const cuda = query(native, "CUDA", (out) => functions.CreateCUDAProviderOptions(out));
    try {
      const pairs = pairsOf(native, CUDA_OPTIONS);
      check(native, functions.UpdateCUDAProviderOptions(cuda, ...pairs.args), "CUDA");
      check(native, functions.SessionOptionsAppendExecutionProvider_CUDA_V2(handle, cuda), "CUDA");
      check(native, functions.AddSessionConfigEntry(handle, ...RECORD_ASSIGNMENT), "CUDA");
    } finally {
      functions.ReleaseCUDAProviderOptions(cuda);
    }
  },
};

/** Options as C reads them: keys, values and their count. Keep the object as long as C uses `args`. */
function pairsOf({ koffi }: Native, options: Readonly<Record<string, string>>) {
  const texts = [Object.keys(options), Object.values(options)].map((column) => {
    const strings = column.map((text) => allocateString(koffi, text));
    const list = allocateWords(koffi, strings.length);
    list.words.set(strings.map(({ address }) => address));
    return { strings, list };
  });
  const [keys, values] = texts.map(({ list }) => list.address);
  return { texts, args: [keys!, values!, Object.keys(options).length] as const };
}

/** An `OrtSessionOptions`; free it with ReleaseSessionOptions. */
export function createSessionOptions(native: Native, options: PlacedSessionOptions): bigint {
  const { functions, koffi } = native;
  const where = "session options";
  const handle = query(native, where, (out) => functions.CreateSessionOptions(out));
  try {
    check(native, functions.SetSessionLogSeverityLevel(handle, LOG_FATAL), where);
    check(native, functions.SetIntraOpNumThreads(handle, threadCount(options)), where);
    const level = OPTIMIZATION_LEVELS[options.optimization ?? "all"];
    check(native, functions.SetSessionGraphOptimizationLevel(handle, level), where);
    for (const [key, value] of Object.entries(configEntries(options))) {
      check(native, functions.AddSessionConfigEntry(handle, key, value), where);
    }
    PROVIDERS[options.executionProvider ?? "cpu"](native, handle, options);
    // A pattern lays all of a run's values out in one block, which the arena holds beside the pieces of the first run: a training step
    // took half as much memory again, and was no faster.
    check(native, functions.DisableMemPattern(handle), where);
    if (options.arena === false) check(native, functions.DisableCpuMemArena(handle), where);
    if (options.profile !== undefined) {
      const encoding = process.platform === "win32" ? "utf16le" : "utf8";
      const prefix = allocateString(koffi, options.profile, encoding);
      check(native, functions.EnableProfiling(handle, prefix.address), where);
    }
    return handle;
  } catch (error) {
    functions.ReleaseSessionOptions(handle);
    throw error;
  }
}
