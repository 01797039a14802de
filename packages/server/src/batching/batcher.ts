import { ModelwrightError } from "@modelwright/contracts";
import { FailedItem } from "@modelwright/inference";
import type { BatchExecutor } from "./batch-executor.ts";
import { BatchQueue, type Lane, type QueuedItem } from "./batch-queue.ts";

export interface BatcherOptions<Item, Answer> {
  readonly executor: BatchExecutor<Item, Answer>;
  /** How long an item waits for company while every worker is busy and one has a place left. */
  readonly maxDelayMs: number;
  /** Items that may wait. */
  readonly queueLimit: number;
  readonly timeoutMs: number;
  readonly onBatch?: (batch: BatchObservation) => void;
}

export interface BatchObservation {
  readonly model: string;
  /** How long each item waited. */
  readonly queuedMs: readonly number[];
}

/** A request on its way through the queue. */
export interface Submission<Answer> {
  /** One answer per item, in their order. */
  readonly answers: Promise<readonly Answer[]>;
  /** Nobody waits for the answers any more: takes the items that still wait out of the queue. */
  readonly cancel: () => void;
}

interface PendingRequest<Item, Answer> {
  readonly lane: Lane<Item>;
  readonly answers: Answer[];
  missing: number;
  isSettled: boolean;
  /** Batches under way that hold items of the request. */
  readonly running: Set<RunningBatch<Item, Answer>>;
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

interface RunningBatch<Item, Answer> {
  /** Requests that wait for it. */
  readonly owners: Set<PendingRequest<Item, Answer>>;
  readonly abort: AbortController;
}

/**
 * Dynamic batching: items of many requests go through the model together.
 *
 * A batch leaves when a worker has nothing to do (it takes whatever waits), and also to a worker that is still busy as
 * soon as it is full or its oldest item has waited `maxDelayMs`, so that the worker goes from one batch to the next
 * without a pause. The rule is that of Triton's dynamic batcher.
 *
 * Every accepted request is settled once: with the answers to its own items, or with one error. A batch for which nobody waits any more is
 * aborted.
 */
export class Batcher<Item, Answer> {
  readonly #options: BatcherOptions<Item, Answer>;
  readonly #queue = new BatchQueue<Item, PendingRequest<Item, Answer>>();
  #isScheduled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatcherOptions<Item, Answer>) {
    this.#options = options;
    options.executor.onFree = () => this.#dispatch();
  }

  /** Items that wait. */
  get queued(): number {
    return this.#queue.size;
  }

  /**
   * Puts the items of one request into the queue.
   *
   * @throws {ModelwrightError} `SERVER_OVERLOADED` at once; the answers reject with `SERVER_TIMEOUT`,
   *   `SERVER_WORKER_FAILED`, or `SERVER_CLIENT_GONE` after a cancellation.
   */
  submit(lane: Lane<Item>, items: readonly Item[]): Submission<Answer> {
    const { queueLimit, timeoutMs } = this.#options;
    if (this.queued + items.length > queueLimit) {
      throw new ModelwrightError("SERVER_OVERLOADED", { queued: this.queued, limit: queueLimit });
    }
    if (items.length === 0) return { answers: Promise.resolve([]), cancel: () => {} };
    const { promise, resolve, reject } = deferred<readonly Answer[]>();
    const request: PendingRequest<Item, Answer> = {
      lane,
      answers: new Array<Answer>(items.length),
      missing: items.length,
      isSettled: false,
      running: new Set(),
      resolve,
      reject,
    };
    const queuedAt = performance.now();
    this.#queue.push(
      lane,
      items.map((item, index) => ({ owner: request, index, item, queuedAt })),
    );
    const timeout = setTimeout(
      () => this.#fail(request, new ModelwrightError("SERVER_TIMEOUT", { timeoutMs })),
      timeoutMs,
    );
    this.#schedule();
    return {
      answers: promise.finally(() => clearTimeout(timeout)),
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
      void this.#run(next.lane, this.#queue.take(next.lane));
    }
  }

  async #run(
    { model, options }: Lane<Item>,
    batch: readonly QueuedItem<Item, PendingRequest<Item, Answer>>[],
  ): Promise<void> {
    const now = performance.now();
    this.#options.onBatch?.({ model, queuedMs: batch.map(({ queuedAt }) => now - queuedAt) });
    const running = { owners: new Set(batch.map(({ owner }) => owner)), abort: new AbortController() };
    for (const owner of running.owners) owner.running.add(running);
    try {
      const items = batch.map(({ item }) => item);
      const isLone = this.queued === 0 && batch.length === 1 && batch[0]!.owner.answers.length === 1;
      const answers = await this.#options.executor.execute({
        model,
        items,
        options,
        isLone,
        // Only a worker asks for it, and it takes as long to make as a short text to tokenize.
        get signal() {
          return running.abort.signal;
        },
      });
      if (answers.length !== batch.length) throw new Error(`${answers.length} answers to ${batch.length} items`);
      batch.forEach(({ owner, index }, row) => {
        const answer = answers[row]!;
        if (answer instanceof FailedItem) {
          this.#fail(owner, answer.error);
          return;
        }
        owner.answers[index] = answer;
        owner.missing -= 1;
        if (owner.missing > 0 || owner.isSettled) return;
        owner.isSettled = true;
        owner.resolve(owner.answers);
      });
    } catch (error) {
      for (const owner of [...running.owners]) this.#fail(owner, error);
    } finally {
      for (const owner of running.owners) owner.running.delete(running);
    }
  }

  #fail(request: PendingRequest<Item, Answer>, error: unknown): void {
    if (request.isSettled) return;
    request.isSettled = true;
    this.#queue.remove(request.lane, request);
    request.reject(error);
    for (const { owners, abort } of request.running) {
      owners.delete(request);
      if (owners.size === 0) abort.abort();
    }
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
