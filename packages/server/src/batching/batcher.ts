import { ModelwrightError } from "@modelwright/contracts";
import type { BatchExecutor } from "./batch-executor.ts";
import { BatchQueue, type QueuedText } from "./batch-queue.ts";

export interface BatcherOptions<Result> {
  readonly executor: BatchExecutor<Result>;
  /** Texts in a batch. */
  readonly maxBatch: number;
  /** How long a text waits for company while every worker is busy and one has a place left. */
  readonly maxDelayMs: number;
  /** Texts that may wait. */
  readonly queueLimit: number;
  readonly timeoutMs: number;
  readonly onBatch?: (batch: BatchObservation) => void;
}

export interface BatchObservation {
  readonly model: string;
  /** How long each text waited. */
  readonly queuedMs: readonly number[];
}

/** A request on its way through the queue. */
export interface Submission<Result> {
  /** One result for each text, in their order. */
  readonly results: Promise<readonly Result[]>;
  /** Nobody waits for the answer any more: takes the texts that still wait out of the queue. */
  readonly cancel: () => void;
}

interface PendingRequest<Result> {
  readonly model: string;
  readonly results: Result[];
  missing: number;
  isSettled: boolean;
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Dynamic batching: texts of many requests go through the model together.
 *
 * A batch leaves when a worker has nothing to do (it takes whatever waits), and also to a worker that is still busy as
 * soon as it is full or its oldest text has waited `maxDelayMs`, so that the worker goes from one batch to the next
 * without a pause. The rule is that of Triton's dynamic batcher.
 *
 * Every accepted request is settled once: with the results of its own texts, or with one error.
 */
export class Batcher<Result> {
  readonly #options: BatcherOptions<Result>;
  readonly #queue: BatchQueue<PendingRequest<Result>>;
  #isScheduled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatcherOptions<Result>) {
    this.#options = options;
    this.#queue = new BatchQueue(options);
    options.executor.onFree = () => this.#dispatch();
  }

  /** Texts that wait. */
  get queued(): number {
    return this.#queue.size;
  }

  /**
   * Puts the texts of one request into the queue.
   *
   * @throws {ModelwrightError} `SERVER_OVERLOADED` at once; the results reject with `SERVER_TIMEOUT`,
   *   `SERVER_WORKER_FAILED`, or `SERVER_CLIENT_GONE` after a cancellation.
   */
  submit(model: string, texts: readonly string[]): Submission<Result> {
    const { queueLimit, timeoutMs } = this.#options;
    if (this.queued + texts.length > queueLimit) {
      throw new ModelwrightError("SERVER_OVERLOADED", { queued: this.queued, limit: queueLimit });
    }
    if (texts.length === 0) return { results: Promise.resolve([]), cancel: () => {} };
    const { promise, resolve, reject } = deferred<readonly Result[]>();
    const request: PendingRequest<Result> = {
      model,
      results: new Array<Result>(texts.length),
      missing: texts.length,
      isSettled: false,
      resolve,
      reject,
    };
    const queuedAt = performance.now();
    texts.forEach((text, index) => {
      this.#queue.push({ owner: request, index, model, text, queuedAt });
    });
    const timeout = setTimeout(
      () => this.#fail(request, new ModelwrightError("SERVER_TIMEOUT", { timeoutMs })),
      timeoutMs,
    );
    this.#schedule();
    return {
      results: promise.finally(() => clearTimeout(timeout)),
      cancel: () => this.#fail(request, new ModelwrightError("SERVER_CLIENT_GONE", {})),
    };
  }

  /** After this turn of the event loop, so that requests that arrived together leave together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    clearTimeout(this.#timer);
    const { executor, maxDelayMs } = this.#options;
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) {
      if (!executor.hasIdle) {
        if (!executor.hasSpare) return;
        const remainingMs = next.oldestAt + maxDelayMs - performance.now();
        if (!next.isFull && remainingMs > 0) {
          this.#timer = setTimeout(() => this.#dispatch(), Math.ceil(remainingMs));
          return;
        }
      }
      void this.#run(next.model, this.#queue.take(next.model));
    }
  }

  async #run(model: string, batch: readonly QueuedText<PendingRequest<Result>>[]): Promise<void> {
    const now = performance.now();
    this.#options.onBatch?.({ model, queuedMs: batch.map(({ queuedAt }) => now - queuedAt) });
    try {
      const results = await this.#options.executor.execute(
        model,
        batch.map(({ text }) => text),
      );
      if (results.length !== batch.length) throw new Error(`${results.length} results for ${batch.length} texts`);
      batch.forEach(({ owner, index }, row) => {
        owner.results[index] = results[row]!;
        owner.missing -= 1;
        if (owner.missing > 0 || owner.isSettled) return;
        owner.isSettled = true;
        owner.resolve(owner.results);
      });
    } catch (error) {
      for (const { owner } of batch) this.#fail(owner, error);
    }
  }

  #fail(request: PendingRequest<Result>, error: unknown): void {
    if (request.isSettled) return;
    request.isSettled = true;
    this.#queue.remove(request.model, request);
    request.reject(error);
  }
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
