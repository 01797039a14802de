import { ModelwrightError } from "@modelwright/contracts";
import type { BatchExecutor } from "../batching/batch-executor.ts";
import { type BatchResult, InferenceWorker, WorkerDied } from "./inference-worker.ts";
import type { WorkerSetup } from "./messages.ts";

export interface WorkerPoolOptions {
  readonly setup: WorkerSetup;
  readonly workers: number;
  /** The worker's program; tests give one that dies. */
  readonly entry?: URL;
  readonly onResult?: (result: { readonly model: string; readonly texts: number } & BatchResult) => void;
  /** A thread ended that was not told to. */
  readonly onWorkerDied?: (problem: string) => void;
}

/** A batch and the one behind it: enough to hide the way between the threads. */
const BATCHES_PER_WORKER = 2;
/** A batch that kills its worker is run once more, not for ever. */
const MAX_ATTEMPTS = 2;
const FIRST_RESTART_DELAY_MS = 100;
const LONGEST_RESTART_DELAY_MS = 10_000;

/**
 * Worker threads that run batches, each with its own sessions.
 *
 * A thread that dies is replaced, and the batches that it held are run once more by another.
 */
export class WorkerPool implements BatchExecutor<Float64Array> {
  onFree: (() => void) | undefined;
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<InferenceWorker>();
  /** Batches of dead workers that wait for a living one. */
  readonly #orphans: (() => void)[] = [];
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

  /** Threads that can run a batch now or next. */
  get size(): number {
    return this.#workers.size;
  }

  get hasIdle(): boolean {
    return this.#leastBusy()?.held === 0;
  }

  get hasSpare(): boolean {
    return (this.#leastBusy()?.held ?? BATCHES_PER_WORKER) < BATCHES_PER_WORKER;
  }

  /**
   * Class probabilities of each text.
   * @throws {ModelwrightError} `SERVER_WORKER_FAILED`.
   */
  async execute(model: string, texts: readonly string[]): Promise<readonly Float64Array[]> {
    for (let attempts = 1; ; attempts++) {
      try {
        const worker = this.#leastBusy() ?? (await this.#nextWorker());
        const result = await worker.run(model, texts);
        this.#options.onResult?.({ model, texts: texts.length, ...result });
        this.onFree?.();
        return rows(result.probabilities, texts.length);
      } catch (error) {
        if (error instanceof WorkerDied && attempts < MAX_ATTEMPTS && !this.#isClosed) continue;
        this.onFree?.();
        if (!(error instanceof WorkerDied)) throw error;
        throw new ModelwrightError("SERVER_WORKER_FAILED", { attempts, problem: error.message }, { cause: error });
      }
    }
  }

  /** Ends all threads after the runs under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
    for (const wake of this.#orphans.splice(0)) wake();
  }

  async #add(): Promise<void> {
    const { setup, entry } = this.#options;
    const worker = await InferenceWorker.start(setup, entry === undefined ? {} : { entry });
    if (this.#isClosed) {
      await worker.stop();
      return;
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
        for (const wake of this.#orphans.splice(0)) wake();
        this.onFree?.();
        return;
      } catch (error) {
        this.#options.onWorkerDied?.(error instanceof Error ? error.message : String(error));
        await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      }
    }
  }

  async #nextWorker(): Promise<InferenceWorker> {
    for (;;) {
      if (this.#isClosed) throw new WorkerDied("the server stopped");
      await new Promise<void>((wake) => this.#orphans.push(wake));
      const worker = this.#leastBusy();
      if (worker !== undefined) return worker;
    }
  }

  #leastBusy(): InferenceWorker | undefined {
    let least: InferenceWorker | undefined;
    for (const worker of this.#workers) if (least === undefined || worker.held < least.held) least = worker;
    return least;
  }
}

function rows(probabilities: Float64Array, count: number): Float64Array[] {
  const classes = probabilities.length / count;
  return Array.from({ length: count }, (_, row) => probabilities.subarray(row * classes, (row + 1) * classes));
}
