import type { ModelwrightError } from "@modelwright/contracts";
import { FailedItem, type WriteRequest, type Written } from "@modelwright/inference";
import type { Batch } from "../batching/batch-executor.ts";
import { revive } from "./error-message.ts";
import type { BaseSharing, DoneMessage, ErrorMessage, Loading, Unit, WorkerMessage, WorkerOrder } from "./messages.ts";
import { requestFailure } from "./request-failure.ts";
import { CARRIERS, type Isolation, type WorkerCarrier } from "./worker-carrier.ts";

export interface BatchResult {
  /** Raw answers of the items, in their order: a `FailedItem` for one that failed while others did not. */
  readonly answers: readonly unknown[];
  readonly preparationMs: number;
  readonly inferenceMs: number;
  /** From when the worker had nothing before it to when it was there: what the next batch had to wait. */
  readonly durationMs: number;
}

/** The worker ended with the batch unanswered. The batch may be run again elsewhere. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied";
}

/** A worker could not load one of its models. */
export class ModelUnloadable extends Error {
  override readonly name = "ModelUnloadable";
  /** Key of the model. */
  readonly model: string;

  constructor(model: string, cause: Error) {
    super(cause.message, { cause });
    this.model = model;
  }
}

/** A text that a model is asked for. */
export interface TextRequest extends Pick<WriteRequest, "prompt" | "options"> {
  /** What runs the model. */
  readonly model: string;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

const STOP_LIMIT_MS = 10_000;

interface Waiting {
  /** Milliseconds, monotonic. */
  readonly sentAt: number;
  readonly resolve: (result: BatchResult) => void;
  readonly reject: (error: Error) => void;
}

interface WaitingText {
  readonly onText: (text: string) => void;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: Error) => void;
}

interface WaitingUnit {
  readonly resolve: (sharing: BaseSharing | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** A thread or a process that runs batches, as the server sees it. */
export class InferenceWorker {
  /** Settles when it is gone, with the reason. */
  readonly ended: Promise<string>;
  readonly #carrier: WorkerCarrier;
  readonly #waiting = new Map<number, Waiting>();
  readonly #texts = new Map<number, WaitingText>();
  /** Units that are being loaded or unloaded, by their ids. */
  readonly #units = new Map<string, WaitingUnit>();
  /** Ids of the units that are loaded. */
  readonly #loaded = new Set<string>();
  #lastId = 0;
  /** When it last answered a batch. */
  #answeredAt = 0;
  #problem = "";
  #hasEnded = false;

  private constructor(carrier: WorkerCarrier) {
    this.#carrier = carrier;
    carrier.onMessage((message) => this.#receive(message));
    this.ended = new Promise((resolve) => {
      void carrier.ended.then((problem) => {
        this.#hasEnded = true;
        this.#problem = problem;
        // First whoever gives work to it hears of it, then whoever waits for an answer and has it done elsewhere.
        resolve(problem);
        const waiting = [this.#waiting, this.#texts, this.#units];
        for (const { reject } of waiting.flatMap((each) => [...each.values()])) reject(new WorkerDied(problem));
        for (const each of waiting) each.clear();
      });
    });
  }

  /**
   * Starts a worker without models.
   *
   * @param options.entry The worker's program. Default: the one of this package.
   * @param options.isolation What runs it. Default: a thread.
   * @throws {WorkerDied}
   */
  static async start(
    loading: Loading,
    options: { readonly entry?: URL | undefined; readonly isolation?: Isolation | undefined } = {},
  ): Promise<InferenceWorker> {
    const { entry = new URL("../../dist/inference/worker.js", import.meta.url), isolation = "thread" } = options;
    const carrier = CARRIERS[isolation]({ entry, loading });
    const worker = new InferenceWorker(carrier);
    const ready = new Promise<void>((resolve, reject) => {
      carrier.onMessage((message) => {
        if (message.type === "ready") resolve();
      });
      void worker.ended.then((problem) => reject(new WorkerDied(problem)));
    });
    await ready.catch((error: unknown) => {
      carrier.kill();
      throw error;
    });
    return worker;
  }

  /** Whether it has loaded a unit. */
  has(unit: string): boolean {
    return this.#loaded.has(unit);
  }

  /**
   * Loads a unit beside what runs, and warms it up.
   * @returns How its versions share their base, where they are several.
   * @throws {ModelUnloadable} Its cause is what loading the model threw.
   * @throws {WorkerDied}
   */
  async load(unit: Unit): Promise<BaseSharing | undefined> {
    const sharing = await this.#settled(unit.id, { load: unit });
    this.#loaded.add(unit.id);
    return sharing;
  }

  /**
   * Frees a unit when what runs of it has ended; none of it may be asked for any more.
   * @throws {WorkerDied}
   */
  async unload(unit: string): Promise<void> {
    this.#loaded.delete(unit);
    await this.#settled(unit, { unload: unit });
  }

  #settled(unit: string, order: WorkerOrder): Promise<BaseSharing | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new WorkerDied(this.#problem));
        return;
      }
      this.#units.set(unit, { resolve, reject });
      this.#send(order);
    });
  }

