import { writeFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { Loading, WorkerMessage, WorkerOrder } from "./messages.ts";

/** The server as the program of a worker sees it, whatever runs that: see `CARRIERS`. */
export interface WorkerSide {
  readonly loading: Loading;
  onOrder(listener: (order: WorkerOrder) => void): void;
  /** @param transfer Memory that need not be copied to another thread. */
  send(message: WorkerMessage, transfer: readonly ArrayBuffer[]): void;
  /** No order comes any more; what was said is heard. */
  end(): void;
}

/** Of 1000; the system, short of memory, is to end a worker before the server. */
const OUT_OF_MEMORY_SCORE = "500";

export function workerSide(): WorkerSide {
  return parentPort === null ? sideOfProcess() : sideOfThread(parentPort);
}

function sideOfThread(port: NonNullable<typeof parentPort>): WorkerSide {
  return {
    loading: workerData as Loading,
    onOrder: (listener) => port.on("message", listener),
    send: (message, transfer) => port.postMessage(message, transfer),
    end: () => port.close(),
  };
}

function sideOfProcess(): WorkerSide {
  // Ctrl-C and a service manager's signal reach it as well as the server, which ends it when its requests are answered.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  // The server is gone.
  process.once("disconnect", () => process.exit());
  try {
    if (process.platform === "linux") writeFileSync("/proc/self/oom_score_adj", OUT_OF_MEMORY_SCORE);
  } catch {
    // Where it may not be said, the system chooses by itself.
  }
  return {
    loading: JSON.parse(process.argv[2]!) as Loading,
    onOrder: (listener) => process.on("message", listener),
    send: (message) => process.send!(message),
    end: () => process.disconnect(),
  };
}
