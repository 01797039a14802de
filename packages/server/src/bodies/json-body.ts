import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { decodeBody, textOf } from "./decode-body.ts";

const JSON_TYPE = "application/json";

/**
 * Reads every body as JSON, also one that is not announced as anything: some clients announce nothing.
 *
 * A body in another charset than UTF-8, or of bytes that are not UTF-8, is refused.
 */
export function readJsonBodies(app: FastifyInstance, { bodyLimitBytes }: { readonly bodyLimitBytes: number }): void {
  const parse = jsonParser(app);
  readBodies(app, async (request, body) => {
    requireType(request, [JSON_TYPE]);
    return parse(request, textOf(await decodeBody(request, body, bodyLimitBytes)));
  });
}

/** Replaces every way in which an application, or a part of it, reads bodies. A route that does not exist reads none. */
export function readBodies(
  app: FastifyInstance,
  read: (request: FastifyRequest, body: Buffer) => Promise<unknown>,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) =>
    request.is404 ? undefined : read(request, body),
  );
}

/** Fastify's own JSON parser, which refuses keys that would change prototypes. */
export function jsonParser(app: FastifyInstance): (request: FastifyRequest, text: string) => unknown {
  const parse = app.getDefaultJsonParser("error", "error");
  return (request, text) => {
    let result: { readonly error: Error | null; readonly value?: unknown } | undefined;
    void parse(request, text, (error, value) => {
      result = { error, value };
    });
    if (result?.error) throw result.error;
    return result?.value;
  };
}

/** @throws {ModelwrightError} `SERVER_CONTENT_TYPE` when the body is announced as something else, or in another charset than UTF-8. */
export function requireType(request: FastifyRequest, accepted: readonly string[]): void {
  const header = request.headers["content-type"];
  if (header === undefined) return;
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(header)?.[1] ?? "utf-8";
  if (accepted.includes(request.mediaType ?? "") && /^utf-?8$/i.test(charset)) return;
  throw new ModelwrightError("SERVER_CONTENT_TYPE", { got: JSON.stringify(header.slice(0, 100)), accepted });
}
