import type { LoadOptions, OpenOptions } from "../open-version.ts";

/**
 * How a model that writes is loaded. A step reads every weight for a few rows, by some seventy products of matrices with small operators
 * between them: looking addresses up takes a tenth of it where pages are small, and so does waking a thread for each product. Spinning as
 * long as ONNX Runtime does by default doubles the step where other programs have work.
 */
export function writingSession(options: LoadOptions): OpenOptions {
  return { ...options, spinning: options.spinning ?? "briefly", hugePages: true };
}
