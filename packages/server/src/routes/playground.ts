import { PLAYGROUND_POLICY, playgroundPage } from "@modelwright/pages";
import type { FastifyInstance } from "fastify";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

export function playgroundRoute(app: FastifyInstance, { models, examples, reports, writers }: RouteContext): void {
  const page = playgroundPage({
    tasks: models.tasks,
    examples: [...examples],
    reports: [...reports.keys()],
    writers: [...writers],
  });
  const schema = routeSchema({
    summary: "A page to try the models by hand",
    tag: "operations",
    responses: { 200: { description: "HTML", contentType: "text/html" } },
  });
  app.get("/", { schema }, (_, reply) =>
    reply.type("text/html; charset=utf-8").header("content-security-policy", PLAYGROUND_POLICY).send(page),
  );
}
