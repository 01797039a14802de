import { type HttpSchema, ModelwrightError, openApiSchema } from "@modelwright/contracts";
import type { FastifyInstance, FastifySchema, FastifySchemaCompiler } from "fastify";
import { checked } from "./checked.ts";

/** What a route says about itself; from it come the check of requests and the OpenAPI document. */
export interface RouteDescription {
  readonly summary: string;
  readonly description?: string | undefined;
  readonly tag: "predictions" | "OpenAI" | "Open Inference Protocol v2" | "operations";
  readonly params?: HttpSchema;
  readonly query?: HttpSchema;
  readonly body?: HttpSchema;
  readonly responses: Readonly<Record<number, ResponseDescription>>;
}

export interface ResponseDescription {
  readonly description: string;
  readonly schema?: HttpSchema;
  /** Default `application/json`. */
  readonly contentType?: string;
}

/** Names of request parts in messages. */
const PART_NAMES: Readonly<Record<string, string>> = { body: "body", querystring: "query", params: "path" };

export function routeSchema(route: RouteDescription): FastifySchema {
  const { summary, description, tag, params, query, body, responses } = route;
  const examples = Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const { contentType = "application/json" } = response;
      const schema = response.schema === undefined ? { type: "string" } : openApiSchema(response.schema, "output");
      return [status, { description: response.description, content: { [contentType]: { schema } } }];
    }),
  );
  return {
    summary,
    tags: [tag],
    ...(description === undefined ? {} : { description }),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    response: examples,
  };
}

/** Lets Fastify check requests with the schemas of the routes. Answers are typed at compile time, and not checked again. */
export function useHttpSchemas(app: FastifyInstance): void {
  app.setValidatorCompiler<HttpSchema>(({ schema, httpPart }) => (value) => {
    try {
      return { value: checked(schema, value, PART_NAMES[httpPart ?? ""] ?? "request") };
    } catch (error) {
      if (error instanceof ModelwrightError) return { error };
      throw error;
    }
  });
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

/** The compiler of a route whose schemas only describe: which of them holds, the route knows when it has found the model. */
export const uncheckedByFastify: FastifySchemaCompiler<FastifySchema> = () => (value) => ({ value });

/** A route's schema as JSON Schema, for the OpenAPI document. */
export function documentedSchema(schema: FastifySchema): FastifySchema {
  const { params, querystring, body } = schema;
  return {
    ...schema,
    ...(params === undefined ? {} : { params: openApiSchema(params as HttpSchema, "input") }),
    ...(querystring === undefined ? {} : { querystring: openApiSchema(querystring as HttpSchema, "input") }),
    ...(body === undefined ? {} : { body: openApiSchema(body as HttpSchema, "input") }),
  };
}
