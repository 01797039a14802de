import { chooseProvider, defaultRuntime, ON_CPU } from "@modelwright/engine";
import type { FastifyInstance } from "fastify";
import type { Access } from "./access/guard-routes.ts";
import { registryKeys } from "./access/registry-keys.ts";
import { buildApp } from "./app.ts";
import { Batcher } from "./batching/batcher.ts";
import { Answerer, type LaneItem } from "./inference/answerer.ts";
import type { BatchResult } from "./inference/inference-worker.ts";
import type { Loading } from "./inference/messages.ts";
import { OwnThread } from "./inference/own-thread.ts";
import { ResultCache } from "./inference/result-cache.ts";
import type { ServedModel } from "./inference/served-models.ts";
import { TextService } from "./inference/text-service.ts";
import { WorkerPool } from "./inference/worker-pool.ts";
import { Lifecycle } from "./lifecycle.ts";
import { InferenceStatistics } from "./monitoring/inference-statistics.ts";
import { RunObserver } from "./monitoring/observe-runs.ts";
import { openTelemetry } from "./monitoring/open-telemetry.ts";
import { ServerMetrics } from "./monitoring/server-metrics.ts";
import { Recorder } from "./recording/recorder.ts";
import { describeSharing } from "./residency/describe-sharing.ts";
import { MemoryBudget } from "./residency/memory-budget.ts";
import { Rehearsals } from "./residency/rehearsal.ts";
import { Residency } from "./residency/residency.ts";
import { watchRegistry } from "./residency/watch-registry.ts";
import { limitsOf, providerChoice, requireGiven, resolveSettings, type ServerOptions } from "./server-options.ts";
import { CertificateHolder } from "./tls/certificate-holder.ts";
import { logCertificate } from "./tls/log-certificate.ts";
import { Shadows } from "./traffic/shadows.ts";
import { TrafficRouter } from "./traffic/traffic-router.ts";

/** Texts that may be asked for at once: they take long, and how long is not learnt as it is of batches. */
const TEXTS_AT_ONCE = 1024;

/** The start is for what is served at first; a process that waits for the first move comes after. */
const PREPARE_AFTER_MS = 3000;

/** For requests of this process. */
const WITHOUT_KEYS: Access = { ring: async () => ({ isEmpty: true, keys: new Map() }), onUse: () => {} };

/** The rest of a second goes into loading; asking takes half a millisecond. */
const WATCH_EVERY_MS = 100;

/**
 * Loads the models into workers, small ones into this thread as well, and makes the HTTP application; it does not listen.
 *
 * Every file is checked against its digest, and every worker is warm, before the promise settles. `close()` answers
 * what was accepted, refuses what comes, then ends the workers.
 *
 * @throws {ModelwrightError} `ACCESS_CERTIFICATE_INVALID`, `SERVER_OPTION_INVALID`, `ENGINE_PROVIDER_UNAVAILABLE`, `SERVER_NO_MODELS`; `REGISTRY_*` for a
 *   reference that finds nothing. Where no version is sound, what is wrong with the first: `REGISTRY_VERSION_CORRUPT`,
 *   `SERVER_VERSION_UNREADABLE`, `ENGINE_MODEL_REFUSED` …
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  return createServerWith(options, {});
}

/**
 * @param internals.workerEntry The worker's program; tests give one that dies.
 * @param internals.isInside Requests come from this process alone: they need no key, and name their predictions.
 * @param internals.logTo Gets the lines of the log. Default: stdout.
 */
