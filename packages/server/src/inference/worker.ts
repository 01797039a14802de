import { FailedItem } from "@modelwright/inference";
import { errorMessage } from "./error-message.ts";
import { type LoadedUnit, loadWarm, type RunningModel } from "./load-unit.ts";
import type { BatchMessage, DoneMessage, Unit, WorkerMessage, WorkerOrder, WriteMessage } from "./messages.ts";
import { workerSide } from "./worker-side.ts";

// The program of a worker: loads units of models when it is told to, warms them up, and runs batches one after
// the other. The items of the next batch are prepared while ONNX Runtime runs the present one in a thread of its own.

const server = workerSide();
const { loading } = server;
const units = new Map<string, LoadedUnit>();
/** By the name of the runner. */
const models = new Map<string, RunningModel>();
/** The batches and texts that are not answered yet. */
const aborts = new Map<number, AbortController>();
/** The same, with what runs them. */
const works = new Map<Promise<void>, string>();
/** The end of the run before. */
let running: Promise<unknown> = Promise.resolve();
/** The end of the loading before: one unit at a time. */
let loaded: Promise<unknown> = Promise.resolve();

type Items = Parameters<RunningModel["prepare"]>[0];

server.onOrder(receive);
send({ type: "ready" });

function receive(order: WorkerOrder): void {
  if ("stop" in order) void stop();
  else if ("abort" in order) aborts.get(order.abort)?.abort();
  else if ("load" in order) loaded = loaded.then(() => load(order.load));
  else if ("unload" in order) loaded = loaded.then(() => unload(order.unload));
  else if ("write" in order) follow(order.model, write(order));
  else follow(order.model, run(order));
}

async function load(unit: Unit): Promise<void> {
  let current = unit.models[0]!.key;
  const onModel = (key: string) => {
    current = key;
  };
  try {
    const made = await loadWarm(unit, { ...loading, onModel });
    units.set(unit.id, made);
    for (const [name, model] of made.runners) models.set(name, model);
    const { sharing } = made;
    send({ type: "loaded", unit: unit.id, ...(sharing === undefined ? {} : { sharing }) });
  } catch (error) {
    send({ type: "unloadable", unit: unit.id, model: current, error: errorMessage(error) });
  }
}

async function unload(unit: string): Promise<void> {
  const { runners = new Map<string, RunningModel>() } = units.get(unit) ?? {};
  units.delete(unit);
  await Promise.all([...works].filter(([, name]) => runners.has(name)).map(([work]) => work));
  for (const [name, model] of runners) {
    models.delete(name);
    model.release();
  }
  send({ type: "unloaded", unit });
}

function follow(model: string, work: Promise<void>): void {
  works.set(work, model);
  void work.finally(() => works.delete(work));
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
  await Promise.all([loaded, ...works.keys()]);
  // The end of the thread would not free them.
  for (const model of models.values()) model.release();
  server.end();
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
  server.send(message, transfer);
}
