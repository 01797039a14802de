import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ErrorDetails, ModelwrightError } from "@modelwright/contracts";
import type { ExecutionProvider } from "./execution-provider.ts";
import { BINDING_PACKAGE, type InstalledLibrary } from "./installed-library.ts";

type Accelerator = Exclude<ExecutionProvider, "cpu">;

/** Why an accelerator cannot be used, as ONNX Runtime says it, and what to do about it. */
interface Obstacle {
  readonly pattern: RegExp;
  /** Default: what the pattern finds in what ONNX Runtime says. */
  readonly problem?: string;
  readonly remedy: string;
}

const NOT_BUILT_IN = /not (?:supported|enabled) in this build|is either not enabled or not available/;

const OBSTACLES: Readonly<Record<Accelerator, readonly Obstacle[]>> = {
  webgpu: [
    {
      pattern: NOT_BUILT_IN,
      problem: "this build of ONNX Runtime has no WebGPU",
      remedy: "It is there on Linux x64, Windows and macOS; on other machines choose cpu.",
    },
    {
      pattern: /Failed to get a WebGPU (?:adapter|device)/,
      problem: "there is no GPU adapter",
      remedy:
        "Install the GPU's driver with Vulkan on Linux (vulkaninfo --summary must list it, and libvulkan.so.1 be installed), with Direct3D 12 on Windows, or choose cpu.",
    },
  ],
  cuda: [
    {
      pattern: NOT_BUILT_IN,
      problem: "this build of ONNX Runtime has no CUDA",
      remedy: "It is there on Linux x64; on other machines choose webgpu or cpu.",
    },
    {
      pattern: /Failed to load shared library/,
      problem: "libonnxruntime_providers_cuda.so does not load",
      remedy:
        "Install CUDA of the release that the file was built for, 12 or 13, and cuDNN 9 where the loader finds them (LD_LIBRARY_PATH); ldd on the file names what it lacks.",
    },
    {
      // Of the call that failed, with its C++ signature and its place in the source, what it said.
      pattern: /(?:CUDA|CUDNN) (?:failure|error)[^;]*|cudaGetDeviceCount.*|no CUDA-capable device.*/i,
      remedy:
        "nvidia-smi must list a GPU, and a CUDA Version no older than the installed CUDA's; otherwise choose webgpu or cpu.",
    },
  ],
};

/** What fails for no known reason, and would fail for every model. */
const UNKNOWN: Obstacle = { pattern: /^.*$/s, remedy: "Update the GPU's driver, or choose cpu." };

/** The failure of a session on this provider, turned into `ENGINE_PROVIDER_UNAVAILABLE` where it is about the provider and not the model. */
export function providerFailure(executionProvider: ExecutionProvider, failure: ModelwrightError): ModelwrightError {
  return explained(failure, executionProvider, []);
}

/** The failure of a model that runs wherever its provider does, turned into `ENGINE_PROVIDER_UNAVAILABLE` whatever it says. */
export function trialFailure(executionProvider: ExecutionProvider, failure: ModelwrightError): ModelwrightError {
  return explained(failure, executionProvider, [UNKNOWN]);
}

/** @param otherwise What stands in the provider's way when none of its own obstacles does. */
function explained(
  failure: ModelwrightError,
  executionProvider: ExecutionProvider,
  otherwise: readonly Obstacle[],
): ModelwrightError {
  if (executionProvider === "cpu" || failure.code !== "ENGINE_RUNTIME_FAILED") return failure;
  const { problem: message } = failure.details as ErrorDetails<"ENGINE_RUNTIME_FAILED">;
  const obstacle = [...OBSTACLES[executionProvider], ...otherwise].find(({ pattern }) => pattern.test(message));
  if (obstacle === undefined) return failure;
  const [found] = obstacle.pattern.exec(message) as unknown as [string];
  const { problem = found.trim(), remedy } = obstacle;
  return new ModelwrightError(
    "ENGINE_PROVIDER_UNAVAILABLE",
    { executionProvider, problem, remedy },
    { cause: failure },
  );
}

const CUDA_FILES = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"] as const;

/**
 * ONNX Runtime says no more than that a library does not load, so its files are looked for first.
 *
 * @param library Where ONNX Runtime's library lies.
 * @throws {ModelwrightError} `ENGINE_PROVIDER_UNAVAILABLE` naming the missing files.
 */
export function checkProviderFiles(executionProvider: ExecutionProvider, library: InstalledLibrary): void {
  if (executionProvider !== "cuda") return;
  const platform = `${process.platform} ${process.arch}`;
  if (platform !== "linux x64") {
    const problem = `ONNX Runtime has no CUDA for ${platform}`;
    const remedy = "CUDA needs Linux x64; choose webgpu or cpu.";
    throw new ModelwrightError("ENGINE_PROVIDER_UNAVAILABLE", { executionProvider, problem, remedy });
  }
  const missing = CUDA_FILES.filter((file) => !existsSync(join(library.directory, file)));
  if (missing.length === 0) return;
  const problem = `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not in ${library.directory}`;
  const remedy = `npm install ${BINDING_PACKAGE}@${library.version}, then node node_modules/${BINDING_PACKAGE}/script/install.js --onnxruntime-node-install=cuda12, which downloads them for CUDA 12; for CUDA 13 copy them there from the wheel of Python's onnxruntime-gpu ${library.version}. That CUDA and cuDNN 9 must be installed too.`;
  throw new ModelwrightError("ENGINE_PROVIDER_UNAVAILABLE", { executionProvider, problem, remedy });
}
