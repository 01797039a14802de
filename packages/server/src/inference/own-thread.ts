import { FailedItem } from "@modelwright/inference";
import type { Batch, BatchExecutor, BatchOutcome } from "../batching/batch-executor.ts";
import type { BatchResult } from "./inference-worker.ts";
import { loadUnit, type RunningModel } from "./load-unit.ts";
import type { Loading, ModelFolder, Unit } from "./messages.ts";
import { requestFailure } from "./request-failure.ts";

/** Milliseconds for which the thread of the server may stand still: others wait no longer than for a collection of garbage. */
const LONGEST_STANDSTILL_MS = 25;
/** Bytes of a graph that may be in memory a second time. */
const LARGEST_GRAPH = 64 * 2 ** 20;

type Items = Parameters<RunningModel["prepare"]>[0];

export interface OwnThreadOptions {
  /** Runs everything else. */
  readonly workers: BatchExecutor<unknown, unknown> & { readonly isIdle: boolean };
  readonly loading: Partial<Loading>;
  readonly onResult?: (result: { readonly model: string } & BatchResult) => void;
}

/**
 * Runs a lone item on the thread of the server itself while the workers have nothing to do: the way to a worker and back is a tenth of what
 * a small model takes.
 *
 * It holds models that are small, and quick however large the item is; so nothing waits for long. What comes meanwhile finds items that wait
 * and goes to the workers, together.
 */
export class OwnThread implements BatchExecutor<unknown, unknown> {
  readonly #options: OwnThreadOptions;
  readonly #workers: OwnThreadOptions["workers"];
  /** By unit, then by the name of the runner. */
  readonly #units = new Map<string, ReadonlyMap<string, RunningModel>>();
  readonly #models = new Map<string, RunningModel>();

  constructor(options: OwnThreadOptions) {
    this.#options = options;
    this.#workers = options.workers;
  }

  /** Loads the models of a unit if all of them are small, and keeps those that are quick. */
  async add(unit: Unit): Promise<void> {
    if (!unit.models.every(isSmall)) return;
    this.#units.set(unit.id, new Map());
    // The workers have what was there before; a file that has changed since is theirs to refuse when they start again.
    const loaded = await loadUnit(unit, this.#options.loading).catch(() => undefined);
    const kept = new Map<string, RunningModel>();
    for (const [name, model] of loaded?.runners ?? []) {
      if (await isQuick(model).catch(() => false)) kept.set(name, model);
      else model.release();
    }
    if (!this.#units.has(unit.id)) {
      // It was removed meanwhile.
      for (const model of kept.values()) model.release();
      return;
    }
    this.#units.set(unit.id, kept);
    for (const [name, model] of kept) this.#models.set(name, model);
  }

  /** Frees the models of a unit, none of which may be asked for any more. */
  remove(unit: string): void {
    for (const [name, model] of this.#units.get(unit) ?? []) {
      this.#models.delete(name);
      model.release();
    }
    this.#units.delete(unit);
  }

  get size(): number {
    return this.#workers.size;
  }

  get hasIdle(): boolean {
    return this.#workers.hasIdle;
  }

  get hasSpare(): boolean {
    return this.#workers.hasSpare;
  }

  get onFree(): (() => void) | undefined {
    return this.#workers.onFree;
  }

  set onFree(listener: (() => void) | undefined) {
    this.#workers.onFree = listener;
  }

  execute(batch: Batch<unknown>): Promise<BatchOutcome<unknown>> {
    const model = batch.isLone && this.#workers.isIdle ? this.#models.get(batch.model) : undefined;
    return model === undefined ? this.#workers.execute(batch) : this.#run(model, batch);
  }

  close(): void {
    for (const model of this.#models.values()) model.release();
    this.#models.clear();
    this.#units.clear();
  }

  /** @throws {ModelwrightError} What a worker answers with: what is wrong with the request, or `SERVER_WORKER_FAILED`. */
  async #run(model: RunningModel, { model: key, items, options }: Batch<unknown>): Promise<BatchOutcome<unknown>> {
    try {
      const start = performance.now();
      const prepared = await model.prepare(items as Items);
      const preparationMs = performance.now() - start;
      const answers = await prepared.run({ options, blocking: true });
      const failed = answers.find((answer) => answer instanceof FailedItem);
      if (failed !== undefined) throw failed.error;
      const durationMs = performance.now() - start;
      const inferenceMs = durationMs - preparationMs;
      this.#options.onResult?.({ model: key, answers, preparationMs, inferenceMs, durationMs });
      // No worker had it: how long workers take is not to be learnt from it.
      return { answers, preparationMs, inferenceMs };
    } catch (cause) {
      throw requestFailure(cause);
    }
  }
}

/** Whether no item of the model takes long. One that cannot be run is left to the workers. */
async function isQuick(model: RunningModel): Promise<boolean> {
  const { longestItemMs = Number.POSITIVE_INFINITY } = await model.warmUp().catch(() => ({ longestItemMs: undefined }));
  return longestItemMs <= LONGEST_STANDSTILL_MS;
}

function isSmall({ manifest }: ModelFolder): boolean {
  const graph = manifest.files.find(({ path }) => path === "onnx/model.onnx");
  return graph !== undefined && graph.sizeBytes <= LARGEST_GRAPH;
}
