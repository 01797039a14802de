import type { RequestListener } from "node:http";
import { ModelwrightError } from "@modelwright/contracts";
import fastify, { type FastifyInstance, LogController } from "fastify";
import { allowOrigins } from "./access/allow-origins.ts";
import { guardRoutes } from "./access/guard-routes.ts";
import { readJsonBodies } from "./bodies/json-body.ts";
import type { ServedModels } from "./inference/served-models.ts";
import { observeRequests } from "./monitoring/observe-requests.ts";
import { requestIdOf } from "./monitoring/request-id.ts";
import { nameCalls } from "./recording/call.ts";
import { protectBrowsers, SAFE_HEADERS } from "./routes/browser-safety.ts";
import { answerErrors, sendError } from "./routes/error-replies.ts";
import { feedbackRoute } from "./routes/feedback.ts";
import { inferRoutes } from "./routes/infer.ts";
import { inferenceHealthRoutes } from "./routes/inference-health.ts";
import { inferenceMetadataRoutes } from "./routes/inference-metadata.ts";
import { inferenceStatisticsRoutes } from "./routes/inference-statistics.ts";
import { listModelsRoute } from "./routes/list-models.ts";
import { answerMalformedRequest } from "./routes/malformed-requests.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { serveOneState } from "./routes/one-state.ts";
import { chatCompletionsRoute } from "./routes/openai/chat-completions.ts";
import { completionsRoute } from "./routes/openai/completions.ts";
import { embeddingsRoute } from "./routes/openai/embeddings.ts";
import { openAiModelRoute } from "./routes/openai/openai-models.ts";
import { openApiRoute } from "./routes/openapi.ts";
import { playgroundRoutes } from "./routes/playground.ts";
import { predictRoute } from "./routes/predict.ts";
import { reportRoute } from "./routes/report.ts";
import { repositoryRoutes } from "./routes/repository.ts";
import type { RouteContext } from "./routes/route-context.ts";
import { useHttpSchemas } from "./routes/route-schema.ts";
import type { ServerSettings } from "./server-options.ts";

const ROUTES = [
  listModelsRoute,
  predictRoute,
  feedbackRoute,
  embeddingsRoute,
  completionsRoute,
  chatCompletionsRoute,
  openAiModelRoute,
  inferenceHealthRoutes,
  inferenceMetadataRoutes,
  inferenceStatisticsRoutes,
  inferRoutes,
  repositoryRoutes,
  metricsRoute,
  playgroundRoutes,
  reportRoute,
];

declare module "fastify" {
  interface FastifyInstance {
    servedNow: () => ServedModels;
  }
}

/** Answered until the port is closed: balancers and people want to see what a stopping server does. */
const OBSERVED_WHILE_DRAINING = /^\/(?:health|metrics|v2\/health\/\w+|v2\/models\/.*\/ready)$/;

const LEFTOVER_LIMIT_MS = 1000;

/** Puts the routes on a Fastify instance. It does not listen. */
export async function buildApp(settings: ServerSettings, context: RouteContext): Promise<FastifyInstance> {
  const { certificate } = context;
  const http = {
    // Node swaps the two limits when the headers' is the larger one.
    headersTimeout: Math.min(settings.requestTimeoutMs, 60_000),
    // It looks every 30 s for requests that do not arrive; a stopping server cannot wait so long for them.
    connectionsCheckingInterval: Math.min(settings.requestTimeoutMs, 1000),
  };
  const app = fastify({
    // With a factory alone Fastify would call its address http.
    ...(certificate === undefined
      ? { http }
      : { https: {}, serverFactory: (handler: RequestListener) => certificate.createServer(http, handler) }),
    logger: settings.logger && (context.logTo === undefined ? true : { stream: context.logTo }),
    // Its own two lines for each request say less than ours.
    logController: new LogController({ requestIdLogLabel: "requestId", disableRequestLogging: true }),
    bodyLimit: settings.bodyLimitBytes,
    requestTimeout: settings.requestTimeoutMs,
    genReqId: ({ headers }) => requestIdOf(headers),
    return503OnClosing: false,
    // Closing waits for answers, for as long as `drainMs` and the requests take; Fastify's own limit of 10 s would end it.
    pluginTimeout: 0,
    clientErrorHandler: answerMalformedRequest,
    frameworkErrors: (error, request, reply) => {
      reply.headers(SAFE_HEADERS);
      sendError(new ModelwrightError("SERVER_BODY_INVALID", { problem: error.message }), request, reply);
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
  });
  readJsonBodies(app, settings);
  observeRequests(app, { ...context, isLogged: settings.logger });
  protectBrowsers(app, { isSecure: certificate !== undefined });
  allowOrigins(app, settings.allowOrigins);
  refuseWhileDraining(app, context);
  answerErrors(app, context);
  useHttpSchemas(app);
  app.decorate("servedNow", () => context.residency.current);
  app.decorate("reloadCertificate", async () => certificate?.reload());
  guardRoutes(app, context.access);
  serveOneState(app, context);
  nameCalls(app, { areNamed: context.isInside });
  openApiRoute(app, context);
  for (const addRoutes of ROUTES) addRoutes(app, context);
  closeGracefully(app, context);
  return app;
}

function refuseWhileDraining(app: FastifyInstance, { lifecycle }: RouteContext): void {
  app.addHook("onRequest", (request, reply, next) => {
    reply.header("x-request-id", request.id);
    if (lifecycle.isReady) return next();
    reply.header("connection", "close");
    if (OBSERVED_WHILE_DRAINING.test(request.url)) return next();
    sendError(new ModelwrightError("SERVER_SHUTTING_DOWN", {}), request, reply);
  });
  // A request that came before the draining began: its connection must not be used again.
  app.addHook("onSend", (_request, reply, _payload, next) => {
    if (!lifecycle.isReady) reply.header("connection", "close");
    next();
  });
}

function closeGracefully(app: FastifyInstance, { lifecycle }: RouteContext): void {
  app.server.on("connection", () => lifecycle.connected());
  let force: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    await lifecycle.drain();
    // Every request is answered. What is still open has not sent a whole header, and could keep the server for ever.
    force = setTimeout(() => app.server.closeAllConnections(), LEFTOVER_LIMIT_MS);
  });
  app.addHook("onClose", async () => clearTimeout(force));
}
