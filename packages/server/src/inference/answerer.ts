import type { ServerResponse } from "node:http";
import { type ItemOf, ModelwrightError, type OptionsOf, type TaskName, taskSchemas } from "@modelwright/contracts";
import type { MemberItem } from "@modelwright/inference";
import type { Arm } from "@modelwright/registry";
import type { Lane } from "../batching/batch-queue.ts";
import type { Batcher, RequestTerms } from "../batching/batcher.ts";
import type { BatchWatcher } from "../batching/run-times.ts";
import type { InferenceStatistics } from "../monitoring/inference-statistics.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";
import type { Call } from "../recording/call.ts";
import { keptAnswers } from "../recording/kept-answers.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { ServedModel } from "./served-models.ts";

/** An item of whatever task a model has. */
export type Item = ItemOf<TaskName>;

/** An item as it waits for what runs it: of a base that models share with the key of its model. */
export type LaneItem = Item | MemberItem;

export interface AnswerRequest extends RequestTerms {
  readonly model: ServedModel;
  readonly items: readonly Item[];
  readonly options: OptionsOf<TaskName>;
  readonly arm: Arm;
  readonly call: Call;
  /** The way back to the client: items of one that left are not run. */
  readonly response: ServerResponse;
}

/** Sends the items of requests through the queue. */
export class Answerer {
  readonly #batcher: Batcher<LaneItem, unknown>;
  readonly #metrics: ServerMetrics;
  readonly #recorder: Recorder;
  readonly #statistics: InferenceStatistics;
  readonly #maxBatch: number;

  constructor(options: {
    readonly batcher: Batcher<LaneItem, unknown>;
    readonly metrics: ServerMetrics;
    readonly recorder: Recorder;
    readonly statistics: InferenceStatistics;
    /** Items in a batch. */
    readonly maxBatch: number;
  }) {
    this.#batcher = options.batcher;
    this.#metrics = options.metrics;
    this.#recorder = options.recorder;
    this.#statistics = options.statistics;
    this.#maxBatch = options.maxBatch;
  }

  /**
   * Raw answers of the items, in their order; the model's row shows them.
   * @throws {ModelwrightError} What `Batcher.submit` throws; `SERVER_OUTPUT_NOT_FINITE`.
   */
  async answer(request: AnswerRequest): Promise<readonly unknown[]> {
    const { call, arm, model, items, options } = request;
    const about = { call, arm, model, items };
    const startedAt = performance.now();
    const statistics = this.#statistics.of(model.key);
    try {
      const { raw, times } = await this.#run(request, statistics);
      this.#check(model, raw);
      statistics.answered({ items: raw.length, ms: performance.now() - startedAt, times });
      this.#recorder.record({ ...about, answers: () => keptAnswers(model, raw, options) });
      return raw;
    } catch (error) {
      statistics.failed(performance.now() - startedAt);
      this.#recorder.record({ ...about, error });
      throw error;
    }
  }

  async #run({ model, items, options, response, ...terms }: AnswerRequest, watcher: BatchWatcher) {
    const { lane, toLane } = this.#laneOf(model, options);
    const { answers, times, cancel } = this.#batcher.submit(lane, items.map(toLane), { ...terms, watcher });
    response.once("close", cancel);
    const raw = await answers.finally(() => response.off("close", cancel));
    return { raw, times };
  }

  #check({ key, row, record }: ServedModel, raw: readonly unknown[]): void {
    const { name, version, manifest } = record;
    for (const [index, answer] of raw.entries()) {
      if (!hasFiniteNumbers(answer)) {
        const { item } = taskSchemas(manifest.task).words;
        throw new ModelwrightError("SERVER_OUTPUT_NOT_FINITE", { model: key, index, item });
      }
      const label = row.metricLabel?.(answer, manifest);
      this.#metrics.predictions.inc({ model: name, version, ...(label === undefined ? {} : { label }) });
    }
  }

  /** Items of models on one base go through it together, each with the key of its model. */
  #laneOf(
    { key, row, record, runner, isShared }: ServedModel,
    given: OptionsOf<TaskName>,
  ): { readonly lane: Lane<LaneItem>; readonly toLane: (item: Item) => LaneItem } {
    const options = row.computed(given);
    const maxBatch = Math.min(row.maxBatch ?? this.#maxBatch, this.#maxBatch);
    const lane = { key: `${runner} ${JSON.stringify(options)}`, model: runner, options, maxBatch };
    const sizes = (itemOf: (each: LaneItem) => Item) => ({
      sizeOf: (each: LaneItem) => row.sizeOf(itemOf(each)),
      rowsOf: row.rowsOf && ((each: LaneItem) => row.rowsOf!(itemOf(each) as never, record.manifest as never)),
    });
    if (!isShared) return { lane: { ...lane, subject: key, ...sizes((item) => item as Item) }, toLane: (item) => item };
    return {
      // The member that stands in each item is enough.
      lane: { ...lane, subject: "", ...sizes((each) => (each as MemberItem).item as Item) },
      toLane: (item): MemberItem => ({ member: key, item }),
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
