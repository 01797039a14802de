import { PLAYGROUND_POLICY, playgroundPage } from "@modelwright/pages";
import type { FastifyInstance } from "fastify";
import type { ServedModels } from "../inference/served-models.ts";
import { routeSchema } from "./route-schema.ts";

export function playgroundRoute(app: FastifyInstance): void {
  const schema = routeSchema({
    summary: "A page to try the models by hand",
    needs: "read",
    tag: "operations",
    responses: { 200: { description: "HTML", contentType: "text/html" } },
  });
  const pages = new WeakMap<ServedModels, string>();
  app.get("/", { schema }, ({ models }, reply) => {
    const page = pages.get(models) ?? pageOf(models);
    pages.set(models, page);
    return reply.type("text/html; charset=utf-8").header("content-security-policy", PLAYGROUND_POLICY).send(page);
  });
}

function pageOf({ all, tasks }: ServedModels): string {
  return playgroundPage({
    tasks,
    examples: all.map(({ key, examples }) => [key, examples]),
    reports: all.flatMap(({ key, report }) => (report === undefined ? [] : [key])),
    writers: all.flatMap(({ key, writes }) => (writes === undefined ? [] : [[key, writes] as const])),
  });
}
