import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { describe, expect, onTestFinished, test } from "vitest";
import { checkProviderFiles, providerFailure } from "./provider-failure.ts";
import { runtimeFailure } from "./runtime-failure.ts";

describe("providerFailure", () => {
  // What ONNX Runtime 1.30 says.
  test.each([
    [
      "webgpu",
      "onnxruntime::webgpu::WebGpuContext::Initialize()::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters",
      /there is no GPU adapter.*Vulkan/,
    ],
    ["webgpu", "WebGPU execution provider is not supported in this build. ", /no WebGPU.*Linux x64, Windows and macOS/],
    ["cuda", "CUDA execution provider is not enabled in this build. ", /no CUDA.*Linux x64/],
    [
      "cuda",
      "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library",
      /libonnxruntime_providers_cuda\.so does not load.*12 or 13, and cuDNN 9/,
    ],
    [
      "cuda",
      "CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=h",
      /no CUDA-capable device is detected\. nvidia-smi/,
    ],
    [
      "cuda",
      "std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true; SUCCTYPE = cudaError; std::conditional_t<THRW, void, common::Status> = void] CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=h ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id);",
      /cuda: CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version\. nvidia-smi/,
    ],
  ] as const)("%s: %s", (executionProvider, message, expected) => {
    const error = providerFailure(executionProvider, runtimeFailure("session", message));
    expect(error).toMatchObject({ code: "ENGINE_PROVIDER_UNAVAILABLE", details: { executionProvider } });
    expect(error.message).toMatch(expected);
  });

  test("leaves what is about the model, or about the CPU, as it is", () => {
    const failure = runtimeFailure("session", "Failed to load model because protobuf parsing failed.");
    expect(providerFailure("webgpu", failure)).toBe(failure);
    const adapter = runtimeFailure("session", "Failed to get a WebGPU adapter");
    expect(providerFailure("cpu", adapter)).toBe(adapter);
  });
});

describe.runIf(process.platform === "linux" && process.arch === "x64")("CUDA's files", () => {
  const folder = () => {
    const directory = mkdtempSync(join(tmpdir(), "modelwright-cuda-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    return directory;
  };
  const failure = (directory: string) => {
    try {
      checkProviderFiles("cuda", { directory, version: "1.30.0" });
    } catch (error) {
      expect(error).toBeInstanceOf(ModelwrightError);
      return (error as ModelwrightError).message;
    }
    return undefined;
  };

  test("are named when they are missing, with the command that brings them", () => {
    const directory = folder();
    expect(failure(directory)).toContain(
      `libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so are not in ${directory}`,
    );
    expect(failure(directory)).toContain("npm install onnxruntime-node@1.30.0, then");
    expect(failure(directory)).toContain("--onnxruntime-node-install=cuda12");
    expect(failure(directory)).toContain("from the wheel of Python's onnxruntime-gpu 1.30.0");
    writeFileSync(join(directory, "libonnxruntime_providers_shared.so"), "");
    expect(failure(directory)).toContain(`: libonnxruntime_providers_cuda.so is not in ${directory}`);
    writeFileSync(join(directory, "libonnxruntime_providers_cuda.so"), "");
    expect(failure(directory)).toBeUndefined();
  });

  test("are not looked for on other providers", () => {
    for (const provider of ["cpu", "webgpu"] as const) {
      expect(() => checkProviderFiles(provider, { directory: folder(), version: "1.30.0" })).not.toThrow();
    }
  });
});
