import { createServer } from "node:http";
import { ModelwrightError } from "@modelwright/contracts";
import type { InsideServer } from "@modelwright/server";
import type { QueueWorker } from "./start-queue-worker.ts";

/** What a worker tells about itself over HTTP, for probes and Prometheus. */
export interface WorkerDoor {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Answers `/health` and `/metrics`; nothing can be predicted there.
 *
 * @param about.isConnected Whether Redis can be reached.
 * @throws {ModelwrightError} `SERVER_LISTEN_FAILED`.
 */
export async function serveMetrics(about: {
  readonly host: string;
  readonly port: number;
  readonly queue: string;
  readonly worker: QueueWorker;
  readonly server: InsideServer;
  readonly isConnected: () => boolean;
}): Promise<WorkerDoor> {
  const { host, port, server, isConnected } = about;
  const http = createServer(async ({ url = "", method }, response) => {
    const path = url.split("?")[0];
    if (method !== "GET" || (path !== "/health" && path !== "/metrics")) return void response.writeHead(404).end();
    try {
      const { status, body, type } = await server.read(path);
      const isUp = path === "/metrics" || isConnected();
      const jobs = path === "/metrics" && isConnected() ? await jobMetrics(about) : "";
      response.writeHead(isUp ? status : 503, { "content-type": type }).end(`${body}${jobs}`);
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", (cause: NodeJS.ErrnoException) => {
      const problem = cause.code ?? cause.message;
      reject(new ModelwrightError("SERVER_LISTEN_FAILED", { host, port, problem }, { cause }));
    });
    http.listen(port, host, resolve);
  });
  const { port: taken } = http.address() as { readonly port: number };
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    close: () => new Promise((resolve) => http.close(() => resolve())),
  };
}

/** In Prometheus' text format. */
async function jobMetrics({
  queue,
  worker,
}: {
  readonly queue: string;
  readonly worker: QueueWorker;
}): Promise<string> {
  const label = `queue=${JSON.stringify(queue)}`;
  const waiting = Object.entries(await worker.waiting());
  return [
    "# HELP modelwright_queue_jobs_total Jobs of this worker since its start, by what became of them.",
    "# TYPE modelwright_queue_jobs_total counter",
    ...Object.entries(worker.counts).map(
      ([is, count]) => `modelwright_queue_jobs_total{${label},outcome="${is}"} ${count}`,
    ),
    "# HELP modelwright_queue_jobs Jobs in the queue, of all workers, by their state.",
    "# TYPE modelwright_queue_jobs gauge",
    ...waiting.map(([state, count]) => `modelwright_queue_jobs{${label},state="${state}"} ${count}`),
    "",
  ].join("\n");
}
