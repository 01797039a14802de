import type { FastifyInstance } from "fastify";
import type { ServedModels } from "../inference/served-models.ts";
import type { RouteContext } from "./route-context.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What is served, as it was when the request had arrived: the same from its first line to its last. */
    models: ServedModels;
  }
}

/** Gives each request the models as they are when its body has arrived, and keeps them in memory until it is over. */
export function serveOneState(app: FastifyInstance, { residency }: RouteContext): void {
  app.decorateRequest("models");
  app.addHook("preHandler", (request, reply, next) => {
    const { models, leave } = residency.enter();
    request.models = models;
    // An injected request only finishes; one whose client leaves only closes.
    reply.raw.once("finish", leave);
    reply.raw.once("close", leave);
    next();
  });
}
