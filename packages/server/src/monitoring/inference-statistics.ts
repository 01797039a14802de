import type { ModelStatistics } from "@modelwright/contracts";
import type { BatchRun, BatchWatcher, RequestTimes } from "../batching/run-times.ts";

/** Whether a result was found in the cache, and how long looking took. */
export interface CacheLook {
  readonly hit: boolean;
  readonly ms: number;
}

interface Duration {
  count: number;
  ms: number;
}

const REQUEST_PARTS = {
  queue: "queuedMs",
  compute_input: "preparationMs",
  compute_infer: "inferenceMs",
  compute_output: "transferMs",
} as const satisfies Readonly<Record<string, keyof RequestTimes>>;
type RequestPart = keyof typeof REQUEST_PARTS;
const BATCH_PARTS = ["compute_input", "compute_infer", "compute_output"] as const satisfies readonly RequestPart[];

const NS_PER_MS = 1e6;

/** What has been asked of a version since it was loaded, in the words of Triton's extension `statistics`. */
export class VersionStatistics implements BatchWatcher {
  readonly #success = duration();
  readonly #fail = duration();
  readonly #parts = durations<RequestPart>(Object.keys(REQUEST_PARTS) as RequestPart[]);
  readonly #cacheHit = duration();
  readonly #cacheMiss = duration();
  readonly #batches = new Map<number, Record<(typeof BATCH_PARTS)[number], Duration>>();
  #items = 0;
  #lastAt = 0;

  /** When it was last asked, in milliseconds since 1970; 0: never. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** A batch with items of the version was run. */
  ran({ size, ...times }: BatchRun): void {
    const batch = this.#batches.get(size) ?? durations(BATCH_PARTS);
    this.#batches.set(size, batch);
    for (const part of BATCH_PARTS) add(batch[part], times[REQUEST_PARTS[part]]);
  }

  /**
   * A request was answered.
   * @param request.times Absent where no batch was run for it.
   */
  answered(request: { readonly items: number; readonly ms: number; readonly times?: RequestTimes }): void {
    const { items, ms, times } = request;
    this.#lastAt = Date.now();
    this.#items += items;
    add(this.#success, ms);
    if (times === undefined) return;
    for (const [part, field] of Object.entries(REQUEST_PARTS)) add(this.#parts[part as RequestPart], times[field]);
  }

  failed(ms: number): void {
    this.#lastAt = Date.now();
    add(this.#fail, ms);
  }

  looked({ hit, ms }: CacheLook): void {
    add(hit ? this.#cacheHit : this.#cacheMiss, ms);
  }

  /** @param version Of which they are. */
  shown({ name, version }: { readonly name: string; readonly version: number }): ModelStatistics {
    const executions = [...this.#batches.values()].reduce((sum, { compute_infer }) => sum + compute_infer.count, 0);
    return {
      name,
      version: String(version),
      last_inference: this.#lastAt,
      inference_count: this.#items,
      execution_count: executions,
      inference_stats: {
        success: shown(this.#success),
        fail: shown(this.#fail),
        queue: shown(this.#parts.queue),
        compute_input: shown(this.#parts.compute_input),
        compute_infer: shown(this.#parts.compute_infer),
        compute_output: shown(this.#parts.compute_output),
        cache_hit: shown(this.#cacheHit),
        cache_miss: shown(this.#cacheMiss),
      },
      response_stats: {},
      batch_stats: [...this.#batches]
        .sort(([one], [other]) => one - other)
        .map(([batch_size, parts]) => ({
          batch_size,
          compute_input: shown(parts.compute_input),
          compute_infer: shown(parts.compute_infer),
          compute_output: shown(parts.compute_output),
        })),
      memory_usage: [],
    };
  }
}

/** The statistics of all versions that are served, by their keys. */
export class InferenceStatistics {
  readonly #versions = new Map<string, VersionStatistics>();

  of(key: string): VersionStatistics {
    const statistics = this.#versions.get(key) ?? new VersionStatistics();
    this.#versions.set(key, statistics);
    return statistics;
  }

  /** Forgets what was counted of versions that are not served any more. */
  keepOnly(keys: readonly string[]): void {
    const kept = new Set(keys);
    for (const key of this.#versions.keys()) if (!kept.has(key)) this.#versions.delete(key);
  }
}

function duration(): Duration {
  return { count: 0, ms: 0 };
}

function durations<Part extends string>(parts: readonly Part[]): Record<Part, Duration> {
  return Object.fromEntries(parts.map((part) => [part, duration()])) as Record<Part, Duration>;
}

function add(sum: Duration, ms: number): void {
  sum.count += 1;
  sum.ms += ms;
}

function shown({ count, ms }: Duration): { readonly count: number; readonly ns: number } {
  return { count, ns: Math.round(ms * NS_PER_MS) };
}
