import { ModelwrightError } from "@modelwright/contracts";
import type { ExecutionProviderChoice } from "@modelwright/engine";
import { openRegistry, type Registry } from "@modelwright/registry";
import { closeOnSignals, RECORDED, type Recorded, startInside } from "@modelwright/server";
import type { Command } from "commander";
import { registryLocation } from "../../pipeline/registry-location.ts";
import { connectRedis, redisWarnings } from "../../queue/redis.ts";
import { serveMetrics } from "../../queue/serve-metrics.ts";
import { startQueueWorker } from "../../queue/start-queue-worker.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { schemaChangeText } from "../../wording/schema-change.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { PROVIDER_OPTION, providerName } from "../provider-option.ts";
import { type CommonOptions, oneOf, share, verb, wholeNumber } from "../verb.ts";

interface WorkerOptions extends CommonOptions {
  readonly redis?: string;
  readonly queue: string;
  readonly concurrency: number;
  readonly attempts: number;
  readonly keepHours: number;
  readonly host: string;
  readonly port?: number;
  readonly workers?: number;
  readonly threads?: number;
  readonly executionProvider?: ExecutionProviderChoice;
  readonly record?: Recorded;
  readonly sample?: number;
  readonly isolate?: boolean;
  readonly log?: boolean;
}

/** Nobody waits for a job as for a request: what would be refused there may take its time here. */
const PATIENT = { maxWaitMs: 3_600_000, requestTimeoutMs: 600_000, drainMs: 0 };

export function workerVerb(): Command {
  return verb("worker", {
    examples: [
      "modelwright worker tickets --redis redis://localhost:6379",
      "MODELWRIGHT_REDIS=rediss://worker:secret@redis.example.com modelwright worker tickets mails --queue texts --port 9100",
    ],
  })
    .argument("<models...>", "models to answer with: name, name@alias or name:version")
    .option(
      "--redis <url>",
      "redis://[user:password@]host[:port][/database], rediss:// for TLS (default: $MODELWRIGHT_REDIS)",
    )
    .option("--queue <name>", "name of the queue", "predictions")
    .option(
      "--concurrency <n>",
      "jobs under way at once, which go through the model together",
      wholeNumber("--concurrency", { min: 1, max: 10_000 }),
      64,
    )
    .option(
      "--attempts <n>",
      "how often a job is begun that may succeed later",
      wholeNumber("--attempts", { min: 1, max: 1000 }),
      5,
    )
    .option(
      "--keep-hours <hours>",
      "for how long answers stay in Redis, and a job id that comes again gets the same one",
      wholeNumber("--keep-hours", { min: 0, max: 8760 }),
      24,
    )
    .option(
      "--port <number>",
      "answer /health and /metrics there (default: nowhere)",
      wholeNumber("--port", { min: 0, max: 65_535 }),
    )
    .option("--host <address>", "for --port: the address to listen on", "127.0.0.1")
    .option(
      "--workers <number>",
      "copies of the models that run side by side, as of serve",
      wholeNumber("--workers", { min: 1, max: 256 }),
    )
    .option("--threads <number>", "threads of each copy, as of serve", wholeNumber("--threads", { min: 1, max: 256 }))
    .option(...PROVIDER_OPTION, providerName)
    .option("--isolate", "run the models in processes of their own, as of serve")
    .option(
      "--record <what>",
      "keep predictions in the registry, as of serve: answers; items as well, with personal data masked; or unmasked (default: none)",
      oneOf("--record", RECORDED),
    )
    .option("--sample <share>", "keep only this share of the jobs, such as 0.1 (default: 1)", share("--sample"))
    .option("--log", "write a JSON line for each job on stdout")
    .action(work);
}

async function work(models: readonly string[], options: WorkerOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const { redis = process.env["MODELWRIGHT_REDIS"] } = options;
  if (redis === undefined) throw new ModelwrightError("QUEUE_URL_INVALID", { got: "" });
  const registry = await openRegistry(registryLocation(options.registry), {
    onMigrated: (change) => screen.note(schemaChangeText(change)),
  });
  let isLeft = false;
  try {
    isLeft = await workFrom(registry, { models, redis, options, screen });
  } finally {
    await registry.close();
  }
  // BullMQ goes on trying to reach a Redis that was given up, and would keep the process alive.
  if (isLeft) process.exit();
}

/** @returns Whether jobs may be under way yet, at a Redis that stayed away to the end. */
async function workFrom(
  registry: Registry,
  given: {
    readonly models: readonly string[];
    readonly redis: string;
    readonly options: WorkerOptions;
    readonly screen: Screen;
  },
): Promise<boolean> {
  const { models, options, screen } = given;
  const { queue, concurrency, attempts } = options;
  const connection = await connectRedis(given.redis, {
    onAway: (problem) => screen.note(awayText(connection.name, problem)),
  });
  const closing: (() => Promise<unknown>)[] = [async () => connection.close()];
  let isLeft = false;
  /** The last that was opened first. */
  const close = async () => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    for (const warning of await redisWarnings(connection)) screen.note(`${colours.yellow("!")} ${plainText(warning)}`);
    screen.progress(`loading ${models.join(", ")}`);
    const server = await startInside({
      ...PATIENT,
      registry,
      models,
      follow: true,
      onLeftOut: ({ model, error }) => screen.note(colours.yellow(`${model} is left out: ${error.message}`)),
      isolate: options.isolate === true,
      logger: options.log === true && !screen.json,
      ...(options.record === undefined ? {} : { record: options.record }),
      ...(options.sample === undefined ? {} : { recordSample: options.sample }),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      ...(options.threads === undefined ? {} : { threadsPerWorker: options.threads }),
      ...(options.executionProvider === undefined ? {} : { executionProvider: options.executionProvider }),
    });
    closing.push(() => server.close());
    const worker = await startQueueWorker({
      ...{ connection, server, queue, concurrency, attempts },
      keepSeconds: options.keepHours * 3600,
      onError: (error) => {
        if (connection.redis.status === "ready") screen.note(colours.yellow(plainText(error.message)));
      },
    });
    closing.push(async () => {
      await worker.close();
      isLeft = connection.redis.status !== "ready";
      if (isLeft) screen.note(colours.yellow(leftText(connection.name)));
    });
    const { host, port } = options;
    const isConnected = () => connection.redis.status === "ready";
    const door =
      port === undefined ? undefined : await serveMetrics({ host, port, queue, worker, server, isConnected });
    if (door !== undefined) closing.push(() => door.close());
    const stopped = closeOnSignals({ close });
    const names = server.models.map(({ reference }) => reference);
    screen.say(
      `Answering the queue ${colours.bold(plainText(queue))} of ${plainText(connection.name)} with ${names.map((name) => colours.bold(name)).join(", ")}`,
      ...(door === undefined ? [] : [`Health: ${door.url}/health   Metrics: ${door.url}/metrics`]),
      "Ctrl-C stops it: jobs under way are answered first.",
    );
    screen.result({ queue, redis: connection.name, models: names, pid: process.pid, ...(door && { url: door.url }) });
    await stopped;
    const { completed, failed } = worker.counts;
    screen.note(`Stopped after ${counted(completed, "job")}${failed > 0 ? `, and ${failed} that failed` : ""}.`);
    return isLeft;
  } finally {
    await close();
  }
}

function leftText(name: string): string {
  return `${name} stayed away: jobs under way there are answered by another worker once it is back`;
}

function awayText(name: string, problem: string | undefined): string {
  return problem === undefined
    ? `${name} answers again`
    : colours.yellow(`${name} cannot be reached (${problem}); jobs wait until it is back`);
}
