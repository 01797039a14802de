import { parentPort, workerData } from "node:worker_threads";
import type { RunEvent, TrainResult } from "./run-event.ts";
import type { RunRequest } from "./run-request.ts";
import { runTraining } from "./run-training.ts";
import { failureOf, type ThreadFailure } from "./thread-failure.ts";

/** What the worker sends to the thread that started it. */
export type WorkerMessage =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "result"; readonly result: TrainResult }
  | ThreadFailure;

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
  send(failureOf(error));
}
port.close();
