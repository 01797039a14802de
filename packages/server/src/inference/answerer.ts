import type { ServerResponse } from "node:http";
import { type ItemOf, ModelwrightError, type OptionsOf, type TaskName, taskSchemas } from "@modelwright/contracts";
import type { MemberItem } from "@modelwright/inference";
import type { Lane } from "../batching/batch-queue.ts";
import type { Batcher, RequestTerms, SubmitTerms } from "../batching/batcher.ts";
import type { InferenceStatistics, VersionStatistics } from "../monitoring/inference-statistics.ts";
import type { RequestWatch } from "../monitoring/request-watch.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";
import type { Call } from "../recording/call.ts";
import { keptAnswers } from "../recording/kept-answers.ts";
import type { Recorder } from "../recording/recorder.ts";
import { versionDigest } from "../residency/version-digest.ts";
import { requireFit } from "../routes/require-fit.ts";
import { SERVER_NAME } from "../server-version.ts";
import type { Shadows } from "../traffic/shadows.ts";
import type { Routed } from "../traffic/traffic-router.ts";
import { requireRunner } from "./require-runner.ts";
import { cacheKey, type ResultCache } from "./result-cache.ts";
import type { ServedModel } from "./served-models.ts";

/** An item of whatever task a model has. */
export type Item = ItemOf<TaskName>;

/** An item as it waits for what runs it: of a base that models share with the key of its model. */
export type LaneItem = Item | MemberItem;

export interface AnswerRequest extends RequestTerms, Routed {
  readonly items: readonly Item[];
  readonly options: OptionsOf<TaskName>;
  readonly call: Call;
  /** The way back to the client: items of one that left are not run. */
  readonly response: ServerResponse;
  /** Told what the items go through. */
  readonly watch?: RequestWatch;
}

interface Looked {
  /** Answers by the place of their items. */
  readonly known: ReadonlyMap<number, unknown>;
  readonly keep: (raw: readonly unknown[]) => void;
}

/** RFC 9211. */
const CACHE_HEADER = "cache-status";
const HIT = `${SERVER_NAME}; hit`;

/** Why items are run: their answers are not known, or only some, or are never kept. */
function statusOf(forwarded: "miss" | "partial" | "bypass"): string {
  return `${SERVER_NAME}; fwd=${forwarded}`;
}

/** Items on their way; without a response nobody waits for them. */
interface RunRequest extends RequestTerms, Pick<AnswerRequest, "model" | "items" | "options"> {
  readonly response?: ServerResponse;
}

/** Sends the items of requests through the queue. */
export class Answerer {
  readonly #batcher: Batcher<LaneItem, unknown>;
  readonly #metrics: ServerMetrics;
  readonly #recorder: Recorder;
  readonly #statistics: InferenceStatistics;
  readonly #shadows: Shadows;
  readonly #maxBatch: number;
  readonly #cache: ResultCache | undefined;

  constructor(options: {
    readonly batcher: Batcher<LaneItem, unknown>;
    readonly metrics: ServerMetrics;
    readonly recorder: Recorder;
    readonly statistics: InferenceStatistics;
    readonly shadows: Shadows;
    /** Items in a batch. */
    readonly maxBatch: number;
    /** Keeps answers that are the same each time. Default: none is kept. */
    readonly cache?: ResultCache | undefined;
  }) {
    this.#batcher = options.batcher;
    this.#metrics = options.metrics;
    this.#recorder = options.recorder;
    this.#statistics = options.statistics;
    this.#shadows = options.shadows;
    this.#maxBatch = options.maxBatch;
    this.#cache = options.cache;
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
    const { watch } = request;
    watch?.queued(model.record, items.length);
    try {
      const looked = this.#look(request, statistics);
      const onLeft = () => watch?.left();
      const { raw, times } = await this.#run(request, { watcher: statistics, known: looked.known, onLeft });
      this.#check(model, raw);
      looked.keep(raw);
      const isRun = looked.known.size < raw.length;
      statistics.answered({ items: raw.length, ms: performance.now() - startedAt, ...(isRun ? { times } : {}) });
      this.#recorder.record({ ...about, answers: () => keptAnswers(model, raw, options) });
      this.#shadow(request);
      return raw;
    } catch (error) {
      statistics.failed(performance.now() - startedAt);
      this.#recorder.record({ ...about, error });
      throw error;
    } finally {
      watch?.answered();
    }
  }

  /** Asks the shadow of a request the same, once the client has its answer. */
  #shadow({ shadow: model, call, items, options, response }: AnswerRequest): void {
    // One that is not in memory is not loaded for what nobody waits for.
    if (model?.runner === undefined) return;
    const { key, runner } = model;
    const ask = async (item: Item, first: number) => {
      const about = {
        call: { ...call, startedAt: performance.now() },
        arm: "shadow",
        model,
        items: [item],
        first,
      } as const;
      try {
        requireFit(model, [item]);
        const { raw } = await this.#run(
          { model, items: [item], options, client: "shadow", inBackground: true },
          { watcher: this.#statistics.of(key) },
        );
        this.#check(model, raw);
        this.#recorder.record({ ...about, answers: () => keptAnswers(model, raw, options) });
      } catch (error) {
        this.#recorder.record({ ...about, error });
      }
    };
    response.once("finish", () => {
      // One that is not in memory is not loaded for it: it is dropped.
      for (const [i, item] of items.entries())
        this.#shadows.offer({ key, runner: runner ?? "", ask: () => ask(item, i) });
    });
  }

  /** What the cache knows, which the answer says in a header, and how what it lacks gets there. */
  #look({ model, items, options, response }: AnswerRequest, statistics: VersionStatistics): Looked {
    const cache = this.#cache;
    const known = new Map<number, unknown>();
    if (cache === undefined) return { known, keep: () => {} };
    const { row, record } = model;
    if (row.draws?.(options)) {
      response.setHeader(CACHE_HEADER, statusOf("bypass"));
      return { known, keep: () => {} };
    }
    const run = { digest: versionDigest(record.manifest), options: row.computed(options) };
    const keys = items.map((item, index) => {
      const startedAt = performance.now();
      const key = cacheKey(run, item);
      const answer = cache.get(key);
      if (answer !== undefined) known.set(index, answer);
      statistics.looked({ hit: answer !== undefined, ms: performance.now() - startedAt });
      return key;
    });
    this.#metrics.looked(record, { hits: known.size, misses: items.length - known.size });
    const missed = known.size === 0 ? "miss" : "partial";
    response.setHeader(CACHE_HEADER, known.size === items.length ? HIT : statusOf(missed));
    const keep = (raw: readonly unknown[]) => {
      for (const [index, key] of keys.entries()) if (!known.has(index)) cache.set(key, raw[index]);
    };
    return { known, keep };
  }

  async #run(
    { model, items, options, response, ...terms }: RunRequest,
    more: Pick<SubmitTerms<unknown>, "watcher" | "known" | "onLeft">,
  ) {
    const { lane, toLane } = this.#laneOf(model, options);
    const { answers, times, cancel } = this.#batcher.submit(lane, items.map(toLane), { ...terms, ...more });
    response?.once("close", cancel);
    const raw = await answers.finally(() => response?.off("close", cancel));
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
    model: ServedModel,
    given: OptionsOf<TaskName>,
  ): { readonly lane: Lane<LaneItem>; readonly toLane: (item: Item) => LaneItem } {
    const { key, row, record, isShared } = model;
    const runner = requireRunner(model);
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
