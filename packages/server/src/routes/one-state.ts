import type { FastifyInstance } from "fastify";
import type { ServedModels } from "../inference/served-models.ts";
import type { RouteContext } from "./route-context.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What is served, as it was when the request had arrived: the same from its first line to its last. */
    models: ServedModels;
  }
}

/** Gives each request the models as they are when its body has arrived. */
export function serveOneState(app: FastifyInstance, { models }: RouteContext): void {
  app.decorateRequest("models");
  app.addHook("preHandler", (request, _, next) => {
    request.models = models();
    next();
  });
}
