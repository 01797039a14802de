import { availableParallelism } from "node:os";
import { choices, ModelwrightError, type RequestLimits } from "@modelwright/contracts";
import { EXECUTION_PROVIDER_CHOICES, type ExecutionProvider, type ExecutionProviderChoice } from "@modelwright/engine";
import type { Registry } from "@modelwright/registry";
import { isOrigin, ORIGIN_RULE } from "./access/origin.ts";
import { RECORDED, type Recorded } from "./recording/recorded.ts";
import type { TlsFiles } from "./tls/read-certificate.ts";

export interface ServerOptions {
  /** Must stay open until the server is closed: it asks there for keys and for what moved. */
  readonly registry: Registry;
  /** References such as `mail-triage@champion` or `mail-triage:3`; none: every registered model's champion or latest. */
  readonly models: readonly string[];
  /** Workers, each with its own copy of every model. Default: as many as `threadsPerWorker` fits into the cores; one on WebGPU. */
  readonly workers?: number;
  /**
   * Threads inside one operator of one worker. Default: the cores shared among `workers`; four, or all of fewer cores, where that is not
   * given either.
   */
  readonly threadsPerWorker?: number;
  /** Where the models run; sessions on WebGPU must be of one thread, so there is one worker then. Default "cpu". */
  readonly executionProvider?: ExecutionProviderChoice;
  /** Texts that go through a model together. Default 32. */
  readonly maxBatch?: number;
  /** How long a text waits for company while every worker is busy, in milliseconds. Default 20. */
  readonly maxDelayMs?: number;
  /**
   * In which requests are to be answered while there is no queue, in milliseconds: a batch is at most as large as takes half of it, by what was
   * learnt from those before, unless that costs much throughput. Default 250.
   */
  readonly latencyTargetMs?: number;
  /** Texts that may wait; more are refused with 503. Default 4096. */
  readonly queueLimit?: number;
  /**
   * For how long texts may have to wait, in milliseconds, by what was learnt of the batches before: more are refused with 503, or 429 where one
   * client has most of them. A full batch may always wait. Default 1000.
   */
  readonly maxWaitMs?: number;
  /** Default 256. */
  readonly maxTextsPerRequest?: number;
  /** Of one text, in UTF-8. Default 64 KiB. */
  readonly maxTextBytes?: number;
  /** Default 2 MiB. */
  readonly bodyLimitBytes?: number;
  /** Time to receive a request, and again to answer it. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** At shutdown, how long the server keeps refusing new requests politely before it closes its port. Default 200. */
  readonly drainMs?: number;
  /** Told of each version that is damaged or cannot be loaded, while others can be served. Default: they are left out in silence. */
  readonly onLeftOut?: (model: { readonly model: string; readonly error: Error }) => void;
  /**
   * Loads versions that were trained by LoRA on the same base as one copy of the base with an adapter for each, and runs their items in common
   * batches. Answers differ by rounding from those of versions alone, by less than 1e-4. Default true.
   */
  readonly shareBases?: boolean;
  /** Told, when the models are loaded, of each base that several versions have. */
  readonly onSharing?: (sharing: SharedBaseReport) => void;
  /**
   * Serves what the references come to in the registry from then on: an alias that moves is followed, and of all models new
   * ones come. Default false: what was found at the start stays.
   */
  readonly follow?: boolean;
  /** Told, once the server runs, of each change of what is served. */
  readonly onChange?: (change: ServingChange) => void;
  /** With `follow`: told why the registry cannot be asked any more, once, and `undefined` when it can again; what is served stays. */
  readonly onAway?: (problem: string | undefined) => void;
  /** Lets requests load and unload models: `POST /v2/repository/models/<name>/load`. Default false. */
  readonly allowLoading?: boolean;
  /**
   * What is kept of each prediction in the registry: `none`, `answers`, also `items` with personal data masked, or items
   * `unmasked`. Default "none".
   */
  readonly record?: Recorded;
  /** The share of requests whose predictions are kept. Default 1. */
  readonly recordSample?: number;
  /**
   * Runs the models in processes of their own: a crash in native code, or of memory, ends a worker and not the server. A request takes longer
   * by the way there. Default false: in threads.
   */
  readonly isolate?: boolean;
  /**
   * What the weights of all versions may take in memory, as large as their files and in each worker. The version that was not asked for longest
   * leaves for one that is; a request to one that is not there waits for it. While one version takes the place of another, both are there.
   * Default: everything is in memory.
   */
  readonly memoryBudgetBytes?: number;
  /**
   * Keeps answers in so many bytes, by a SHA-256 of the version, the item and the options, and gives them again: those that are the same each
   * time, so never drawn texts. Default 0: none.
   */
  readonly cacheResultsBytes?: number;
  /** Answers by HTTPS alone, with this certificate; files that change are followed. Default: by HTTP. */
  readonly tls?: TlsFiles;
  /** Other origins whose pages may ask from a browser (CORS), each such as `https://app.example`. Default: none. */
  readonly allowOrigins?: readonly string[];
  /** A line of JSON on stdout for each request, and for what happens to the server. Default false. */
  readonly logger?: boolean;
  /**
   * A collector to which spans of requests are sent by OTLP over HTTP: `http://localhost:4318`. It needs OpenTelemetry's packages.
   * Default: none.
   */
  readonly otlp?: string;
}

