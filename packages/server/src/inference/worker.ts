import { parentPort, workerData } from "node:worker_threads";
import { ModelwrightError } from "@modelwright/contracts";
import { FailedItem } from "@modelwright/inference";
import { loadModels, type RunningModel } from "./load-models.ts";
import type {
  BaseSharing,
  BatchMessage,
  DoneMessage,
  ErrorMessage,
  WorkerMessage,
  WorkerOrder,
  WorkerSetup,
  WriteMessage,
} from "./messages.ts";

// The entry of an inference thread: loads every model, warms it up, then runs batches one after the other. The items
// of the next batch are prepared while ONNX Runtime runs the present one in a thread of its own.

const port = parentPort!;
const setup = workerData as WorkerSetup;
const models = new Map<string, RunningModel>();
/** The batches and texts that are not answered yet. */
const aborts = new Map<number, AbortController>();
/** The texts that are being written, side by side. */
const writings = new Set<Promise<void>>();
/** The end of the run before. */
let running: Promise<unknown> = Promise.resolve();

type Items = Parameters<RunningModel["prepare"]>[0];

const sharing = await loadAll();
if (sharing === undefined) {
  port.close();
} else {
  port.on("message", receive);
  send({ type: "ready", sharing });
}

/** Loads and warms up every model; undefined when one could not be loaded, which is told. */
async function loadAll(): Promise<readonly BaseSharing[] | undefined> {
  const { models: folders, ...loading } = setup;
  let current = folders[0]?.key ?? "";
  const onModel = (key: string) => {
    current = key;
  };
  try {
    const loaded = await loadModels(folders, { ...loading, onModel });
    for (const [key, model] of loaded.models) models.set(key, model);
    for (const [key, model] of models) {
      current = loaded.sharing.find((base) => base.key === key)?.members[0] ?? key;
      await model.warmUp();
    }
    return loaded.sharing;
  } catch (error) {
    // The end of the thread would not free them.
    releaseAll();
    send({ type: "unready", model: current, error: errorMessage(error) });
    return undefined;
  }
}

function receive(order: WorkerOrder): void {
  if ("stop" in order) void stop();
  else if ("abort" in order) aborts.get(order.abort)?.abort();
  else if ("write" in order) follow(write(order));
  else void run(order);
}

function follow(writing: Promise<void>): void {
  writings.add(writing);
  void writing.finally(() => writings.delete(writing));
}

async function write({ id, model: key, write: request }: WriteMessage): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  try {
    const writer = models.get(key)?.writer;
    if (writer === undefined) throw new Error(`no model "${key}" that writes in this worker`);
    const onText = (text: string) => send({ type: "text", id, text });
    send({ type: "written", id, written: await writer.write({ ...request, signal: abort.signal, onText }) });
  } catch (error) {
    send({ type: "failed", id, error: errorMessage(error) });
  } finally {
    aborts.delete(id);
  }
}

async function run({ id, model: key, items, options }: BatchMessage): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  try {
    const model = models.get(key);
    if (model === undefined) throw new Error(`no model "${key}" in this worker`);
    const start = performance.now();
    const prepared = await model.prepare(items as Items);
    const preparationMs = performance.now() - start;
    const before = running;
    const result = before.then(async () => {
      const runStart = performance.now();
      // Nothing else to do: the way to ONNX Runtime's own thread and back is a tenth of what one text takes.
      const blocking = items.length === 1 && aborts.size === 1;
      const answers = await prepared.run({ options, signal: abort.signal, blocking });
      return { answers, inferenceMs: performance.now() - runStart };
    });
    running = result.catch(() => {});
    const { answers, inferenceMs } = await result;
    send({ type: "done", id, ...settled(answers), preparationMs, inferenceMs }, buffersOf(answers));
  } catch (error) {
    send({ type: "failed", id, error: errorMessage(error) });
  } finally {
    aborts.delete(id);
  }
}

async function stop(): Promise<void> {
  await Promise.all([running, ...writings]);
  releaseAll();
  port.close();
}

function releaseAll(): void {
  for (const model of models.values()) model.release();
}

/** Answers, and apart from them why some are none. */
function settled(answers: readonly unknown[]): Pick<DoneMessage, "answers" | "failures"> {
  const failures = answers.flatMap((answer, index) =>
    answer instanceof FailedItem ? [{ index, error: errorMessage(answer.error) }] : [],
  );
  const failed = new Set(failures.map(({ index }) => index));
  return { answers: answers.map((answer, index) => (failed.has(index) ? undefined : answer)), failures };
}

/** The memory of answers that are arrays of numbers, which moves to the other thread instead of being copied. */
function buffersOf(answers: readonly unknown[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const answer of answers) if (ArrayBuffer.isView(answer)) buffers.add(answer.buffer as ArrayBuffer);
  return [...buffers];
}

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function errorMessage(error: unknown): ErrorMessage {
  if (error instanceof ModelwrightError) return { code: error.code, details: error.details, message: error.message };
  return { message: error instanceof Error ? error.message : String(error) };
}
