import type { ServerResponse } from "node:http";
import { type ItemOf, ModelwrightError, type OptionsOf, type TaskName, taskSchemas } from "@modelwright/contracts";
import type { Lane } from "../batching/batch-queue.ts";
import type { Batcher } from "../batching/batcher.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";
import type { ServedModel } from "./served-models.ts";

/** An item of whatever task a model has. */
export type Item = ItemOf<TaskName>;

export interface AnswerRequest {
  readonly model: ServedModel;
  readonly items: readonly Item[];
  readonly options: OptionsOf<TaskName>;
  /** The way back to the client: items of one that left are not run. */
  readonly response: ServerResponse;
}

/** Sends the items of requests through the queue. */
export class Answerer {
  readonly #batcher: Batcher<Item, unknown>;
  readonly #metrics: ServerMetrics;
  readonly #maxBatch: number;

  constructor(options: {
    readonly batcher: Batcher<Item, unknown>;
    readonly metrics: ServerMetrics;
    /** Items in a batch. */
    readonly maxBatch: number;
  }) {
    this.#batcher = options.batcher;
    this.#metrics = options.metrics;
    this.#maxBatch = options.maxBatch;
  }

  /**
   * Raw answers of the items, in their order; the model's row shows them.
   * @throws {ModelwrightError} What `Batcher.submit` throws; `SERVER_OUTPUT_NOT_FINITE`.
   */
  async answer({ model, items, options, response }: AnswerRequest): Promise<readonly unknown[]> {
    const { row, record } = model;
    const { name, version, manifest } = record;
    const { answers, cancel } = this.#batcher.submit(this.#laneOf(model, options), items);
    response.once("close", cancel);
    const raw = await answers.finally(() => response.off("close", cancel));
    for (const [index, answer] of raw.entries()) {
      if (!hasFiniteNumbers(answer)) {
        const { item } = taskSchemas(manifest.task).words;
        throw new ModelwrightError("SERVER_OUTPUT_NOT_FINITE", { model: model.key, index, item });
      }
      const label = row.metricLabel?.(answer, manifest);
      this.#metrics.predictions.inc({ model: name, version, ...(label === undefined ? {} : { label }) });
    }
    return raw;
  }

  #laneOf({ key, row }: ServedModel, given: OptionsOf<TaskName>): Lane<Item> {
    const options = row.computed(given);
    return {
      key: `${key} ${JSON.stringify(options)}`,
      model: key,
      options,
      maxBatch: Math.min(row.maxBatch ?? this.#maxBatch, this.#maxBatch),
      sizeOf: row.sizeOf,
    };
  }
}

/** Whether every number in an answer is one that JSON can hold. */
function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (value instanceof Float64Array || value instanceof Float32Array) return value.every(Number.isFinite);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(hasFiniteNumbers);
}
