import { type InsideServer, startInside } from "@modelwright/server";
import { openTinyRegistry, type TinyRegistry } from "@modelwright/server/testing";
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeAnswer } from "./judge-answer.ts";
import { chanceOf, modelOf, readJob } from "./prediction-job.ts";
import { connectRedis, type RedisConnection, redisWarnings } from "./redis.ts";
import { serveMetrics } from "./serve-metrics.ts";
import { type QueueWorker, startQueueWorker } from "./start-queue-worker.ts";
import { HAS_REDIS, RedisServer } from "./testing/redis-server.ts";

const QUEUE = "predictions";
/** A server of ours that must be there: an environment that says so has it installed. */
const isTested = HAS_REDIS || process.env["MODELWRIGHT_TEST_REDIS"] === "required";

describe("a verdict on an answer", () => {
  const failed = (status: number, retryAfterMs?: number) => ({
    status,
    body: { code: "X", message: "why." },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  test.each([
    [200, 1, { is: "done" }],
    [400, 1, { is: "never", reason: "X: why." }],
    [404, 1, { is: "never", reason: "X: why." }],
    [422, 1, { is: "never", reason: "X: why." }],
    [429, 1, { is: "later", reason: "X: why.", afterMs: 1000 }],
    [503, 3, { is: "later", reason: "X: why.", afterMs: 4000 }],
    [500, 20, { is: "later", reason: "X: why.", afterMs: 60_000 }],
    [503, 30, { is: "never", reason: "X: why. Given up after 30 attempts." }],
  ])("of status %i at attempt %i", (status, begun, verdict) => {
    expect(judgeAnswer(failed(status), { begun, most: 30 })).toEqual(verdict);
  });
  test("waits as long as the server says", () => {
    expect(judgeAnswer(failed(503, 90_000), { begun: 1, most: 5 })).toMatchObject({ afterMs: 90_000 });
  });
});

test.each([
  ["a text", 'job: must be an object, got "a text"'],
  [{ items: "a text" }, 'items: must be a list, got "a text"'],
  [{ items: [], model: 7 }, "model: must be a string, got 7"],
  [{ items: [], texts: [] }, "texts: is not known here, where model, items, options, subject may stand, got []"],
])("the job %j is refused", (data, problem) => {
  expect(() => readJob(data)).toThrow(problem);
});

test("a job that names no model is for the only one", () => {
  const [spam, topics] = [
    { reference: "spam", task: "text-classification" },
    { reference: "topics@champion", task: "embedding" },
  ] as const;
  expect(modelOf({ items: [] }, [spam])).toEqual(spam);
  expect(() => modelOf({ items: [] }, [spam, topics])).toThrow('"spam" or "topics@champion"');
  expect(modelOf({ items: [], model: "topics:3" }, [spam, topics])).toEqual({ ...topics, reference: "topics:3" });
});

test("a job has the same id in every attempt, and another one in another queue", () => {
  expect(chanceOf("a", "1")).toEqual(chanceOf("a", "1"));
  expect(chanceOf("a", "1")).not.toEqual(chanceOf("b", "1"));
});

test.each(["localhost", "http://localhost", "redis://"])("%s is no address of Redis", async (url) => {
  await expect(connectRedis(url, { onAway: () => {} })).rejects.toMatchObject({ code: "QUEUE_URL_INVALID" });
});

test("a Redis that is not there is named without the password", async () => {
  const error = await connectRedis("redis://me:secret@127.0.0.1:1/3", { onAway: () => {}, patienceMs: 200 }).catch(
    (caught: Error) => caught,
  );
  expect(error).toMatchObject({ code: "QUEUE_UNREACHABLE", details: { redis: "redis://127.0.0.1:1/3" } });
  expect((error as Error).message).toContain("ECONNREFUSED");
  expect((error as Error).message).not.toContain("secret");
});

// Without Debian's redis-server this is skipped.
describe.runIf(isTested)("a worker on Redis", () => {
  let tiny: TinyRegistry;
  let server: InsideServer;
  let redis: RedisServer;
  let connection: RedisConnection;
  let worker: QueueWorker;
  let own: Redis;
  let queue: Queue;
  let events: QueueEvents;
  const away: (string | undefined)[] = [];

  const start = (more: Partial<Parameters<typeof startQueueWorker>[0]> = {}) =>
    startQueueWorker({
      ...{ connection, server, queue: QUEUE, concurrency: 16, attempts: 3, keepSeconds: 3600, firstWaitMs: 20 },
      // Jobs that were under way when Redis was killed are free again after that.
      lockMs: 2000,
      ...more,
    });

  beforeAll(async () => {
    tiny = await openTinyRegistry();
    server = await startInside({ registry: tiny.registry, models: ["letters"], drainMs: 0, record: "answers" });
    redis = await RedisServer.start();
    connection = await connectRedis(redis.url, { onAway: (problem) => away.push(problem) });
    own = new Redis(redis.url, { maxRetriesPerRequest: null });
    own.on("error", () => {});
    queue = new Queue(QUEUE, { connection: own });
    queue.on("error", () => {});
    events = new QueueEvents(QUEUE, { connection: own });
    events.on("error", () => {});
    await events.waitUntilReady();
    worker = await start();
  });
  afterAll(async () => {
    await worker.close();
    await events.close();
    await queue.close();
    own.disconnect();
    connection.close();
    await redis.remove();
    await server.close();
    await tiny.remove();
  });

  test("answers as HTTP does, and the same job id once", async () => {
    const data = { items: ["a b c", "c"], options: { topK: 2 } };
    const job = await queue.add("predict", data, { jobId: "once" });
    const answer = await job.waitUntilFinished(events);
    expect(answer).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      model: { name: "letters", version: 1 },
      predictions: [
        {
          label: expect.any(String),
          probability: expect.any(Number),
          probabilities: [{}, {}].map(() => expect.anything()),
        },
        expect.anything(),
      ],
    });
    await expect.poll(() => worker.counts.completed, { interval: 1 }).toBe(1);
    const again = await queue.add("predict", { items: ["another"] }, { jobId: "once" });
    expect(await again.waitUntilFinished(events)).toEqual(answer);
    expect(worker.counts.completed).toBe(1);
  });

  test.each([
    [{ items: [7] }, "SERVER_REQUEST_INVALID: texts[0]: must be a text"],
    [{ items: ["a"], model: "numbers" }, "SERVER_MODEL"],
    [{ texts: ["a"] }, "QUEUE_JOB_INVALID: texts"],
  ])("what can never succeed, %j, fails at once with its code", async (data, reason) => {
    const job = await queue.add("predict", data, { attempts: 5 });
    await expect(job.waitUntilFinished(events)).rejects.toThrow(reason);
    const kept = (await queue.getJob(job.id!))!;
    expect(await kept.getState()).toBe("failed");
    expect(kept.failedReason).toContain(reason);
    expect(kept.attemptsStarted).toBe(1);
  });

  test("what may succeed later is tried again", async () => {
    await worker.close();
    let asked = 0;
    const busy: InsideServer = {
      ...server,
      predict: async (request) => {
        const isRefused = ++asked <= 2 || JSON.stringify(request.body).includes("never");
        if (!isRefused) return server.predict(request);
        return { status: 503, body: { code: "SERVER_OVERLOADED", message: "too much." } };
      },
    };
    worker = await start({ server: busy });
    const job = await queue.add("predict", { items: ["a"] });
    expect(await job.waitUntilFinished(events)).toMatchObject({ model: { name: "letters" } });
    expect(asked).toBe(3);
    const hopeless = await queue.add("predict", { items: ["never"] });
    await expect(hopeless.waitUntilFinished(events)).rejects.toThrow("SERVER_OVERLOADED: too much. Given up after 3");
    expect(worker.counts.retried).toBe(4);
    await worker.close();
    worker = await start();
  });

  test("Redis that is killed and started again under load loses no job and answers none twice", async () => {
    const ids = Array.from({ length: 300 }, (_, i) => `load-${i}`);
    const completed = new Map<string, number>();
    const count = ({ jobId }: { readonly jobId: string }) => completed.set(jobId, (completed.get(jobId) ?? 0) + 1);
    events.on("completed", count);
    const { completed: before } = worker.counts;
    const added = Promise.all(ids.map((jobId) => queue.add("predict", { items: [`a ${jobId}`] }, { jobId })));
    await expect.poll(() => worker.counts.completed - before, { interval: 1 }).toBeGreaterThan(20);
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await redis.again();
    await added;
    const states = () => Promise.all(ids.map((id) => queue.getJobState(id)));
    await expect
      .poll(async () => (await states()).filter((state) => state !== "completed").length, { timeout: 60_000 })
      .toBe(0);
    const answers = await Promise.all(ids.map(async (id) => (await queue.getJob(id))!.returnvalue as { id: string }));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(ids.length);
    expect([...completed].filter(([, times]) => times > 1)).toEqual([]);
    expect(away).toEqual([expect.any(String), undefined]);
    events.off("completed", count);
  });

  test("tells its health and its jobs", async () => {
    let isConnected = true;
    const about = { host: "127.0.0.1", port: 0, queue: QUEUE, worker, server, isConnected: () => isConnected };
    const door = await serveMetrics(about);
    try {
      expect((await fetch(`${door.url}/health`)).status).toBe(200);
      const metrics = await (await fetch(`${door.url}/metrics`)).text();
      expect(metrics).toMatch(/^modelwright_queue_jobs_total\{queue="predictions",outcome="completed"\} \d+$/m);
      expect(metrics).toMatch(/^modelwright_queue_jobs\{queue="predictions",state="failed"\} 4$/m);
      expect(metrics).toContain("modelwright_predictions_total");
      expect((await fetch(`${door.url}/v1/models/letters/predict`, { method: "POST" })).status).toBe(404);
      isConnected = false;
      expect((await fetch(`${door.url}/health`)).status).toBe(503);
    } finally {
      await door.close();
    }
  });

  test("jobs under way are answered before it ends, and others stay", async () => {
    const slow: InsideServer = {
      ...server,
      predict: async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return server.predict(request);
      },
    };
    await worker.close();
    worker = await start({ server: slow, concurrency: 2 });
    const jobs = await queue.addBulk(
      ["1", "2", "3", "4"].map((id) => ({ name: "p", data: { items: [id] }, opts: { jobId: `drain-${id}` } })),
    );
    await expect.poll(() => queue.getActiveCount(), { interval: 1 }).toBe(2);
    await worker.close();
    expect(await queue.getActiveCount()).toBe(0);
    expect(await queue.getWaitingCount()).toBe(2);
    worker = await start();
    for (const job of jobs) await job.waitUntilFinished(events);
  });

  test("a worker that is to end while Redis is away ends all the same, and another one answers its job", async () => {
    await worker.close();
    const lonely = await RedisServer.start();
    const jobs = new Queue(QUEUE, { connection: { url: lonely.url, maxRetriesPerRequest: null } });
    jobs.on("error", () => {});
    const ends = await connectRedis(lonely.url, { onAway: () => {} });
    let isAsked = () => {};
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const slow: InsideServer = {
      ...server,
      predict: async (request) => {
        isAsked();
        await lonely.kill();
        return server.predict(request);
      },
    };
    const ending = await start({ connection: ends, server: slow, patienceMs: 200 });
    try {
      const { id } = await jobs.add("predict", { items: ["a"] });
      await asked;
      const begun = performance.now();
      await ending.close();
      expect(performance.now() - begun).toBeLessThan(5000);
      expect(ending.counts.completed).toBe(0);
      await lonely.again();
      expect(await jobs.getJobState(id!)).toBe("active");
    } finally {
      await jobs.close();
      ends.close();
      await lonely.remove();
      worker = await start();
    }
  });

  test("what could lose jobs is said", async () => {
    expect(await redisWarnings(connection)).toEqual([]);
    await own.config("SET", "maxmemory-policy", "allkeys-lru");
    await own.config("SET", "appendonly", "no");
    expect(await redisWarnings(connection)).toEqual([
      expect.stringContaining("maxmemory-policy allkeys-lru"),
      expect.stringContaining("appendonly no"),
    ]);
    await own.config("SET", "maxmemory-policy", "noeviction");
  });
});
