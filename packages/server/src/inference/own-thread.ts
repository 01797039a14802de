import { FailedItem, type LoadOptions } from "@modelwright/inference";
import type { Batch, BatchExecutor } from "../batching/batch-executor.ts";
import type { BatchResult } from "./inference-worker.ts";
import { loadModels, type RunningModel, sharingGroups } from "./load-models.ts";
import type { ModelFolder } from "./messages.ts";
import { requestFailure } from "./request-failure.ts";

/** Milliseconds for which the thread of the server may stand still: others wait no longer than for a collection of garbage. */
const LONGEST_STANDSTILL_MS = 25;
/** Bytes of a graph that may be in memory a second time. */
const LARGEST_GRAPH = 64 * 2 ** 20;

type Items = Parameters<RunningModel["prepare"]>[0];

export interface OwnThreadOptions {
  /** Runs everything else. */
  readonly workers: BatchExecutor<unknown, unknown> & { readonly isIdle: boolean };
  readonly models: readonly ModelFolder[];
  readonly loading: LoadOptions & { readonly shareBases: boolean };
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
  readonly #workers: OwnThreadOptions["workers"];
  readonly #models: ReadonlyMap<string, RunningModel>;
  readonly #onResult: OwnThreadOptions["onResult"];

  private constructor({ workers, onResult }: OwnThreadOptions, models: ReadonlyMap<string, RunningModel>) {
    this.#workers = workers;
    this.#models = models;
    this.#onResult = onResult;
  }

  /** Loads those of the models that are small and quick. */
  static async open(options: OwnThreadOptions): Promise<OwnThread> {
    const models = new Map<string, RunningModel>();
    for (const folders of smallOnes(options.models)) {
      // The workers have what was there before; a file that has changed since is theirs to refuse when they start again.
      const loaded = await loadModels(folders, options.loading).catch(() => undefined);
      for (const [key, model] of loaded?.models ?? []) {
        if (await isQuick(model)) models.set(key, model);
        else model.release();
      }
    }
    return new OwnThread(options, models);
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

  execute(batch: Batch<unknown>): Promise<readonly unknown[]> {
    const model = batch.isLone && this.#workers.isIdle ? this.#models.get(batch.model) : undefined;
    return model === undefined ? this.#workers.execute(batch) : this.#run(model, batch);
  }

  close(): void {
    for (const model of this.#models.values()) model.release();
  }

  /** @throws {ModelwrightError} What a worker answers with: what is wrong with the request, or `SERVER_WORKER_FAILED`. */
  async #run(model: RunningModel, { model: key, items, options }: Batch<unknown>): Promise<readonly unknown[]> {
    try {
      const start = performance.now();
      const prepared = await model.prepare(items as Items);
      const preparationMs = performance.now() - start;
      const answers = await prepared.run({ options, blocking: true });
      const failed = answers.find((answer) => answer instanceof FailedItem);
      if (failed !== undefined) throw failed.error;
      this.#onResult?.({ model: key, answers, preparationMs, inferenceMs: performance.now() - start - preparationMs });
      return answers;
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

/** Models with small graphs, those together that may share a base: if one of them is large, none is here. */
function smallOnes(models: readonly ModelFolder[]): readonly (readonly ModelFolder[])[] {
  const groups = [...sharingGroups(models).values()];
  const others = models.filter((model) => !groups.some((group) => group.includes(model)));
  return [...groups, ...others.map((model) => [model])].filter((group) => group.every(isSmall));
}

function isSmall({ manifest }: ModelFolder): boolean {
  const graph = manifest.files.find(({ path }) => path === "onnx/model.onnx");
  return graph !== undefined && graph.sizeBytes <= LARGEST_GRAPH;
}
