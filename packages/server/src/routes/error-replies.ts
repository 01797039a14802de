import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RequestWatch } from "../monitoring/request-watch.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";
import { isOpenAiRoute, openAiError } from "./openai/openai-error.ts";

/** Fastify's own codes as ours. */
const FRAMEWORK_ERRORS: Readonly<Record<string, (context: ErrorContext) => ModelwrightError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ bodyLimitBytes }) =>
    new ModelwrightError("SERVER_BODY_TOO_LARGE", { limitBytes: bodyLimitBytes }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ({ request }) =>
    new ModelwrightError("SERVER_CONTENT_TYPE", {
      got: JSON.stringify(request.headers["content-type"]?.slice(0, 100)),
      accepted: ["application/json"],
    }),
  FST_ERR_CTP_INVALID_JSON_BODY: () =>
    new ModelwrightError("SERVER_BODY_INVALID", { problem: "the body is not valid JSON" }),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new ModelwrightError("SERVER_BODY_INVALID", { problem: "the body is empty" }),
};

/** Statuses of ours that say nothing is wrong with the server but that it has too much to do. */
const QUIET = new Set([503, 504]);

interface ErrorContext {
  readonly error: Error & { readonly code?: string; readonly statusCode?: number };
  readonly request: FastifyRequest;
  readonly bodyLimitBytes: number;
}

/** Answers every error in the form of its routes: `{ code, message, details, requestId }`, on /v2 and OpenAI's routes `{ error }`; counts them. */
export function answerErrors(
  app: FastifyInstance,
  { bodyLimitBytes, metrics }: { readonly bodyLimitBytes: number; readonly metrics: ServerMetrics },
): void {
  app.setErrorHandler((error, request, reply) => {
    const known = translate({ error: error as ErrorContext["error"], request, bodyLimitBytes });
    metrics.errors.inc({ code: known.code });
    if (known.status >= 500 && !QUIET.has(known.status)) request.log.error({ err: error }, known.code);
    return sendError(known, request, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0]!.slice(0, 200);
    const { method } = request;
    const allowed = allowedMethods(path);
    if (allowed.length === 0) {
      return sendError(new ModelwrightError("SERVER_ROUTE_UNKNOWN", { method, path }), request, reply);
    }
    reply.header("allow", allowed.join(", "));
    return sendError(new ModelwrightError("SERVER_METHOD_NOT_ALLOWED", { method, path, allowed }), request, reply);
  });

  const routes: { readonly pattern: RegExp; readonly method: string }[] = [];
  app.addHook("onRoute", ({ url, method }) => {
    const pattern = new RegExp(`^${url.replaceAll(/:[a-z]+/g, "[^/]+")}/?$`);
    for (const name of [method].flat()) routes.push({ pattern, method: name });
  });
  function allowedMethods(path: string): string[] {
    return [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].sort();
  }
}

/** Sends an error that stands outside the error handler, such as a refusal before a request is read. */
export function sendError(error: ModelwrightError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // What is no request by the rules of HTTP or of the router has passed no hook.
  (request.watch as RequestWatch | undefined)?.failed(error.code);
  const wait = retryAfterSeconds(error);
  if (wait !== undefined) reply.header("retry-after", wait);
  reply.code(error.status).header("content-type", "application/json; charset=utf-8");
  if (isOpenAiRoute(request.url)) return reply.send(JSON.stringify(openAiError(error)));
  return request.url.startsWith("/v2")
    ? reply.send(JSON.stringify({ error: onProtocol(error).message }))
    : reply.send(JSON.stringify({ ...error.toJSON(), requestId: request.id }));
}

/** Whole seconds, as the header takes them, at least 1; undefined where trying again is no remedy. */
function retryAfterSeconds({ code, details }: ModelwrightError): number | undefined {
  const { retryAfterMs } = (details ?? {}) as { readonly retryAfterMs?: number };
  if (retryAfterMs === undefined) return code === "SERVER_OVERLOADED" ? 1 : undefined;
  return Math.max(1, Math.ceil(retryAfterMs / 1000));
}

/** An error whose remedy shows a body of the Open Inference Protocol. */
function onProtocol(error: ModelwrightError): ModelwrightError {
  if (error.code !== "SERVER_BODY_INVALID") return error;
  const { problem } = error.details as { readonly problem: string };
  return new ModelwrightError("SERVER_BODY_INVALID", { problem, protocol: "v2" });
}

function translate(context: ErrorContext): ModelwrightError {
  const { error } = context;
  if (error instanceof ModelwrightError) return error;
  const known = FRAMEWORK_ERRORS[error.code ?? ""];
  if (known !== undefined) return known(context);
  const { statusCode = 500 } = error;
  if (statusCode >= 400 && statusCode < 500) {
    return new ModelwrightError("SERVER_BODY_INVALID", { problem: error.message }, { cause: error });
  }
  return new ModelwrightError("SERVER_INTERNAL", {}, { cause: error });
}
