import { parentPort, workerData } from "node:worker_threads";
import { ModelwrightError } from "@modelwright/contracts";
import { TextClassifier } from "@modelwright/inference";
import type { BatchMessage, ErrorMessage, StopMessage, WorkerMessage, WorkerSetup } from "./messages.ts";

// The entry of an inference thread: loads every model, warms it up, then runs batches one after the other. The next
// batch is tokenized while ONNX Runtime runs the present one in a thread of its own.

const port = parentPort!;
const setup = workerData as WorkerSetup;
const classifiers = new Map<string, TextClassifier>();
/** The end of the run before. */
let running: Promise<unknown> = Promise.resolve();

try {
  for (const { key, directory } of setup.models) {
    const classifier = await TextClassifier.load(directory, setup);
    await classifier.warmUp();
    classifiers.set(key, classifier);
  }
  port.on("message", (message: BatchMessage | StopMessage) => void ("stop" in message ? stop() : run(message)));
  send({ type: "ready" });
} catch (error) {
  send({ type: "unready", error: errorMessage(error) });
  port.close();
}

async function run({ id, model, texts }: BatchMessage): Promise<void> {
  try {
    const classifier = classifiers.get(model);
    if (classifier === undefined) throw new Error(`no model "${model}" in this worker`);
    const start = performance.now();
    const encoded = texts.map((text) => classifier.encode(text));
    const tokenizationMs = performance.now() - start;
    const before = running;
    const result = before.then(async () => {
      const runStart = performance.now();
      const probabilities = await classifier.probabilities(encoded);
      return { probabilities, inferenceMs: performance.now() - runStart };
    });
    running = result.catch(() => {});
    const { probabilities, inferenceMs } = await result;
    send({ type: "done", id, probabilities, tokenizationMs, inferenceMs }, [probabilities.buffer as ArrayBuffer]);
  } catch (error) {
    send({ type: "failed", id, error: errorMessage(error) });
  }
}

async function stop(): Promise<void> {
  await running;
  for (const classifier of classifiers.values()) classifier.release();
  port.close();
}

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function errorMessage(error: unknown): ErrorMessage {
  if (error instanceof ModelwrightError) return { code: error.code, details: error.details, message: error.message };
  return { message: error instanceof Error ? error.message : String(error) };
}
