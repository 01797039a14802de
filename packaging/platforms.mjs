import { createRequire } from "node:module";

/**
 * Platforms with a package of their own, each with the files that ONNX Runtime's C API loads there. onnxruntime-node
 * 1.30 has no library for macOS on x64. Windows brings the shader compiler of WebGPU beside it.
 */
export const PLATFORMS = {
  "linux-x64": { files: ["libonnxruntime.so.1"], libc: "glibc" },
  "linux-arm64": { files: ["libonnxruntime.so.1"], libc: "glibc" },
  "darwin-arm64": { files: ["libonnxruntime.1.dylib"] },
  "win32-x64": { files: ["onnxruntime.dll", "DirectML.dll", "dxcompiler.dll", "dxil.dll"] },
  "win32-arm64": { files: ["onnxruntime.dll", "DirectML.dll", "dxcompiler.dll", "dxil.dll"] },
};

export function libraryPackage(platform) {
  return `@modelwright/onnxruntime-${platform}`;
}

/** The pinned onnxruntime-node from which the libraries are taken; a platform package has its version. */
export const ONNX_RUNTIME = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
export const { version: ONNX_RUNTIME_VERSION } = createRequire(import.meta.url)(ONNX_RUNTIME);
