import { ModelwrightError } from "@modelwright/contracts";
import type { Written } from "@modelwright/inference";
import type { Batch, BatchExecutor, BatchOutcome } from "../batching/batch-executor.ts";
import { runInHalves } from "../batching/run-in-halves.ts";
import { type BatchResult, InferenceWorker, type TextRequest, WorkerDied } from "./inference-worker.ts";
import type { BaseSharing, Loading, Unit } from "./messages.ts";
import type { Isolation } from "./worker-carrier.ts";

export interface WorkerPoolOptions {
  readonly loading: Loading;
  readonly workers: number;
  /** Default: threads. */
  readonly isolation?: Isolation;
  /** The worker's program; tests give one that dies. */
  readonly entry?: URL;
  readonly onResult?: (result: { readonly model: string } & BatchResult) => void;
  /** A worker ended that was not told to. */
  readonly onWorkerDied?: (problem: string) => void;
}

/** A batch and the one behind it: enough to hide the way to it and back. */
const BATCHES_PER_WORKER = 2;
const FIRST_RESTART_DELAY_MS = 100;
const LONGEST_RESTART_DELAY_MS = 10_000;

/**
 * Workers that run batches, each with its own sessions.
 *
 * One that ends is replaced, and the batches that it held are run once more by another.
 */
export class WorkerPool implements BatchExecutor<unknown, unknown> {
  onFree: (() => void) | undefined;
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<InferenceWorker>();
  /** Workers that repeat a batch; they get no other one meanwhile. */
  readonly #reserved = new Set<InferenceWorker>();
  /** Batches to be repeated that wait for a worker of their own. */
  readonly #orphans: ((worker: InferenceWorker | undefined) => void)[] = [];
  /** What every worker has loaded, by id, and how it shares its base: batches are made by that, so it is the same in all. */
  readonly #units = new Map<string, { readonly unit: Unit; readonly sharing: BaseSharing | undefined }>();
  #isClosed = false;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Starts the workers, without models; rejects with the first failure, and none is left. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const starts = await Promise.allSettled(Array.from({ length: options.workers }, () => pool.#add()));
    const failure = starts.find((start) => start.status === "rejected");
    if (failure === undefined) return pool;
    await pool.close();
    throw failure.reason;
  }

  /**
   * Loads a unit in every worker, beside what runs.
   * @returns How its versions share their base, where they are several.
   * @throws {ModelUnloadable} and no worker keeps it.
   * @throws {WorkerDied} where a worker ends meanwhile, or none runs.
   */
  async load(unit: Unit): Promise<BaseSharing | undefined> {
    let sharing: { readonly is: BaseSharing | undefined } | undefined;
    try {
      // A worker that is replaced meanwhile comes without it.
      for (let lack = this.#lacking(unit); sharing === undefined || lack.length > 0; lack = this.#lacking(unit)) {
        if (this.size === 0) throw new WorkerDied("no worker runs");
        const loads = await Promise.allSettled(lack.map((worker) => worker.load(unit)));
        const failure = loads.find((load) => load.status === "rejected");
        if (failure !== undefined) throw failure.reason;
        for (const load of loads as PromiseFulfilledResult<BaseSharing | undefined>[]) {
          sharing ??= { is: load.value };
          requireAlike(load.value, sharing.is);
        }
      }
    } catch (error) {
      await this.#unloadIn(
        [...this.#workers].filter((worker) => worker.has(unit.id)),
        unit.id,
      );
      throw error;
    }
    this.#units.set(unit.id, { unit, sharing: sharing.is });
    return sharing.is;
  }

  /** Frees a unit in every worker; none of it may be asked for any more. */
  async unload(unit: string): Promise<void> {
    this.#units.delete(unit);
    await this.#unloadIn([...this.#workers], unit);
  }

  #lacking(unit: Unit): InferenceWorker[] {
    return [...this.#workers].filter((worker) => !worker.has(unit.id));
  }

  async #unloadIn(workers: readonly InferenceWorker[], unit: string): Promise<void> {
    // One that dies has freed it too.
    await Promise.allSettled(workers.map((worker) => worker.unload(unit)));
  }

  /** Workers that can run a batch now or next. */
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
   * A batch whose worker died is repeated in halves, each alone in a worker, down to the item that kills, which is a `FailedItem` with an
   * `ItemEndedWorker`: the batch beside it may have been the one that killed, and then all of it is answered.
   *
   * @throws {ModelwrightError} `SERVER_WORKER_FAILED`.
   */
  async execute(batch: Batch<unknown>): Promise<BatchOutcome<unknown>> {
    try {
      return await this.#runOrRepeat(batch);
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
      if (worker === undefined) throw new WorkerDied("no worker runs");
      return await worker.write(request);
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      throw new ModelwrightError("SERVER_WORKER_FAILED", { attempts: 1, problem: error.message }, { cause: error });
    }
  }

  async #runOrRepeat(batch: Batch<unknown>): Promise<BatchOutcome<unknown>> {
    try {
      const worker = this.#leastBusy();
      if (worker === undefined) throw new Error("a batch came while no worker has a place");
      const result = await worker.run(batch);
      this.#options.onResult?.({ model: batch.model, ...result });
      return result;
    } catch (error) {
      if (!(error instanceof WorkerDied) || batch.signal.aborted) throw error;
    }
    const answers = await runInHalves(batch.items, {
      run: (items) => this.#runAlone({ ...batch, items, signal: batch.signal }),
      isDeath: (error) => error instanceof WorkerDied && !this.#isClosed && !batch.signal.aborted,
    });
    return { answers };
  }

  async #runAlone(batch: Batch<unknown>): Promise<readonly unknown[]> {
    const worker = await this.#ownWorker();
    try {
      const result = await worker.run(batch);
      this.#options.onResult?.({ model: batch.model, ...result });
      return result.answers;
    } finally {
      this.#reserved.delete(worker);
      this.#assign();
    }
  }

  /** Ends all workers after the runs under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
    for (const give of this.#orphans.splice(0)) give(undefined);
  }

  async #add(): Promise<void> {
    const { loading, entry, isolation } = this.#options;
    const worker = await InferenceWorker.start(loading, { entry, isolation });
    try {
      await this.#equip(worker);
    } catch (error) {
      await worker.stop();
      throw error;
    }
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

  /** Loads what the others have, until they have no more. */
  async #equip(worker: InferenceWorker): Promise<void> {
    const missing = () => [...this.#units.values()].find(({ unit }) => !worker.has(unit.id));
    for (let next = missing(); next !== undefined && !this.#isClosed; next = missing())
      requireAlike(await worker.load(next.unit), next.sharing);
  }

  /** Tries until a worker runs: the cause, such as a lack of memory, may pass. */
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

/** Batches are made for the models that run together: another worker must not have others. */
function requireAlike(one: BaseSharing | undefined, other: BaseSharing | undefined): void {
  if (one?.members.join() === other?.members.join()) return;
  throw new Error("its models share their base otherwise than those of the worker that was started first");
}
