import { chooseProvider, defaultRuntime, ON_CPU } from "@modelwright/engine";
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import { Batcher } from "./batching/batcher.ts";
import { Answerer, type Item } from "./inference/answerer.ts";
import { ServedModels } from "./inference/served-models.ts";
import { WorkerPool } from "./inference/worker-pool.ts";
import { Lifecycle } from "./lifecycle.ts";
import { ServerMetrics } from "./monitoring/server-metrics.ts";
import { limitsOf, providerChoice, resolveSettings, type ServerOptions } from "./server-options.ts";

/**
 * Loads the models into worker threads and makes the HTTP application; it does not listen.
 *
 * Every file is checked against its digest, and every worker is warm, before the promise settles. `close()` answers
 * what was accepted, refuses what comes, then ends the workers.
 *
 * @throws {ModelwrightError} `SERVER_OPTION_INVALID`, `ENGINE_PROVIDER_UNAVAILABLE`, `SERVER_NO_MODELS`, `SERVER_VERSION_UNREADABLE`,
 *   `ENGINE_MODEL_REFUSED`; `REGISTRY_*` for a reference that finds nothing or files that were changed.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  return createServerWith(options, {});
}

/** @param internals.workerEntry The worker's program; tests give one that dies. */
export async function createServerWith(
  options: ServerOptions,
  internals: { readonly workerEntry?: URL },
): Promise<FastifyInstance> {
  const executionProvider = providerChoice(options);
  const provider =
    executionProvider === "cpu" ? ON_CPU : await chooseProvider(await defaultRuntime(), executionProvider);
  const settings = resolveSettings(options, provider.name);
  const models = await ServedModels.open(options.registry, options.models);
  const metrics = new ServerMetrics(models.all);
  const labelsOf = (key: string) => {
    const { name, version } = models.find(key).record;
    return { model: name, version };
  };
  let app: FastifyInstance | undefined;
  const pool = await WorkerPool.start({
    workers: settings.workers,
    setup: {
      models: await Promise.all(
        models.all.map(async ({ key, record }) => ({ key, directory: await options.registry.materialise(record) })),
      ),
      threads: settings.threadsPerWorker,
      executionProvider: provider.name,
      maxBatch: settings.maxBatch,
    },
    ...(internals.workerEntry === undefined ? {} : { entry: internals.workerEntry }),
    onResult: ({ model, preparationMs, inferenceMs }) => {
      metrics.tokenizationDuration.observe(labelsOf(model), preparationMs / 1000);
      metrics.inferenceDuration.observe(labelsOf(model), inferenceMs / 1000);
    },
    onWorkerDied: (problem) => {
      metrics.workerRestarts.inc();
      app?.log.error({ problem }, "an inference worker died and is replaced");
    },
  });
  const batcher = new Batcher<Item, unknown>({
    executor: pool,
    maxDelayMs: settings.maxDelayMs,
    queueLimit: settings.queueLimit,
    timeoutMs: settings.requestTimeoutMs,
    onBatch: ({ model, queuedMs }) => {
      const labels = labelsOf(model);
      metrics.batchSize.observe(labels, queuedMs.length);
      for (const ms of queuedMs) metrics.queueDuration.observe(labels, ms / 1000);
    },
  });
  metrics.watchQueue(() => batcher.queued);
  const lifecycle = new Lifecycle({ drainMs: settings.drainMs });
  const answerer = new Answerer({ batcher, metrics, maxBatch: settings.maxBatch });
  app = await buildApp(settings, {
    models,
    answerer,
    metrics,
    lifecycle,
    limits: limitsOf(settings),
    bodyLimitBytes: settings.bodyLimitBytes,
  });
  if (executionProvider !== "cpu") app.log.info({ provider }, "the execution provider");
  app.addHook("onClose", async () => {
    await pool.close();
    metrics.clear();
  });
  return app;
}