export async function createServerWith(
  options: ServerOptions,
  internals: {
    readonly workerEntry?: URL;
    readonly logTo?: { write(line: string): void };
    readonly isInside?: boolean;
  },
): Promise<FastifyInstance> {
  requireGiven(options);
  const executionProvider = providerChoice(options);
  const provider =
    executionProvider === "cpu" ? ON_CPU : await chooseProvider(await defaultRuntime(), executionProvider);
  const settings = resolveSettings(options, provider.name);
  const certificate = options.tls === undefined ? undefined : await CertificateHolder.open(options.tls);
  const tracing = options.otlp === undefined ? undefined : await openTelemetry(options.otlp);
  const metrics = new ServerMetrics();
  const statistics = new InferenceStatistics();
  const runs = new RunObserver(metrics);
  const onResult = (result: { readonly model: string } & BatchResult) => runs.ran(result);
  let app: FastifyInstance | undefined;
  const loading: Loading = {
    threads: settings.threadsPerWorker,
    executionProvider: provider.name,
    maxBatch: settings.maxBatch,
    shareBases: settings.shareBases,
  };
  const pool = await WorkerPool.start({
    workers: settings.workers,
    isolation: settings.isolate ? "process" : "thread",
    loading,
    ...(internals.workerEntry === undefined ? {} : { entry: internals.workerEntry }),
    onResult,
    onWorkerDied: (problem) => {
      metrics.workerRestarts.inc();
      app?.log.error({ problem }, "an inference worker died and is replaced");
    },
  });
  // Where there are several workers, a request that waits for this thread could be run meanwhile; what may crash must not run here.
  const isAlone =
    settings.workers === 1 && provider.name === "cpu" && !settings.isolate && internals.workerEntry === undefined;
  const ownThread = new OwnThread({ workers: pool, loading, onResult });
  const rehearsals = new Rehearsals(loading);
  let endRecording = async () => {};
  /** Versions that are not served any more, and still in memory, by key. */
  const departed = new Map<string, ServedModel>();
  const endWorkers = async () => {
    rehearsals.close();
    await pool.close();
    ownThread.close();
    metrics.clear();
  };
  const budget = new MemoryBudget({ bytes: settings.memoryBudgetBytes, copies: settings.workers });
  try {
    const residency = await Residency.open({
      registry: options.registry,
      references: options.models,
      budget,
      lastAskedAt: (key) => statistics.of(key).lastAt,
      shareBases: settings.shareBases,
      rehearse: (unit) => rehearsals.rehearse(unit),
      tryEarly: (unit) => rehearsals.tryEarly(unit),
      host: {
        load: async (unit) => {
          const sharing = await pool.load(unit);
          const isHere = isAlone ? ownThread.add(unit) : undefined;
          // A swap does not wait for it: until then the workers answer alone.
          if (app === undefined) await isHere;
          return sharing;
        },
        unload: async (unit) => {
          ownThread.remove(unit);
          await pool.unload(unit);
        },
      },
      onLoaded: (parts) => {
        runs.admit(parts);
        const report = describeSharing(parts);
        if (report !== undefined) options.onSharing?.(report);
      },
      onUnloaded: (parts) => {
        runs.forget(parts);
        // Requests that were under way when it left were counted since.
        for (const { key } of parts.unit.models) {
          const model = departed.get(key);
          departed.delete(key);
          if (model !== undefined) void metrics.forget(model);
        }
      },
      onChange: ({ now, came, left }) => {
        for (const model of came) {
          metrics.admit(model);
          departed.delete(model.key);
        }
        for (const model of left) {
          void metrics.forget(model);
          departed.set(model.key, model);
        }
        statistics.keepOnly(now.all.map(({ key }) => key));
        if (app === undefined || came.length + left.length === 0) return;
        const change = { came: came.map(({ key }) => key), left: left.map(({ key }) => key) };
        app.log.info(change, "what is served changed");
        options.onChange?.(change);
      },
      onUnfit: ({ model, error }) =>
        app?.log.warn({ model, problem: error.message }, "a version that is not served yet could not be"),
      onMoved: (moved) => app?.log.info(moved, "what is in memory changed"),
      onFailed: ({ model, error }) => {
        options.onLeftOut?.({ model, error });
        app?.log.error(
          { model, problem: error.message },
          "a version cannot be served; what answered before still does",
        );
      },
    });
    const batcher = new Batcher<LaneItem, unknown>({
      executor: ownThread,
      maxDelayMs: settings.maxDelayMs,
      latencyTargetMs: settings.latencyTargetMs,
      queueLimit: settings.queueLimit,
      maxWaitMs: settings.maxWaitMs,
      timeoutMs: settings.requestTimeoutMs,
      onBatch: (batch) => runs.left(batch),
    });
    metrics.watchQueue(batcher, (runner) => runs.labels(runner));
    if (certificate !== undefined) metrics.watchCertificate(() => certificate.current.notAfter);
    metrics.watchFailures(() => residency.unserved().map(({ record }) => record));
    metrics.watchMemory({ budget, models: () => residency.current.all });
    const recorder = await Recorder.start({
      registry: options.registry.url,
      recorded: settings.record,
      sample: settings.recordSample,
      onWritten: (predictions) => metrics.recorded.inc(predictions),
      onLost: (predictions) => {
        metrics.unrecorded.inc(predictions);
        app?.log.error({ predictions }, "predictions are not recorded, and are lost");
      },
      onAway: (error) => {
        if (error === undefined) app?.log.info("predictions are recorded again");
        else app?.log.error({ err: error }, "predictions cannot be recorded now; they wait");
      },
    });
    endRecording = () => recorder.close();
    const cache =
      settings.cacheResultsBytes === 0 ? undefined : new ResultCache({ maxBytes: settings.cacheResultsBytes });
    if (cache !== undefined) metrics.watchCache(cache);
    const shadows = new Shadows({
      isIdle: () => batcher.isIdle,
      enter: () => residency.enter(),
      onAsked: (key) => metrics.shadowed(key, "asked"),
      onDropped: (key) => metrics.shadowed(key, "dropped"),
    });
    const lifecycle = new Lifecycle({ drainMs: settings.drainMs });
    app = await buildApp(settings, {
      residency,
      registry: options.registry,
      answerer: new Answerer({ batcher, metrics, recorder, shadows, statistics, maxBatch: settings.maxBatch, cache }),
      texts: new TextService({
        write: (request) => pool.write(request),
        metrics,
        recorder,
        statistics,
        limit: Math.min(settings.queueLimit, TEXTS_AT_ONCE),
        timeoutMs: settings.requestTimeoutMs,
      }),
      recorder,
      metrics,
      statistics,
      router: new TrafficRouter(metrics),
      tracing,
      logTo: internals.logTo,
      certificate,
      lifecycle,
      isReady: () => lifecycle.isReady && pool.size > 0,
      isInside: internals.isInside === true,
      access: internals.isInside
        ? WITHOUT_KEYS
        : registryKeys(options.registry.stores.keys, (error) => {
            if (error === undefined) app?.log.info("keys are read again");
            else app?.log.error({ err: error }, "keys cannot be read; those known hold for a while");
          }),
      limits: limitsOf(settings),
      bodyLimitBytes: settings.bodyLimitBytes,
      requestTimeoutMs: settings.requestTimeoutMs,
      allowLoading: settings.allowLoading,
    });
    const { log } = app;
    certificate?.watch(logCertificate(log));
    if (executionProvider !== "cpu") log.info({ provider }, "the execution provider");
    const endWatching = settings.follow
      ? watchRegistry({
          registry: options.registry,
          everyMs: WATCH_EVERY_MS,
          onChange: () => residency.refresh(),
          onAway: (error) => {
            const problem = error instanceof Error ? error.message : String(error);
            options.onAway?.(problem);
            log.error({ problem }, "the registry cannot be followed; what is served stays");
          },
          onBack: () => {
            options.onAway?.(undefined);
            log.info("the registry is followed again");
          },
        })
      : undefined;
    const preparing = setTimeout(() => {
      rehearsals.prepare();
      // A registry that is away now is asked again when it is back.
      if (settings.follow) void residency.lookAhead().catch(() => {});
    }, PREPARE_AFTER_MS);
    if (!settings.follow && !settings.allowLoading) clearTimeout(preparing);
    app.addHook("onClose", async () => {
      certificate?.close();
      clearTimeout(preparing);
      shadows.close();
      await endWatching?.();
      await residency.close();
      await endWorkers();
      await endRecording();
    });
    return app;
  } catch (error) {
    await endWorkers();
    await endRecording();
    throw error;
  }
}