/** What is served another way than before: keys of versions, such as `mail-triage:3`. */
export interface ServingChange {
  readonly came: readonly string[];
  readonly left: readonly string[];
}

/** How versions with adapters on the same base are loaded. */
export interface SharedBaseReport {
  /** What the recipes call it. */
  readonly base: string;
  /** Keys of the versions that share one copy of it, such as `mail-triage:3`. */
  readonly members: readonly string[];
  /** Versions that need a copy of their own, each with the reason. */
  readonly apart: readonly { readonly key: string; readonly reason: string }[];
  /** Bytes of the weights of the members in one worker, as they are and as they would be without sharing. */
  readonly bytes: { readonly shared: number; readonly apart: number };
}

export interface ServerSettings
  extends Required<
    Omit<ServerOptions, "registry" | "models" | "onLeftOut" | "onSharing" | "onChange" | "onAway" | "otlp" | "tls">
  > {
  readonly executionProvider: ExecutionProvider;
}

/** On two cores one worker of two threads answers more than two of one, at every number of clients: `node bench/serving.mjs`. */
const THREADS_PER_WORKER = 4;

/** Default, smallest and largest value of each number. */
const NUMBERS = {
  workers: { default: defaultWorkers, min: 1, max: 256 },
  threadsPerWorker: { default: defaultThreads, min: 1, max: 256 },
  maxBatch: { default: 32, min: 1, max: 1024 },
  maxDelayMs: { default: 20, min: 0, max: 60_000 },
  latencyTargetMs: { default: 250, min: 1, max: 3_600_000 },
  queueLimit: { default: 4096, min: 1, max: 1_000_000 },
  maxWaitMs: { default: 1000, min: 1, max: 3_600_000 },
  maxTextsPerRequest: { default: 256, min: 1, max: 100_000 },
  maxTextBytes: { default: 64 * 1024, min: 1, max: 2 ** 30 },
  bodyLimitBytes: { default: 2 * 1024 * 1024, min: 1, max: 2 ** 30 },
  requestTimeoutMs: { default: 30_000, min: 1, max: 3_600_000 },
  cacheResultsBytes: { default: 0, min: 0, max: 2 ** 40 },
  memoryBudgetBytes: { default: Number.MAX_SAFE_INTEGER, min: 1, max: Number.MAX_SAFE_INTEGER },
  drainMs: { default: 200, min: 0, max: 600_000 },
} as const;
type NumberOption = keyof typeof NUMBERS;

/**
 * The execution provider that the options ask for.
 * @throws {ModelwrightError} `SERVER_OPTION_INVALID` for one of another name.
 */
export function providerChoice({ executionProvider = "cpu" }: ServerOptions): ExecutionProviderChoice {
  if (EXECUTION_PROVIDER_CHOICES.includes(executionProvider)) return executionProvider;
  throw new ModelwrightError("SERVER_OPTION_INVALID", {
    option: "executionProvider",
    rule: choices(EXECUTION_PROVIDER_CHOICES),
    got: executionProvider,
  });
}

/**
 * Checks what has no default.
 * @throws {ModelwrightError} `SERVER_OPTION_INVALID` naming the option.
 */
export function requireGiven({ registry, models }: Partial<ServerOptions>): void {
  if (typeof registry?.resolve !== "function") {
    const got =
      registry === undefined || typeof registry === "string" ? registry : `a value of type ${typeof registry}`;
    throw new ModelwrightError("SERVER_OPTION_INVALID", {
      option: "registry",
      rule: "one that openRegistry gave",
      got,
    });
  }
  if (Array.isArray(models) && models.every((reference) => typeof reference === "string")) return;
  const rule = "a list of references; an empty one stands for every model";
  throw new ModelwrightError("SERVER_OPTION_INVALID", { option: "models", rule, got: models });
}

