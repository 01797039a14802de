import { Worker } from "node:worker_threads";
import type { RunEvent, TrainResult } from "./run-event.ts";
import type { RunRequest } from "./run-request.ts";
import { errorOf } from "./thread-failure.ts";
import type { WorkerMessage } from "./train-worker.ts";

/**
 * A run in a worker thread, so that whoever starts it stays responsive.
 *
 * @param options.signal Aborting it lets the run finish its step and save.
 */
export async function runInThread(
  request: RunRequest,
  options: { readonly onEvent?: ((event: RunEvent) => void) | undefined; readonly signal?: AbortSignal | undefined },
): Promise<TrainResult> {
  // Always the built file: a worker thread does not share the loader of the thread that starts it.
  const worker = new Worker(new URL("../../dist/pipeline/train-worker.js", import.meta.url), { workerData: request });
  const stop = () => worker.postMessage("stop");
  if (options.signal?.aborted === true) stop();
  options.signal?.addEventListener("abort", stop);
  try {
    return await new Promise<TrainResult>((resolve, reject) => {
      worker.on("message", (message: WorkerMessage) => {
        if (message.type === "event") options.onEvent?.(message.event);
        else if (message.type === "result") resolve(message.result);
        else reject(errorOf(message));
      });
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new Error(`the training thread ended with code ${code} before its result`)));
    });
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}
