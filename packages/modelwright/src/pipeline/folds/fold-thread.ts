import { Worker } from "node:worker_threads";
import { errorOf } from "../thread-failure.ts";
import type { FoldHooks, FoldRequest, FoldSetting } from "./fold-request.ts";
import type { FoldCommand, FoldMessage } from "./fold-worker.ts";

/** How often a fold is asked whether it shall stop. */
const STOP_EVERY_MS = 200;

/** A worker thread that fits one fold after another. */
export class FoldThread {
  readonly #worker: Worker;

  constructor(setting: FoldSetting) {
    // Always the built file: a worker thread does not share the loader of the thread that starts it.
    this.#worker = new Worker(new URL("../../../dist/pipeline/folds/fold-worker.js", import.meta.url), {
      workerData: setting,
    });
  }

  /** The outcome of a fold; undefined where it was stopped before its end. One at a time. */
  async fit(fold: FoldRequest, hooks: FoldHooks): Promise<unknown> {
    const worker = this.#worker;
    const tell = (command: FoldCommand) => worker.postMessage(command);
    const stopping = setInterval(() => hooks.shouldStop() && tell({ type: "stop" }), STOP_EVERY_MS);
    try {
      return await new Promise((resolve, reject) => {
        this.#listenToNobody();
        worker.on("message", (message: FoldMessage) => {
          if (message.type === "progress") hooks.onProgress(message.share);
          else if (message.type === "warning") hooks.onWarning(message.warning);
          else if (message.type === "done") resolve(message.outcome);
          else reject(errorOf(message));
        });
        worker.on("error", reject);
        worker.on("exit", (code) => reject(new Error(`the thread of the fold ended with code ${code}`)));
        tell({ type: "fold", fold });
      });
    } finally {
      clearInterval(stopping);
    }
  }

  async close(): Promise<void> {
    this.#listenToNobody();
    await this.#worker.terminate();
  }

  /** By name: Node.js has listeners of its own on a worker, by which messages arrive. */
  #listenToNobody(): void {
    for (const event of ["message", "error", "exit"]) this.#worker.removeAllListeners(event);
  }
}
