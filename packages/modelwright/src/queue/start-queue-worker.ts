import { setTimeout as sleep } from "node:timers/promises";
import { importPeer, ModelwrightError } from "@modelwright/contracts";
import { type InsideServer, newPredictionId } from "@modelwright/server";
import type { Job, Worker } from "bullmq";
import { judgeAnswer } from "./judge-answer.ts";
import { bodyOf, chanceOf, modelOf, readJob } from "./prediction-job.ts";
import type { RedisConnection } from "./redis.ts";

export interface QueueWorkerOptions {
  readonly connection: RedisConnection;
  /** Predicts. */
  readonly server: InsideServer;
  /** Its name in BullMQ. */
  readonly queue: string;
  /** Jobs under way at once: what is asked at the same time goes through the model together. */
  readonly concurrency: number;
  /** How often a job is begun at most, where it does not say so itself. */
  readonly attempts: number;
  /** For how long what was answered is kept in Redis, in seconds; for so long the same job id gives the same answer. */
  readonly keepSeconds: number;
  /** Before the second attempt; twice as long before each further one. Default 1 s. */
  readonly firstWaitMs?: number;
  /**
   * For how long a job is its worker's without a word from it, and how often is looked for such jobs: one whose worker was
   * killed is given to another within twice that. Default 30 s.
   */
  readonly lockMs?: number;
  /** For how long closing waits for a Redis that is away, with jobs under way or without. Default 10 s. */
  readonly patienceMs?: number;
  /** Told of what goes wrong with Redis that is no lost connection. */
  readonly onError?: (error: Error) => void;
}

/** Jobs by what became of them since the start. */
export type JobCounts = Record<"completed" | "failed" | "retried" | "stalled", number>;

export interface QueueWorker {
  readonly counts: Readonly<JobCounts>;
  /** Jobs that wait, are under way, are to be tried again and have failed, in all of the queue. */
  waiting(): Promise<Readonly<Record<string, number>>>;
  /** Takes no more jobs, and settles when those under way are answered; of a Redis that stays away it takes leave without. */
  close(): Promise<void>;
}

const PATIENCE_MS = 10_000;
const LOCK_MS = 30_000;
/** Failed jobs are looked at by people. */
const KEEP_FAILED_SECONDS = 14 * 24 * 3600;
/** Between two looks whether Redis is there. */
const LOOK_MS = 50;
/** States of jobs that a scrape tells. */
const STATES = ["waiting", "active", "delayed", "failed"] as const;

/**
 * Answers the jobs of a queue of BullMQ, whose data is a `PredictionJob` and whose result is what
 * `POST /v1/models/<model>/predict` answers. What may succeed later is tried again, longer apart each time; what never
 * will goes to the failed jobs at once. A job whose worker died is given to another one.
 *
 * @throws {ModelwrightError} `PEER_MISSING`.
 */
export async function startQueueWorker(options: QueueWorkerOptions): Promise<QueueWorker> {
  const { Worker, Queue, UnrecoverableError, DelayedError } = await importPeer({
    name: "bullmq",
    load: () => import("bullmq"),
    purpose: "workers of a queue",
  });
  const { connection, queue, concurrency, attempts, keepSeconds, onError } = options;
  const { patienceMs = PATIENCE_MS, lockMs = LOCK_MS } = options;
  const counts: JobCounts = { completed: 0, failed: 0, retried: 0, stalled: 0 };

  const answer = async (job: Job, token: string | undefined): Promise<unknown> => {
    const begun = job.attemptsStarted;
    // An attempts of the producer is BullMQ's own, which counts other failures.
    const most = Math.max(attempts, job.opts.attempts ?? 0);
    const said = await ask(job, options);
    const { firstWaitMs } = options;
    const verdict = judgeAnswer(said, { begun, most, ...(firstWaitMs === undefined ? {} : { firstWaitMs }) });
    if (verdict.is === "done") return said.body;
    if (verdict.is === "never") throw new UnrecoverableError(verdict.reason);
    await job.log(`attempt ${begun}: ${verdict.reason}`);
    await job.moveToDelayed(Date.now() + verdict.afterMs, token);
    counts.retried++;
    throw new DelayedError();
  };

  const worker: Worker = new Worker(queue, answer, {
    connection: connection.redis,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    // A restart of Redis may stall a job as often as it is begun.
    maxStalledCount: attempts,
    removeOnComplete: { age: keepSeconds },
    removeOnFail: { age: KEEP_FAILED_SECONDS },
  });
  worker.on("completed", () => counts.completed++);
  worker.on("failed", () => counts.failed++);
  worker.on("stalled", () => counts.stalled++);
  worker.on("error", (error) => onError?.(error));
  await worker.waitUntilReady();
  const jobs = new Queue(queue, { connection: connection.redis });
  jobs.on("error", () => {});
  return {
    counts,
    waiting: () => jobs.getJobCounts(...STATES),
    close: async () => {
      const closed = worker.close().then(() => jobs.close());
      // What is said to a Redis that is away waits for it: without end, unless the connection is given up.
      const ended = new AbortController();
      const isGivenUp = giveUp(connection, { patienceMs, signal: ended.signal });
      const wasAnswered = closed.then(() => false).finally(() => ended.abort());
      if (!(await Promise.race([wasAnswered, isGivenUp]))) return;
      // BullMQ goes on waiting for its answer, which never comes.
      wasAnswered.catch(() => {});
      void worker.disconnect().catch(() => {});
    },
  };
}

/** Ends a connection that is away for longer than one is patient. Its jobs are under way yet for Redis, which gives them to others. */
async function giveUp(
  { redis }: RedisConnection,
  { patienceMs, signal }: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  for (let awayMs = 0; awayMs < patienceMs; awayMs = redis.status === "ready" ? 0 : awayMs + LOOK_MS) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return false;
  }
  redis.disconnect();
  return true;
}

/** What the server says to a job, or what is wrong with the job itself. */
async function ask({ id, data, timestamp }: Job, { server, queue }: QueueWorkerOptions) {
  try {
    const job = readJob(data);
    const model = modelOf(job, server.models);
    return await server.predict({
      model: model.reference,
      body: bodyOf(job, model.task),
      id: newPredictionId(timestamp, chanceOf(queue, id!)),
      requestId: id!,
      ...(job.subject === undefined ? {} : { subject: job.subject }),
    });
  } catch (error) {
    if (error instanceof ModelwrightError) return { status: error.status, body: error.toJSON() };
    return { status: 500, body: { code: "SERVER_INTERNAL", message: (error as Error).message } };
  }
}
