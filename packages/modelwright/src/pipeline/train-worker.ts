import { parentPort, workerData } from "node:worker_threads";
import { ModelwrightError } from "@modelwright/contracts";
import type { RunEvent, TrainResult } from "./run-event.ts";
import type { RunRequest } from "./run-request.ts";
import { runTraining } from "./run-training.ts";

/** What the worker sends to the thread that started it. */
export type WorkerMessage =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "result"; readonly result: TrainResult }
  | { readonly type: "error"; readonly error: { readonly code: string; readonly details: unknown } }
  /** Told in parts: errors of native modules do not survive the way between threads. */
  | { readonly type: "defect"; readonly error: { readonly message: string; readonly stack?: string | undefined } };

const port = parentPort;
if (port === null) throw new Error("train-worker runs in a worker thread");

let isStopping = false;
port.on("message", () => {
  isStopping = true;
});

const send = (message: WorkerMessage) => port.postMessage(message);
try {
  const result = await runTraining(workerData as RunRequest, {
    onEvent: (event) => send({ type: "event", event }),
    shouldStop: () => isStopping,
  });
  send({ type: "result", result });
} catch (error) {
  if (error instanceof ModelwrightError) send({ type: "error", error: { code: error.code, details: error.details } });
  else {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    send({ type: "defect", error: { message, stack } });
  }
}
port.close();
