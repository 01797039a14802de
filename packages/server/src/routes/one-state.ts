import { setTimeout as sleep } from "node:timers/promises";
import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { requireModel } from "../access/require-model.ts";
import type { ServedModels } from "../inference/served-models.ts";
import type { ModelPath } from "./model-path.ts";
import { termsOf } from "./request-terms.ts";
import type { RouteContext } from "./route-context.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What is served, as it was when the request had arrived: the same from its first line to its last. */
    models: ServedModels;
    /** By when it must be answered, where it had to wait for its model already: milliseconds, monotonic. */
    answerBy?: number;
  }
}

/**
 * Gives each request the models as they are when its body has arrived, and of them only those that its key is for; they are
 * kept in memory until it is over. One that asks a version which is not in memory first waits for that.
 */
export function serveOneState(app: FastifyInstance, context: RouteContext): void {
  const { residency } = context;
  app.decorateRequest("models");
  app.addHook("preHandler", (request, reply, next) => {
    const enter = () => {
      const { client } = request;
      const { models, leave } = residency.enter();
      // An injected request only finishes; one whose client leaves only closes.
      reply.raw.once("finish", leave);
      reply.raw.once("close", leave);
      request.models =
        client?.models === undefined
          ? models
          : models.only(client.models, (reference) => requireModel(client, reference));
    };
    const waiting = waitForModel(request, context);
    if (waiting === undefined) {
      enter();
      next();
      return;
    }
    waiting.then(enter).then(() => next(), next);
  });
}

/** Undefined where there is nothing to wait for, as nearly always. */
function waitForModel(
  request: FastifyRequest,
  { residency, requestTimeoutMs }: RouteContext,
): Promise<void> | undefined {
  if (request.routeOptions.schema?.needs !== "predict") return undefined;
  const reference = referenceOf(request);
  const { key, record, runner } = residency.current.get(reference) ?? {};
  if (key === undefined || runner !== undefined) return undefined;
  if (request.client?.models?.includes(record!.name) === false) return undefined;
  return withinDeadline(request, { residency, requestTimeoutMs, key });
}

async function withinDeadline(
  request: FastifyRequest,
  { residency, requestTimeoutMs, key }: Pick<RouteContext, "residency" | "requestTimeoutMs"> & { readonly key: string },
): Promise<void> {
  const limitMs = Math.min(termsOf(request, askedMicros(request.body)).timeoutMs ?? requestTimeoutMs, requestTimeoutMs);
  request.answerBy = performance.now() + limitMs;
  const late = new AbortController();
  const deadline = sleep(limitMs, undefined, { signal: late.signal }).then(() => {
    throw new ModelwrightError("SERVER_MODEL_LOADING", { model: key, retryAfterMs: residency.bringMs });
  });
  deadline.catch(() => {});
  try {
    // One that comes in may have to leave again before its requests have seen it.
    for (let coming = residency.bring(key); coming !== undefined; coming = residency.bring(key))
      await Promise.race([coming.catch(unloadable), deadline]);
  } finally {
    late.abort();
  }
}

/** What is wrong with a version is no mistake of the request. */
function unloadable(cause: Error): never {
  throw new ModelwrightError("SERVER_WORKER_FAILED", { attempts: 1, problem: cause.message }, { cause });
}

/** What a request asks, in its path or in its body. */
function referenceOf({ params, body }: FastifyRequest): string {
  const { name, version } = (params ?? {}) as Partial<ModelPath>;
  if (name !== undefined) return version === undefined ? name : `${name}:${version}`;
  const { model } = (body ?? {}) as { readonly model?: unknown };
  return typeof model === "string" ? model : "";
}

/** Triton's parameter of a body that is not checked yet. */
function askedMicros(body: unknown): number | undefined {
  const { json } = (body ?? {}) as { readonly json?: { readonly parameters?: { readonly timeout?: unknown } } };
  const timeout = json?.parameters?.timeout;
  return typeof timeout === "number" && timeout > 0 ? timeout : undefined;
}
