import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { sendError } from "../routes/error-replies.ts";

/** What scripts of other origins may read of an answer's headers, beside what the standard lets them read. */
const EXPOSED = [
  "x-request-id",
  "x-prediction-id",
  "x-model-arm",
  "retry-after",
  "www-authenticate",
  "traceparent",
  "inference-header-content-length",
].join(", ");

/** For so long browsers do not ask again whether they may ask. */
const PREFLIGHT_SECONDS = "600";

/**
 * Lets pages of some other origins ask (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): exactly these, with any
 * header, and never with cookies, of which the server has none. No page of another site changes anything unless it is let.
 *
 * @param origins Default of servers: none; then no answer has a header of CORS.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  const allowed = new Set(origins);
  const methods = new Set<string>();
  app.addHook("onRoute", ({ method }) => {
    for (const name of [method].flat()) methods.add(name);
  });
  app.addHook("onRequest", (request, reply, next) => {
    const { method, headers } = request;
    const { origin, "access-control-request-method": wanted, "access-control-request-headers": names } = headers;
    if (allowed.size > 0) reply.header("vary", "origin, access-control-request-headers");
    if (origin === undefined || !allowed.has(origin)) {
      // Browsers send some requests before they ask whether they may, such as POST without a body.
      if (headers["sec-fetch-site"] !== "cross-site" || method === "GET" || method === "HEAD" || method === "OPTIONS")
        return next();
      const denied = new ModelwrightError("ACCESS_ORIGIN_DENIED", { origin: (origin ?? "unknown").slice(0, 200) });
      sendError(denied, request, reply);
      return;
    }
    reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", EXPOSED);
    if (method !== "OPTIONS" || wanted === undefined) return next();
    reply
      .header("access-control-allow-methods", [...methods].sort().join(", "))
      .header("access-control-max-age", PREFLIGHT_SECONDS);
    if (names !== undefined) reply.header("access-control-allow-headers", names);
    reply.code(204).send();
  });
}
