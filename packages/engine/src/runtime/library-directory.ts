import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Where the onnxruntime-node package keeps ONNX Runtime's libraries for this machine. */
export function libraryDirectory(): string {
  const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return join(dirname(manifest), "bin", "napi-v6", process.platform, process.arch);
}
