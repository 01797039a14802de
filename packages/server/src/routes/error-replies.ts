import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
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

interface ErrorContext {
  readonly error: Error & { readonly code?: string; readonly statusCode?: number };
  readonly request: FastifyRequest;
  readonly bodyLimitBytes: number;
}

/** Answers every error in the form of its routes: `{ code, message, details, requestId }`, on /v2 and OpenAI's routes `{ error }`. */
export function answerErrors(app: FastifyInstance, { bodyLimitBytes }: { readonly bodyLimitBytes: number }): void {
  app.setErrorHandler((error, request, reply) => {
    const known = translate({ error: error as ErrorContext["error"], request, bodyLimitBytes });
    if (known.status >= 500 && known.status !== 503) request.log.error({ err: error }, known.code);
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
  if (error.code === "SERVER_OVERLOADED") reply.header("retry-after", "1");
  reply.code(error.status).header("content-type", "application/json; charset=utf-8");
  if (isOpenAiRoute(request.url)) return reply.send(JSON.stringify(openAiError(error)));
  return request.url.startsWith("/v2")
    ? reply.send(JSON.stringify({ error: onProtocol(error).message }))
    : reply.send(JSON.stringify({ ...error.toJSON(), requestId: request.id }));
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
