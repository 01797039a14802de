import { chooseProvider, defaultRuntime, ON_CPU } from "@modelwright/engine";
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import { Batcher } from "./batching/batcher.ts";
import { Answerer, type LaneItem } from "./inference/answerer.ts";
import { ModelUnloadable } from "./inference/inference-worker.ts";
import type { BaseSharing, ModelFolder } from "./inference/messages.ts";
import { OwnThread } from "./inference/own-thread.ts";
import { type LeftOut, type ServedModel, ServedModels } from "./inference/served-models.ts";
import { TextService } from "./inference/text-service.ts";
import { WorkerPool, type WorkerPoolOptions } from "./inference/worker-pool.ts";
import { Lifecycle } from "./lifecycle.ts";
import { ServerMetrics } from "./monitoring/server-metrics.ts";
import { limitsOf, providerChoice, requireGiven, resolveSettings, type ServerOptions } from "./server-options.ts";

/**
 * Loads the models into worker threads, small ones into this thread as well, and makes the HTTP application; it does not listen.
 *
 * Every file is checked against its digest, and every worker is warm, before the promise settles. `close()` answers
 * what was accepted, refuses what comes, then ends the workers.
 *
 * @throws {ModelwrightError} `SERVER_OPTION_INVALID`, `ENGINE_PROVIDER_UNAVAILABLE`, `SERVER_NO_MODELS`; `REGISTRY_*` for a
 *   reference that finds nothing. Where no version is sound, what is wrong with the first: `REGISTRY_VERSION_CORRUPT`,
 *   `SERVER_VERSION_UNREADABLE`, `ENGINE_MODEL_REFUSED` …
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  return createServerWith(options, {});
}

/** @param internals.workerEntry The worker's program; tests give one that dies. */
export async function createServerWith(
  options: ServerOptions,
  internals: { readonly workerEntry?: URL },
): Promise<FastifyInstance> {
  requireGiven(options);
  const executionProvider = providerChoice(options);
  const provider =
    executionProvider === "cpu" ? ON_CPU : await chooseProvider(await defaultRuntime(), executionProvider);
  const settings = resolveSettings(options, provider.name);
  const onLeftOut = options.onLeftOut ?? (() => {});
  const sound = await ServedModels.open(options.registry, options.models, onLeftOut);
  const metrics = new ServerMetrics();
  let app: FastifyInstance | undefined;
  let sharing: readonly BaseSharing[] = [];
  const baseOf = (model: string) => {
    const { record, row } = sound.find(model);
    return row.base(record.manifest);
  };
  const labelsOf = (key: string) => {
    const shared = sharing.find((base) => base.key === key);
    if (shared !== undefined) return { model: baseOf(shared.members[0]!), version: "shared" };
    const { name, version } = sound.find(key).record;
    return { model: name, version };
  };
  const foldersOf = (served: readonly ServedModel[]): ModelFolder[] =>
    served.map(({ key, directory, record: { manifest } }) => ({ key, directory, manifest }));
  const loading = {
    threads: settings.threadsPerWorker,
    executionProvider: provider.name,
    maxBatch: settings.maxBatch,
    shareBases: settings.shareBases,
  };
  const onResult: NonNullable<WorkerPoolOptions["onResult"]> = ({ model, preparationMs, inferenceMs }) => {
    afterTheAnswer(() => {
      metrics.tokenizationDuration.observe(labelsOf(model), preparationMs / 1000);
      metrics.inferenceDuration.observe(labelsOf(model), inferenceMs / 1000);
    });
  };
  const { models, pool } = await startWorkers(sound, onLeftOut, (served) => ({
    workers: settings.workers,
    setup: { models: foldersOf(served), ...loading },
    ...(internals.workerEntry === undefined ? {} : { entry: internals.workerEntry }),
    onResult,
    onWorkerDied: (problem) => {
      metrics.workerRestarts.inc();
      app?.log.error({ problem }, "an inference worker died and is replaced");
    },
  }));
  let ownThread: OwnThread | undefined;
  const endWorkers = async () => {
    await pool.close();
    ownThread?.close();
    metrics.clear();
  };
  try {
    sharing = pool.sharing;
    for (const { members, apart, bytes } of sharing) {
      const base = baseOf(members[0] ?? apart[0]!.key);
      options.onSharing?.({ base, members, apart, bytes });
    }
    // Where there are several workers, a request that waits for this thread could be run meanwhile.
    const isAlone = settings.workers === 1 && provider.name === "cpu" && internals.workerEntry === undefined;
    ownThread = await OwnThread.open({
      workers: pool,
      models: isAlone ? foldersOf(models.all) : [],
      loading,
      onResult,
    });
    for (const model of models.all) metrics.admit(model);
    const batcher = new Batcher<LaneItem, unknown>({
      executor: ownThread,
      maxDelayMs: settings.maxDelayMs,
      queueLimit: settings.queueLimit,
      timeoutMs: settings.requestTimeoutMs,
      onBatch: ({ model, queuedMs }) => {
        afterTheAnswer(() => {
          const labels = labelsOf(model);
          metrics.batchSize.observe(labels, queuedMs.length);
          for (const ms of queuedMs) metrics.queueDuration.observe(labels, ms / 1000);
        });
      },
    });
    metrics.watchQueue(() => batcher.queued);
    const lifecycle = new Lifecycle({ drainMs: settings.drainMs });
    const answerer = new Answerer({ batcher, metrics, maxBatch: settings.maxBatch, sharing: pool.sharing });
    const texts = new TextService({
      write: (request) => pool.write(request),
      metrics,
      limit: settings.queueLimit,
      timeoutMs: settings.requestTimeoutMs,
    });
    app = await buildApp(settings, {
      models: () => models,
      answerer,
      texts,
      metrics,
      lifecycle,
      isReady: () => lifecycle.isReady && pool.size > 0,
      limits: limitsOf(settings),
      bodyLimitBytes: settings.bodyLimitBytes,
    });
    if (executionProvider !== "cpu") app.log.info({ provider }, "the execution provider");
    app.addHook("onClose", endWorkers);
    return app;
  } catch (error) {
    await endWorkers();
    throw error;
  }
}

/** Lets an answer that is ready go out first: nobody has to wait for the counting. */
function afterTheAnswer(count: () => void): void {
  setImmediate(count);
}

/** Starts the workers with every model that can be loaded. */
async function startWorkers(
  sound: ServedModels,
  onLeftOut: (model: LeftOut) => void,
  optionsOf: (models: readonly ServedModel[]) => WorkerPoolOptions,
): Promise<{ readonly models: ServedModels; readonly pool: WorkerPool }> {
  let models = sound;
  for (;;) {
    try {
      return { models, pool: await WorkerPool.start(optionsOf(models.all)) };
    } catch (error) {
      if (!(error instanceof ModelUnloadable)) throw error;
      const others = models.without(error.model);
      const cause = error.cause as Error;
      if (others === undefined) throw cause;
      onLeftOut({ model: error.model, error: cause });
      models = others;
    }
  }
}
