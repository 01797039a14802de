import { parentPort, workerData } from "node:worker_threads";
import { createCApiRuntime } from "../c-api/c-api-runtime.ts";
import type { TensorMap } from "../runtime.ts";

/** Binds shared tensors and runs the model once, in a worker thread. Says `started`, then `done`. */
export interface BindingWorkerData {
  readonly model: Uint8Array;
  readonly inputs: TensorMap;
  readonly outputs: TensorMap;
}

const { model, inputs, outputs } = workerData as BindingWorkerData;
const runtime = await createCApiRuntime();
const session = await runtime.createSession(model, { threads: 1 });
const binding = session.bind({ inputs, outputs });
const run = binding.run();
parentPort?.postMessage("started");
await run;
binding.release();
session.release();
parentPort?.postMessage("done");
