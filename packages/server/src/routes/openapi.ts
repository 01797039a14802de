import {
  errorBodySchema,
  modelParamsSchema,
  openApiDocumentSchema,
  type TaskName,
  taskNames,
} from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { modelDocument } from "./model-document.ts";
import { type DocumentedRoute, openApiDocument } from "./openapi-document.ts";
import type { RouteContext } from "./route-context.ts";
import { routeSchema } from "./route-schema.ts";

/** Must come before the routes that it is to describe. */
export function openApiRoute(app: FastifyInstance, { limits }: Pick<RouteContext, "limits">): void {
  const routes: DocumentedRoute[] = [];
  app.addHook("onRoute", ({ method, url, schema }) => {
    if (schema?.describe !== undefined && method !== "HEAD")
      routes.push({ method: String(method), url, describe: schema.describe });
  });
  const schema = routeSchema({
    summary: "This document",
    needs: "read",
    tag: "operations",
    responses: { 200: { description: "OpenAPI 3.1", contentType: "application/json" } },
  });
  const made = new Map<string, object>();
  app.get("/openapi.json", { schema }, ({ models: { tasks } }) => {
    const document = made.get(tasks.join()) ?? openApiDocument(routes, described(tasks));
    made.clear();
    made.set(tasks.join(), document);
    return document;
  });
  const ofModel = routeSchema({
    summary: "The document of one model: its own labels and columns",
    needs: "read",
    tag: "predictions",
    params: modelParamsSchema,
    responses: {
      200: { description: "OpenAPI 3.1", schema: openApiDocumentSchema },
      404: { description: "The model is not loaded", schema: errorBodySchema },
    },
  });
  app.get<{ Params: { name: string } }>("/v1/models/:name/openapi.json", { schema: ofModel }, ({ models, params }) =>
    modelDocument(routes, models.find(params.name), { reference: params.name, limits }),
  );
}

/** While nothing is served, anything may come. */
function described(tasks: readonly TaskName[]): readonly TaskName[] {
  return tasks.length === 0 ? taskNames : tasks;
}
