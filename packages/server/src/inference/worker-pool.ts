import { ModelwrightError } from "@modelwright/contracts";
import type { Written } from "@modelwright/inference";
import type { Batch, BatchExecutor } from "../batching/batch-executor.ts";
import { type BatchResult, InferenceWorker, type TextRequest, WorkerDied } from "./inference-worker.ts";
import type { BaseSharing, WorkerSetup } from "./messages.ts";

export interface WorkerPoolOptions {
  readonly setup: WorkerSetup;
  readonly workers: number;
  /** The worker's program; tests give one that dies. */
  readonly entry?: URL;
  readonly onResult?: (result: { readonly model: string } & BatchResult) => void;
  /** A thread ended that was not told to. */
  readonly onWorkerDied?: (problem: string) => void;
}

/** A batch and the one behind it: enough to hide the way between the threads. */
const BATCHES_PER_WORKER = 2;
const FIRST_RESTART_DELAY_MS = 100;
const LONGEST_RESTART_DELAY_MS = 10_000;

/**
 * Worker threads that run batches, each with its own sessions.
 *
 * A thread that dies is replaced, and the batches that it held are run once more by another.
 */
export class WorkerPool implements BatchExecutor<unknown, unknown> {
  onFree: (() => void) | undefined;
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<InferenceWorker>();
  /** Workers that repeat a batch; they get no other one meanwhile. */
  readonly #reserved = new Set<InferenceWorker>();
  /** Batches to be repeated that wait for a worker of their own. */
  readonly #orphans: ((worker: InferenceWorker | undefined) => void)[] = [];
  /** Models that run together in the first worker, by which batches are made; so in every other one. */
  #sharing: readonly BaseSharing[] | undefined;
  #isClosed = false;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Starts the threads; settles when all are loaded and warm, or rejects with the first failure, and none is left. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const starts = await Promise.allSettled(Array.from({ length: options.workers }, () => pool.#add()));
    const failure = starts.find((start) => start.status === "rejected");
    if (failure === undefined) return pool;
    await pool.close();
    throw failure.reason;
  }

  /** Models that run together, in every worker alike. */
  get sharing(): readonly BaseSharing[] {
    return this.#sharing ?? [];
  }

  /** Threads that can run a batch now or next. */
  get size(): number {
    return this.#workers.size;
  }

  /** True when no worker holds a batch, and one could. */
  get isIdle(): boolean {
    return this.hasIdle && [...this.#workers].every(({ held }) => held === 0);
  }

  get hasIdle(): boolean {
    return this.#orphans.length === 0 && this.#leastBusy()?.held === 0;
  }

  get hasSpare(): boolean {
    return this.#orphans.length === 0 && (this.#leastBusy()?.held ?? BATCHES_PER_WORKER) < BATCHES_PER_WORKER;
  }

  /**
   * Raw answers of the items.
   *
   * A batch whose worker died is repeated alone in a worker: the batch beside it may be the one that killed.
   *
   * @throws {ModelwrightError} `SERVER_WORKER_FAILED`.
   */
  async execute(batch: Batch<unknown>): Promise<readonly unknown[]> {
    try {
      const result = await this.#runOrRepeat(batch);
      this.#options.onResult?.({ model: batch.model, ...result });
      return result.answers;
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      throw new ModelwrightError("SERVER_WORKER_FAILED", { attempts: 2, problem: error.message }, { cause: error });
    } finally {
      this.#assign();
    }
  }

  /**
   * Has a text written by the worker that writes the fewest. It is not repeated if the worker dies: a part of it may have been shown.
   *
   * @throws {ModelwrightError} What `InferenceWorker.write` throws; `SERVER_WORKER_FAILED`.
   */
  async write(request: TextRequest): Promise<Written> {
    const worker = [...this.#workers].sort((a, b) => a.writing - b.writing)[0];
    try {
      if (worker === undefined) throw new WorkerDied("no inference thread runs");
      return await worker.write(request);
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      throw new ModelwrightError("SERVER_WORKER_FAILED", { attempts: 1, problem: error.message }, { cause: error });
    }
  }

  async #runOrRepeat(batch: Batch<unknown>): Promise<BatchResult> {
    try {
      const worker = this.#leastBusy();
      if (worker === undefined) throw new Error("a batch came while no worker has a place");
      return await worker.run(batch);
    } catch (error) {
      if (!(error instanceof WorkerDied) || batch.signal.aborted) throw error;
    }
    const worker = await this.#ownWorker();
    try {
      return await worker.run(batch);
    } finally {
      this.#reserved.delete(worker);
    }
  }

  /** Ends all threads after the runs under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
    for (const give of this.#orphans.splice(0)) give(undefined);
  }

  async #add(): Promise<void> {
    const { setup, entry } = this.#options;
    const worker = await InferenceWorker.start(setup, entry === undefined ? {} : { entry });
    if (this.#isClosed) {
      await worker.stop();
      return;
    }
    this.#sharing ??= worker.sharing;
    if (!sharesAlike(worker.sharing, this.#sharing)) {
      await worker.stop();
      throw new Error("its models share their bases otherwise than those of the worker that was started first");
    }
    this.#workers.add(worker);
    void worker.ended.then((problem) => {
      this.#workers.delete(worker);
      if (this.#isClosed) return;
      this.#options.onWorkerDied?.(problem);
      void this.#replace();
    });
  }

  /** Tries until a thread runs: the cause, such as a lack of memory, may pass. */
  async #replace(): Promise<void> {
    for (
      let delayMs = FIRST_RESTART_DELAY_MS;
      !this.#isClosed;
      delayMs = Math.min(delayMs * 2, LONGEST_RESTART_DELAY_MS)
    ) {
      try {
        await this.#add();
        this.#assign();
        return;
      } catch (error) {
        this.#options.onWorkerDied?.(error instanceof Error ? error.message : String(error));
        await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      }
    }
  }

  /** A worker that runs nothing else, reserved until the batch is done. */
  async #ownWorker(): Promise<InferenceWorker> {
    const worker = await new Promise<InferenceWorker | undefined>((give) => {
      this.#orphans.push(give);
      if (this.#isClosed) this.#orphans.pop()!(undefined);
      this.#assign();
    });
    if (worker === undefined) throw new WorkerDied("the server stopped");
    return worker;
  }

  /** Places went free: batches to be repeated come first. */
  #assign(): void {
    for (let worker = this.#leastBusy(); worker?.held === 0 && this.#orphans.length > 0; worker = this.#leastBusy()) {
      this.#reserved.add(worker);
      this.#orphans.shift()!(worker);
    }
    this.onFree?.();
  }

  /** Of the workers that are not reserved. */
  #leastBusy(): InferenceWorker | undefined {
    let least: InferenceWorker | undefined;
    for (const worker of this.#workers) {
      if (!this.#reserved.has(worker) && (least === undefined || worker.held < least.held)) least = worker;
    }
    return least;
  }
}

/** Whether the same models run together. */
function sharesAlike(one: readonly BaseSharing[], other: readonly BaseSharing[]): boolean {
  const keys = (sharing: readonly BaseSharing[]) => JSON.stringify(sharing.map(({ key, members }) => [key, members]));
  return keys(one) === keys(other);
}
