import { choices, defineError } from "./error-definition.ts";

export const queueErrors = {
  QUEUE_URL_INVALID: defineError<{ got: string }>({
    status: 400,
    meaning: "What names a Redis server is no address of one.",
    message: (d) =>
      `the address of Redis must be redis://[user:password@]host[:port][/database] or rediss://… for TLS, got "${d.got}"`,
    remedy:
      "Give it with --redis, or in the environment as MODELWRIGHT_REDIS, where other users of the machine do not see it.",
  }),
  QUEUE_UNREACHABLE: defineError<{ redis: string; problem: string }>({
    status: 502,
    meaning: "Redis cannot be reached, or does not let the worker in.",
    message: (d) => `${d.redis}: ${d.problem}`,
    remedy: "See that Redis runs and can be reached from here, and that user and password are right.",
  }),
  QUEUE_JOB_INVALID: defineError<{ path: string; rule: string; got: string }>({
    status: 400,
    meaning: "A job of the queue is not a request for predictions.",
    message: (d) => `${d.path}: ${d.rule}, got ${d.got}`,
    remedy: "Add jobs as { model?, items: […], options?, subject? }.",
  }),
  QUEUE_MODEL_UNCLEAR: defineError<{ models: readonly string[] }>({
    status: 400,
    meaning: "A job names no model, and its worker has several.",
    message: (d) => `the job names no model, and this worker has ${choices(d.models)}`,
    remedy: "Name one of them as the job's model.",
  }),
};