  /** Batches that it holds: one runs, others wait behind it. */
  get held(): number {
    return this.#waiting.size;
  }

  /**
   * Runs a batch. When it is aborted it still holds its place until the worker says that it has stopped.
   *
   * @throws {WorkerDied} if the worker ends before it answers.
   * @throws {ModelwrightError} `SERVER_WORKER_FAILED` if the model could not be run, or was stopped.
   */
  run({ model, items, options, signal }: Batch<unknown>): Promise<BatchResult> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new WorkerDied(this.#problem));
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { sentAt: performance.now(), resolve, reject });
      this.#send({ id, model, items, options });
      signal.addEventListener("abort", () => this.#waiting.has(id) && this.#send({ abort: id }), { once: true });
    });
  }

  /** Texts that it writes. */
  get writing(): number {
    return this.#texts.size;
  }

  /**
   * Has a text written, whatever batches it holds.
   *
   * @throws {WorkerDied} if the worker ends before the text does.
   * @throws {ModelwrightError} What `TextWriter.write` throws of what was asked; `SERVER_WORKER_FAILED` if the model could not be run, or was
   * stopped.
   */
  write({ model, prompt, options, signal, onText }: TextRequest): Promise<Written> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new WorkerDied(this.#problem));
        return;
      }
      const id = ++this.#lastId;
      this.#texts.set(id, { onText, resolve, reject });
      this.#send({ id, model, write: { prompt, options } });
      signal.addEventListener("abort", () => this.#texts.has(id) && this.#send({ abort: id }), { once: true });
    });
  }

  /** Ends it after the run under way, and by force if that takes too long. */
  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#send({ stop: true });
    const force = setTimeout(() => this.#carrier.kill(), STOP_LIMIT_MS);
    await this.ended;
    clearTimeout(force);
  }

  #send(order: WorkerOrder): void {
    this.#carrier.post(order);
  }

  #receive(message: WorkerMessage): void {
    if (message.type === "ready") return;
    if ("unit" in message) {
      this.#receiveUnit(message);
      return;
    }
    const text = this.#texts.get(message.id);
    if (text === undefined) this.#receiveBatch(message);
    else this.#receiveText(text, message);
  }

  #receiveUnit(message: Extract<WorkerMessage, { unit: string }>): void {
    const { resolve, reject } = this.#units.get(message.unit)!;
    this.#units.delete(message.unit);
    if (message.type === "unloadable") reject(new ModelUnloadable(message.model, revive(message.error)));
    else resolve(message.type === "loaded" ? message.sharing : undefined);
  }

  #receiveBatch(message: Extract<WorkerMessage, { id: number }>): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) throw new Error(`an answer to batch ${message.id}, which nobody waits for`);
    this.#waiting.delete(message.id);
    const startedAt = Math.max(waiting.sentAt, this.#answeredAt);
    this.#answeredAt = performance.now();
    if (message.type === "done") waiting.resolve(resultOf(message, this.#answeredAt - startedAt));
    else if (message.type === "failed") waiting.reject(failure(message.error));
  }

  #receiveText({ onText, resolve, reject }: WaitingText, message: Extract<WorkerMessage, { id: number }>): void {
    if (message.type === "text") {
      onText(message.text);
      return;
    }
    this.#texts.delete(message.id);
    if (message.type === "written") resolve(message.written);
    else if (message.type === "failed") reject(failure(message.error));
  }
}

function resultOf(
  { answers: given, failures, preparationMs, inferenceMs }: DoneMessage,
  durationMs: number,
): BatchResult {
  const answers = [...given];
  for (const { index, error } of failures) answers[index] = new FailedItem(failure(error));
  return { answers, preparationMs, inferenceMs, durationMs };
}

function failure(message: ErrorMessage): ModelwrightError {
  return requestFailure(revive(message));
}
