import { PLAYGROUND_POLICY, playgroundData, playgroundPage } from "@modelwright/pages";
import type { FastifyInstance } from "fastify";
import { routeSchema } from "./route-schema.ts";

export function playgroundRoutes(app: FastifyInstance): void {
  const page = routeSchema({
    summary: "A page to try the models by hand, the same for everybody",
    // It asks its reader for a key, and with that for all that it shows.
    needs: "nothing",
    tag: "operations",
    responses: { 200: { description: "HTML", contentType: "text/html" } },
  });
  const text = playgroundPage();
  app.get("/", { schema: page }, (_request, reply) =>
    reply.type("text/html; charset=utf-8").header("content-security-policy", PLAYGROUND_POLICY).send(text),
  );

  const data = routeSchema({
    summary: "What that page shows of the models: examples, reports, tasks",
    needs: "read",
    tag: "operations",
    responses: { 200: { description: "Of the models that the key is for" } },
  });
  app.get("/playground.json", { schema: data }, ({ models, client }) => {
    const seen = models.all.filter(({ record }) => client?.models?.includes(record.name) ?? true);
    return playgroundData({
      tasks: [...new Set(seen.map(({ record }) => record.manifest.task))],
      examples: seen.map(({ key, examples }) => [key, examples]),
      reports: seen.flatMap(({ key, report }) => (report === undefined ? [] : [key])),
      writers: seen.flatMap(({ key, writes }) => (writes === undefined ? [] : [[key, writes] as const])),
    });
  });
}
