import type { LoadOptions } from "../open-version.ts";

/**
 * How a model that writes is loaded. A step is some seventy products of matrices with small operators between them; waking a thread for each
 * of them takes a tenth of the step, and spinning as long as ONNX Runtime does by default doubles it where other programs have work.
 */
export function writingThreads(options: LoadOptions): LoadOptions {
  return { ...options, spinning: options.spinning ?? "briefly" };
}
