import type { FastifyInstance } from "fastify";
import { requireModel } from "../access/require-model.ts";
import type { ServedModels } from "../inference/served-models.ts";
import type { RouteContext } from "./route-context.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What is served, as it was when the request had arrived: the same from its first line to its last. */
    models: ServedModels;
  }
}

/**
 * Gives each request the models as they are when its body has arrived, and of them only those that its key is for; they are
 * kept in memory until it is over.
 */
export function serveOneState(app: FastifyInstance, { residency }: RouteContext): void {
  app.decorateRequest("models");
  app.addHook("preHandler", (request, reply, next) => {
    const { client } = request;
    const { models, leave } = residency.enter();
    // An injected request only finishes; one whose client leaves only closes.
    reply.raw.once("finish", leave);
    reply.raw.once("close", leave);
    request.models =
      client?.models === undefined
        ? models
        : models.only(client.models, (reference) => requireModel(client, reference));
    next();
  });
}
