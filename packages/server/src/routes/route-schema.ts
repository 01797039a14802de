import { type HttpSchema, ModelwrightError, type Permission, type TaskName } from "@modelwright/contracts";
import type { FastifyInstance, FastifySchema } from "fastify";
import type { CountItems } from "../access/count-items.ts";
import { checked } from "./checked.ts";

/** What a route says about itself, whatever is served. */
export interface RouteHead {
  readonly summary: string;
  /** What whoever asks must be allowed to do. */
  readonly needs: Permission | "nothing";
  /** How many items a request asks for. Default: one. */
  readonly items?: CountItems;
  readonly tag: "predictions" | "OpenAI" | "Open Inference Protocol v2" | "operations";
  readonly params?: HttpSchema;
}

/** What a route takes and gives. */
export interface RouteParts {
  readonly description?: string | undefined;
  readonly query?: HttpSchema;
  readonly body?: HttpSchema;
  readonly responses: Readonly<Record<number, ResponseDescription>>;
}

/** From it come the check of requests and the OpenAPI document. */
export interface RouteDescription extends RouteHead, RouteParts {}

export interface ResponseDescription {
  readonly description: string;
  readonly schema?: HttpSchema;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Whether the answer has no body. */
  readonly isEmpty?: boolean;
}

declare module "fastify" {
  interface FastifySchema {
    /** For the OpenAPI document, which is made when it is asked for: of a server whose models have these tasks. */
    readonly describe?: (tasks: readonly TaskName[]) => RouteDescription;
  }
}

/** Names of request parts in messages. */
const PART_NAMES: Readonly<Record<string, string>> = { body: "body", querystring: "query", params: "path" };

/** The schema of a route whose requests are checked before it gets them. */
export function routeSchema(route: RouteDescription): FastifySchema {
  const { params, query, body } = route;
  return {
    describe: () => route,
    ...guarded(route),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
  };
}

/** The schema of a route that checks its requests itself: by what, it knows when it has found the model. */
export function describedSchema(head: RouteHead, parts: (tasks: readonly TaskName[]) => RouteParts): FastifySchema {
  return { describe: (tasks) => ({ ...head, ...parts(tasks) }), ...guarded(head) };
}

function guarded({ needs, items }: RouteHead): Pick<FastifySchema, "needs" | "items"> {
  return { needs, ...(items === undefined ? {} : { items }) };
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
}
