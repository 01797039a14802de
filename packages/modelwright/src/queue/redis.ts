import { importPeer, ModelwrightError } from "@modelwright/contracts";
import { withoutSecrets } from "@modelwright/data";
import type { Redis } from "ioredis";

/** A connection to Redis that is made again whenever it was lost, and what it is called in messages. */
export interface RedisConnection {
  readonly redis: Redis;
  /** Without user and password. */
  readonly name: string;
  close(): void;
}

export interface RedisOptions {
  /** Told once that the connection was lost, with why, and once with nothing when it is back. */
  readonly onAway: (problem: string | undefined) => void;
  /** For how long the first connection may take. Default 10 s. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
const LONGEST_WAIT_MS = 2000;

/**
 * Connects to Redis.
 *
 * @throws {ModelwrightError} `QUEUE_URL_INVALID`, `QUEUE_UNREACHABLE`, `PEER_MISSING`.
 */
export async function connectRedis(
  url: string,
  { onAway, patienceMs = PATIENCE_MS }: RedisOptions,
): Promise<RedisConnection> {
  const name = withoutSecrets(url);
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw new ModelwrightError("QUEUE_URL_INVALID", { got: name });
  const { Redis } = await importPeer({
    name: "ioredis",
    load: () => import("ioredis"),
    purpose: "workers of a queue",
  });
  const redis = new Redis(url, {
    // Commands wait for the connection, however long that takes: BullMQ's condition for workers.
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => Math.min(LONGEST_WAIT_MS, 50 * 2 ** Math.min(tries, 10)),
  });
  let problem = "it does not answer";
  let isAway = false;
  let isClosed = false;
  redis.on("error", (error) => {
    problem = error.message === "" ? ((error as NodeJS.ErrnoException).code ?? problem) : error.message;
  });
  try {
    await firstAnswer(redis, patienceMs);
  } catch (cause) {
    redis.disconnect();
    throw new ModelwrightError("QUEUE_UNREACHABLE", { redis: name, problem: problem.replace(/\.+$/, "") }, { cause });
  }
  redis.on("close", () => {
    if (isAway || isClosed) return;
    isAway = true;
    onAway("the connection was lost");
  });
  redis.on("ready", () => {
    if (isAway) onAway(undefined);
    isAway = false;
  });
  const close = () => {
    isClosed = true;
    redis.disconnect();
  };
  return { redis, name, close };
}

async function firstAnswer(redis: Redis, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), patienceMs);
    // Waiting changes nothing about a wrong password.
    redis.on("error", (error) => {
      if (/WRONGPASS|NOAUTH|NOPERM|invalid password/i.test(error.message)) reject(error);
    });
  });
  try {
    await Promise.race([redis.ping(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What about a Redis may lose jobs, in sentences; empty where nothing does. */
export async function redisWarnings({ redis, name }: RedisConnection): Promise<string[]> {
  const info = await redis.info();
  const value = (key: string) => new RegExp(`^${key}:(.*?)\r?$`, "m").exec(info)?.[1];
  const policy = value("maxmemory_policy");
  const warnings: string[] = [];
  if (policy !== undefined && policy !== "noeviction")
    warnings.push(
      `${name} drops keys when its memory is full (maxmemory-policy ${policy}): jobs would be lost. Set it to noeviction.`,
    );
  if (value("aof_enabled") === "0")
    warnings.push(
      `${name} writes no log of what it is told (appendonly no): what comes after its last snapshot is lost with it. Set appendonly yes.`,
    );
  return warnings;
}