/**
 * Fills in the defaults.
 * @param executionProvider What the option came to. Default "cpu".
 * @throws {ModelwrightError} `SERVER_OPTION_INVALID` naming the option.
 */
export function resolveSettings(given: ServerOptions, executionProvider: ExecutionProvider = "cpu"): ServerSettings {
  const options = executionProvider === "webgpu" ? { ...given, workers: given.workers ?? 1 } : given;
  if (executionProvider === "webgpu" && (options.workers ?? 1) > 1) {
    throw new ModelwrightError("SERVER_OPTION_INVALID", {
      option: "workers",
      rule: "1 with the execution provider webgpu, whose sessions must be of one thread",
      got: options.workers ?? 1,
    });
  }
  const numbers = Object.fromEntries(
    Object.entries(NUMBERS).map(([name, range]) => [
      name,
      checkNumber(name as NumberOption, options[name as NumberOption] ?? defaultOf(range.default, options)),
    ]),
  ) as Record<NumberOption, number>;
  const { logger = false, shareBases = true, follow = false, allowLoading = false, isolate = false } = options;
  const recording = { record: recordedOf(options), recordSample: sampleOf(options) };
  const flags = { logger, shareBases, follow, allowLoading, isolate };
  const settings = { ...numbers, ...recording, ...flags, executionProvider, allowOrigins: originsOf(options) };
  if (numbers.queueLimit >= numbers.maxTextsPerRequest) return settings;
  // A limit that nobody stated gives way to one that somebody did.
  if (options.maxTextsPerRequest === undefined) return { ...settings, maxTextsPerRequest: numbers.queueLimit };
  throw new ModelwrightError("SERVER_OPTION_INVALID", {
    option: "queueLimit",
    rule: `at least maxTextsPerRequest (${numbers.maxTextsPerRequest}), or the largest request is never accepted`,
    got: numbers.queueLimit,
  });
}

function recordedOf({ record = "none", registry }: ServerOptions): Recorded {
  if (record !== "none" && registry?.isReadOnly) {
    const rule = `"none" with a registry that cannot be written, such as ${registry.location}`;
    throw new ModelwrightError("SERVER_OPTION_INVALID", { option: "record", rule, got: record });
  }
  if (RECORDED.includes(record)) return record;
  throw new ModelwrightError("SERVER_OPTION_INVALID", { option: "record", rule: choices(RECORDED), got: record });
}

function originsOf({ allowOrigins = [] }: ServerOptions): readonly string[] {
  const wrong = allowOrigins.find((origin) => !isOrigin(origin));
  if (wrong === undefined) return allowOrigins;
  throw new ModelwrightError("SERVER_OPTION_INVALID", { option: "allowOrigins", rule: ORIGIN_RULE, got: wrong });
}

function sampleOf({ recordSample = 1 }: ServerOptions): number {
  if (recordSample > 0 && recordSample <= 1) return recordSample;
  const rule = "a share, above 0 and at most 1";
  throw new ModelwrightError("SERVER_OPTION_INVALID", { option: "recordSample", rule, got: recordSample });
}

/** What one request may hold. */
export function limitsOf({ maxTextsPerRequest, maxTextBytes }: ServerSettings): RequestLimits {
  return { maxItemsPerRequest: maxTextsPerRequest, maxItemBytes: maxTextBytes };
}

function defaultOf(value: number | ((options: ServerOptions) => number), options: ServerOptions): number {
  return typeof value === "number" ? value : value(options);
}

function defaultWorkers({ threadsPerWorker = THREADS_PER_WORKER }: ServerOptions): number {
  return share(availableParallelism(), threadsPerWorker);
}

function defaultThreads({ workers }: ServerOptions): number {
  const cores = availableParallelism();
  return workers === undefined ? Math.min(cores, THREADS_PER_WORKER) : share(cores, workers);
}

/** At least 1. A divisor that is no number is refused elsewhere. */
function share(cores: number, among: number): number {
  return Math.min(256, Math.max(1, Math.floor(cores / among) || 1));
}

function checkNumber(option: NumberOption, value: number): number {
  const { min, max } = NUMBERS[option];
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  const rule = `a whole number from ${min} to ${max}`;
  throw new ModelwrightError("SERVER_OPTION_INVALID", {
    option,
    rule,
    got: value,
  });
}
