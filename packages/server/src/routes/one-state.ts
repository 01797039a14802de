import { setTimeout as sleep } from "node:timers/promises";
import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { requireModel } from "../access/require-model.ts";
import type { ServedModel, ServedModels } from "../inference/served-models.ts";
import { VERSION_HEADER } from "../traffic/traffic-router.ts";
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
  const absent = askedVersions(request, residency.current).filter(({ runner }) => runner === undefined);
  const allowed = absent.filter(({ record }) => request.client?.models?.includes(record.name) ?? true);
  if (allowed.length === 0) return undefined;
  return withinDeadline(request, { residency, requestTimeoutMs, keys: allowed.map(({ key }) => key) });
}

async function withinDeadline(
  request: FastifyRequest,
  {
    residency,
    requestTimeoutMs,
    keys,
  }: Pick<RouteContext, "residency" | "requestTimeoutMs"> & { readonly keys: readonly string[] },
): Promise<void> {
  const limitMs = Math.min(termsOf(request, askedMicros(request.body)).timeoutMs ?? requestTimeoutMs, requestTimeoutMs);
  request.answerBy = performance.now() + limitMs;
  const over = new AbortController();
  const deadline = sleep(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new ModelwrightError("SERVER_MODEL_LOADING", { model: keys[0]!, retryAfterMs: residency.bringMs });
  });
  deadline.catch(() => {});
  try {
    for (const key of keys) await Promise.race([residency.bring(key)?.catch(unloadable), deadline]);
  } finally {
    over.abort();
  }
}

/** The versions that may answer a request: of a model whose traffic is divided both. */
function askedVersions({ params, body, headers }: FastifyRequest, models: ServedModels): readonly ServedModel[] {
  const { name, version = headers[VERSION_HEADER] } = (params ?? {}) as Partial<ModelPath>;
  const { model } = (body ?? {}) as { readonly model?: unknown };
  const reference = name ?? (typeof model === "string" ? model : "");
  const pinned = version === undefined ? undefined : models.get(`${reference}:${String(version)}`);
  if (pinned !== undefined) return [pinned];
  const versions = [models.get(reference), models.divisionOf(reference)?.challenger];
  return versions.filter((each) => each !== undefined);
}

/** What is wrong with a version is no mistake of the request. */
function unloadable(cause: Error): never {
  throw new ModelwrightError("SERVER_WORKER_FAILED", { attempts: 1, problem: cause.message }, { cause });
}

/** Triton's parameter of a body that is not checked yet. */
function askedMicros(body: unknown): number | undefined {
  const { json } = (body ?? {}) as { readonly json?: { readonly parameters?: { readonly timeout?: unknown } } };
  const timeout = json?.parameters?.timeout;
  return typeof timeout === "number" && timeout > 0 ? timeout : undefined;
}
