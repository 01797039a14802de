import { type HttpSchema, openApiSchema, type TaskName } from "@modelwright/contracts";
import { SERVER_VERSION } from "../server-version.ts";
import type { ResponseDescription, RouteDescription } from "./route-schema.ts";

/** A route, as Fastify knows it and as it describes itself. */
export interface DocumentedRoute {
  readonly method: string;
  /** With `:name` for a parameter. */
  readonly url: string;
  readonly describe: (tasks: readonly TaskName[]) => RouteDescription;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

const HEAD = {
  openapi: "3.1.0",
  info: {
    title: "Modelwright",
    version: SERVER_VERSION,
    description: "Predictions of the loaded models, over a plain route and over the Open Inference Protocol v2.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  servers: [{ url: "/", description: "Where this document lies" }],
  components: {
    securitySchemes: {
      key: {
        type: "http",
        scheme: "bearer",
        description: "A key of `modelwright keys create`; while there is none, none is asked for",
      },
    },
  },
  tags: [
    { name: "predictions", description: "Items in, answers out" },
    { name: "OpenAI", description: "As OpenAI's clients ask for texts" },
    { name: "Open Inference Protocol v2", description: "The protocol that Triton and KServe speak" },
    { name: "operations", description: "For people and machines that look after the server" },
  ],
};

/** OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0) of a server whose models have these tasks. */
export function openApiDocument(routes: readonly DocumentedRoute[], tasks: readonly TaskName[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, url, describe } of routes) {
    const path = url.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(method, url, describe(tasks)) };
  }
  return { ...HEAD, paths };
}

function operation(method: string, url: string, route: RouteDescription): object {
  const { summary, needs, description, tag, params, query, body, responses } = route;
  const parameters = [...parametersOf("query", query), ...parametersOf("path", params)];
  return {
    operationId: operationId(method, url),
    summary,
    tags: [tag],
    security: needs === "nothing" ? [] : [{ key: [needs] }],
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBody(openApiSchema(body, "input")) }),
    responses: Object.fromEntries(Object.entries(responses).map(([status, given]) => [status, answer(given)])),
  };
}

function parametersOf(place: "query" | "path", schema: HttpSchema | undefined): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = openApiSchema(schema, "input") as JsonSchema;
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description === undefined ? {} : { description }),
    ...withExamples(rest),
  }));
}

function requestBody(schema: JsonSchema): object {
  const { description } = schema;
  return {
    required: true,
    ...(description === undefined ? {} : { description }),
    content: { "application/json": withExamples(schema) },
  };
}

/** A schema, with its examples beside it: tools that show them look there. */
function withExamples({ examples = [], ...schema }: JsonSchema): object {
  const [first, ...others] = examples;
  if (first === undefined) return { schema };
  if (others.length === 0) return { schema, example: first };
  return {
    schema,
    examples: Object.fromEntries(examples.map((value, index) => [`example${index + 1}`, { value }])),
  };
}

function answer({ description, schema, contentType = "application/json", isEmpty }: ResponseDescription): object {
  if (isEmpty) return { description };
  const content = schema === undefined ? { type: "string" } : openApiSchema(schema, "output");
  return { description, content: { [contentType]: { schema: content } } };
}

/** A name for functions that programs make of the document: `getV2ModelsNameReady`. */
function operationId(method: string, url: string): string {
  const words = url.match(/[A-Za-z0-9]+/g) ?? [];
  return [method.toLowerCase(), ...words.map((word) => word[0]!.toUpperCase() + word.slice(1))].join("");
}
