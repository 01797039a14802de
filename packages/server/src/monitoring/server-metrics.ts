import type { VersionRecord } from "@modelwright/registry";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { DurationFit } from "../batching/batch-duration.ts";
import type { ServedModel } from "../inference/served-models.ts";

/** Seconds; the buckets that OpenTelemetry recommends for HTTP servers, with three finer ones below. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Gauges of prom-client that bear a counter's name, which Prometheus's own checker refuses. Their parts by type are there. */
const MISNAMED = ["nodejs_active_resources_total", "nodejs_active_handles_total", "nodejs_active_requests_total"];

/** Of what runs batches: a version, or a base that several share. */
export interface RunLabels {
  readonly model: string;
  readonly version: number | string;
}

/** What the metrics ask of the queue. */
export interface WatchedQueue {
  readonly queued: number;
  readonly waitMs: number;
  readonly quarantined: number;
  /** By the name of the runner. */
  readonly durations: ReadonlyMap<string, DurationFit>;
}

/** Everything that /metrics shows, in a registry of its own: several servers may live in one process. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly requests = new Counter({
    name: "modelwright_requests_total",
    help: "Requests answered; status 499: the client left before the answer",
    labelNames: ["route", "method", "status"] as const,
    registers: [this.#registry],
  });
  readonly requestDuration = new Histogram({
    name: "modelwright_request_duration_seconds",
    help: "From the headers of a request to the end of its answer",
    labelNames: ["route", "method"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly predictions = new Counter({
    name: "modelwright_predictions_total",
    help: "Items answered, by the label that they got where the task has labels",
    labelNames: ["model", "version", "label"] as const,
    registers: [this.#registry],
  });
  readonly routed = new Counter({
    name: "modelwright_traffic_requests_total",
    help: "Requests for predictions, by the version that they went to and the part of the traffic: champion, challenger, pinned",
    labelNames: ["model", "version", "arm"] as const,
    registers: [this.#registry],
  });
  readonly #shadowItems = new Counter({
    name: "modelwright_shadow_items_total",
    help: "Items for versions that are asked unheard: asked, or dropped because there was no idle moment",
    labelNames: ["model", "version", "outcome"] as const,
    registers: [this.#registry],
  });
  readonly batchSize = new Histogram({
    name: "modelwright_batch_size",
    help: "Items in a batch",
    labelNames: ["model", "version"] as const,
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers: [this.#registry],
  });
  readonly queueDuration = new Histogram({
    name: "modelwright_queue_duration_seconds",
    help: "How long an item waited for its batch",
    labelNames: ["model", "version"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly tokenizationDuration = new Histogram({
    name: "modelwright_tokenization_duration_seconds",
    help: "Preparing the items of one batch: of texts, cutting them into tokens",
    labelNames: ["model", "version"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly inferenceDuration = new Histogram({
    name: "modelwright_inference_duration_seconds",
    help: "Running the model on one batch",
    labelNames: ["model", "version"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly errors = new Counter({
    name: "modelwright_errors_total",
    help: "Requests answered with an error, by its code: shed (SERVER_OVERLOADED, SERVER_CLIENT_OVER_SHARE, SERVER_DEADLINE_TOO_NEAR), expired (SERVER_TIMEOUT), quarantined (SERVER_ITEM_QUARANTINED) and others",
    labelNames: ["code"] as const,
    registers: [this.#registry],
  });
  readonly recorded = new Counter({
    name: "modelwright_predictions_recorded_total",
    help: "Predictions that were written to the registry",
    registers: [this.#registry],
  });
  readonly unrecorded = new Counter({
    name: "modelwright_predictions_unrecorded_total",
    help: "Predictions that were to be written and are lost, since the registry could not be reached for too long",
    registers: [this.#registry],
  });
  readonly workerRestarts = new Counter({
    name: "modelwright_worker_restarts_total",
    help: "Workers that ended and had to be replaced",
    registers: [this.#registry],
  });

  readonly #lookups = new Counter({
    name: "modelwright_result_cache_lookups_total",
    help: "Items looked for in the cache of results, by whether they were there",
    labelNames: ["model", "version", "result"] as const,
    registers: [this.#registry],
  });

  readonly #info = new Gauge({
    name: "modelwright_model_info",
    help: "Versions that are served; always 1",
    labelNames: ["model", "version", "base", "run_id"] as const,
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name);
  }

  /** Names a version that is served. */
  admit(model: ServedModel): void {
    this.#info.set(infoLabels(model), 1);
  }

  /** Shows until when the certificate holds. */
  watchCertificate(notAfter: () => Date): void {
    this.#watch({
      modelwright_certificate_expiry_timestamp_seconds: [
        "When the certificate ends that the server shows, in seconds since 1970",
        () => notAfter().getTime() / 1000,
      ],
    });
  }

  /** Counts items that were looked for in the cache of results. */
  looked({ name, version }: VersionRecord, { hits, misses }: { readonly hits: number; readonly misses: number }): void {
    this.#lookups.inc({ model: name, version, result: "hit" }, hits);
    this.#lookups.inc({ model: name, version, result: "miss" }, misses);
  }

  /** Takes away what was counted of a version that is not served any more: a name may get versions without end. */
  async forget(model: ServedModel): Promise<void> {
    this.#info.remove(infoLabels(model));
    const { name, version } = model.record;
    const labels = { model: name, version };
    this.forgetRuns(labels);
    for (const result of ["hit", "miss"]) this.#lookups.remove({ ...labels, result });
    for (const counter of [this.predictions, this.routed, this.#shadowItems] as readonly Counter[]) {
      const { values } = await counter.get();
      for (const { labels: counted } of values)
        if (counted["model"] === name && String(counted["version"]) === String(version)) counter.remove(counted);
    }
  }

  /** @param key Such as `mail-triage:3`. */
  shadowed(key: string, outcome: "asked" | "dropped"): void {
    const [model = "", version = ""] = key.split(":");
    this.#shadowItems.inc({ model, version, outcome });
  }

  /** Takes away what was counted of the batches of a version, or of a base that several shared. */
  forgetRuns(labels: RunLabels): void {
    for (const runs of [this.batchSize, this.queueDuration, this.tokenizationDuration, this.inferenceDuration])
      runs.remove(labels);
  }

  /** Shows the queue as it is at the moment of a scrape. */
  watchQueue(queue: WatchedQueue, labelsOf: (runner: string) => RunLabels | undefined): void {
    const gauges = {
      modelwright_queue_size: ["Items that wait for a batch", () => queue.queued],
      modelwright_queue_expected_wait_seconds: [
        "How long an item that comes now is expected to wait",
        () => queue.waitMs / 1000,
      ],
      modelwright_quarantined_items: ["Items that are refused because they ended a worker", () => queue.quarantined],
    } as const satisfies Readonly<Record<string, readonly [help: string, value: () => number]>>;
    this.#watch(gauges);
    const parts = {
      modelwright_batch_fixed_duration_seconds: ["The part of a batch's duration that every batch has", "fixedMs"],
      modelwright_batch_duration_seconds_per_size: [
        "What a batch's duration grows by per unit of its padded size, such as a character of a text or a row",
        "msPerSize",
      ],
    } as const;
    for (const [name, [help, part]] of Object.entries(parts)) {
      new Gauge({
        name,
        help,
        labelNames: ["model", "version"] as const,
        registers: [this.#registry],
        collect() {
          // What is not served any more is not shown.
          this.reset();
          for (const [runner, fit] of queue.durations) {
            const labels = labelsOf(runner);
            if (labels !== undefined) this.set(labels, fit[part] / 1000);
          }
        },
      });
    }
  }

  /** Shows what the cache of results holds. */
  watchCache(cache: { readonly bytes: number; readonly size: number }): void {
    const gauges = {
      modelwright_result_cache_bytes: ["Memory of the cache of results, about", () => cache.bytes],
      modelwright_result_cache_items: ["Items whose answers are in the cache of results", () => cache.size],
    } as const satisfies Readonly<Record<string, readonly [help: string, value: () => number]>>;
    this.#watch(gauges);
  }

  /** Shows which versions are in memory, and what they take. */
  watchMemory(memory: {
    readonly budget: { readonly used: number };
    readonly models: () => readonly Pick<ServedModel, "record" | "runner">[];
  }): void {
    this.#watch({
      modelwright_model_weights_bytes: [
        "Weights of all versions in memory, as large as their files, in all workers",
        () => memory.budget.used,
      ],
    });
    new Gauge({
      name: "modelwright_model_in_memory",
      help: "1 of a version that is in memory, 0 of one that is loaded when it is asked for",
      labelNames: ["model", "version"] as const,
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { record, runner } of memory.models())
          this.set({ model: record.name, version: record.version }, runner === undefined ? 0 : 1);
      },
    });
  }

  /** Shows the versions that are wanted and cannot be served. */
  watchFailures(failed: () => readonly { readonly name: string; readonly version: number }[]): void {
    new Gauge({
      name: "modelwright_model_unserved",
      help: "Versions that are wanted and cannot be served, while what answered before still does; always 1",
      labelNames: ["model", "version"] as const,
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { name, version } of failed()) this.set({ model: name, version }, 1);
      },
    });
  }

  #watch(gauges: Readonly<Record<string, readonly [help: string, value: () => number]>>): void {
    for (const [name, [help, value]] of Object.entries(gauges)) {
      new Gauge({
        name,
        help,
        registers: [this.#registry],
        collect() {
          this.set(value());
        },
      });
    }
  }

  /** The text format of Prometheus. */
  async expose(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  /** Stops what gathers in the background. */
  clear(): void {
    this.#registry.clear();
  }
}

function infoLabels({ record: { name, version, runId, manifest }, row }: ServedModel) {
  return { model: name, version, base: row.base(manifest), run_id: runId };
}
