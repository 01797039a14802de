import { parentPort, workerData } from "node:worker_threads";
import { failureOf, type ThreadFailure } from "../thread-failure.ts";
import type { FoldRequest, FoldSetting } from "./fold-request.ts";
import { runFold } from "./run-fold.ts";

/** What a worker is told. */
export type FoldCommand = { readonly type: "fold"; readonly fold: FoldRequest } | { readonly type: "stop" };

/** What a worker answers; an outcome of undefined was stopped. */
export type FoldMessage =
  | { readonly type: "progress"; readonly share: number }
  | { readonly type: "warning"; readonly warning: string }
  | { readonly type: "done"; readonly outcome: unknown }
  | ThreadFailure;

const port = parentPort;
if (port === null) throw new Error("fold-worker runs in a worker thread");
const setting = workerData as FoldSetting;
const send = (message: FoldMessage) => port.postMessage(message);

let isStopping = false;
port.on("message", async (command: FoldCommand) => {
  if (command.type === "stop") {
    isStopping = true;
    return;
  }
  try {
    const outcome = await runFold(setting, command.fold, {
      onProgress: (share) => send({ type: "progress", share }),
      onWarning: (warning) => send({ type: "warning", warning }),
      shouldStop: () => isStopping,
    });
    send({ type: "done", outcome });
  } catch (error) {
    send(failureOf(error));
  }
});
