import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { SERVER_VERSION } from "../server-version.ts";
import { documentedSchema, routeSchema } from "./route-schema.ts";

/** Must come before the routes that it is to describe. */
export async function openApiRoute(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Modelwright",
        version: SERVER_VERSION,
        description: "Predictions of the loaded models, over a plain route and over the Open Inference Protocol v2.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/", description: "Where this document lies" }],
      // No route asks who calls: that is for what stands in front of the server.
      security: [],
      tags: [
        { name: "predictions", description: "Items in, answers out" },
        { name: "OpenAI", description: "As OpenAI's clients ask for texts" },
        { name: "Open Inference Protocol v2", description: "The protocol that Triton and KServe speak" },
        { name: "operations", description: "For people and machines that look after the server" },
      ],
    },
    transform: ({ schema, url, route }) => ({
      schema: { ...documentedSchema(schema ?? {}), operationId: operationId(String(route.method), url) },
      url,
    }),
  });
  const schema = routeSchema({
    summary: "This document",
    tag: "operations",
    responses: { 200: { description: "OpenAPI 3.1", contentType: "application/json" } },
  });
  app.get("/openapi.json", { schema }, () => app.swagger());
}

/** A name for functions that programs make of the document: `getV2ModelsNameReady`. */
function operationId(method: string, url: string): string {
  const words = url.match(/[A-Za-z0-9]+/g) ?? [];
  return [method.toLowerCase(), ...words.map((word) => word[0]!.toUpperCase() + word.slice(1))].join("");
}
