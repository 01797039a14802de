import { randomUUID } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";
import fastify, { type FastifyInstance } from "fastify";
import { observeRequests } from "./monitoring/observe-requests.ts";
import { answerErrors, sendError } from "./routes/error-replies.ts";
import { inferRoutes } from "./routes/infer.ts";
import { inferenceHealthRoutes } from "./routes/inference-health.ts";
import { inferenceMetadataRoutes } from "./routes/inference-metadata.ts";
import { listModelsRoute } from "./routes/list-models.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { openApiRoute } from "./routes/openapi.ts";
import { playgroundRoute } from "./routes/playground.ts";
import { predictRoute } from "./routes/predict.ts";
import type { RouteContext } from "./routes/route-context.ts";
import { useHttpSchemas } from "./routes/route-schema.ts";
import type { ServerSettings } from "./server-options.ts";

const ROUTES = [
  listModelsRoute,
  predictRoute,
  inferenceHealthRoutes,
  inferenceMetadataRoutes,
  inferRoutes,
  metricsRoute,
  playgroundRoute,
];

/** Answered until the port is closed: balancers and people want to see what a stopping server does. */
const OBSERVED_WHILE_DRAINING = /^\/(?:metrics|v2\/health\/\w+|v2\/models\/.*\/ready)$/;

/** Puts the routes on a Fastify instance. It does not listen. */
export async function buildApp(settings: ServerSettings, context: RouteContext): Promise<FastifyInstance> {
  const app = fastify({
    logger: settings.logger,
    bodyLimit: settings.bodyLimitBytes,
    requestTimeout: settings.requestTimeoutMs,
    genReqId: () => randomUUID(),
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
  });
  app.removeContentTypeParser("text/plain");
  observeRequests(app, context);
  refuseWhileDraining(app, context);
  answerErrors(app, settings);
  useHttpSchemas(app);
  await openApiRoute(app);
  for (const addRoutes of ROUTES) addRoutes(app, context);
  app.addHook("preClose", () => context.lifecycle.drain());
  return app;
}

function refuseWhileDraining(app: FastifyInstance, { lifecycle }: RouteContext): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    if (lifecycle.isReady) return;
    reply.header("connection", "close");
    if (OBSERVED_WHILE_DRAINING.test(request.url)) return;
    return sendError(new ModelwrightError("SERVER_SHUTTING_DOWN", {}), request, reply);
  });
  // A request that came before the draining began: its connection must not be used again.
  app.addHook("onSend", async (_, reply) => {
    if (!lifecycle.isReady) reply.header("connection", "close");
  });
}
