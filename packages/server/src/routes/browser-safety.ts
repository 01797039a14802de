import { isIP } from "node:net";
import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyInstance } from "fastify";
import { sendError } from "./error-replies.ts";

/**
 * Sent with every answer: none of them is a page of another type than it says, runs or loads anything, stands in the frame
 * or among the images of another site, tells where it came from, or is to be kept. Pages have a policy of their own.
 */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** For a year browsers ask this name by HTTPS alone. */
const STRICT_TRANSPORT = "max-age=31536000";

/** @param options.isSecure Whether the server answers by HTTPS. */
export function protectBrowsers(app: FastifyInstance, { isSecure }: { readonly isSecure: boolean }): void {
  app.addHook("onRequest", ({ headers: { host } }, reply, next) => {
    for (const name in SAFE_HEADERS) reply.header(name, SAFE_HEADERS[name]);
    // It would hold for every port of localhost, and of others for addresses not at all.
    if (isSecure && host !== undefined && !isOwnName(host)) reply.header("strict-transport-security", STRICT_TRANSPORT);
    next();
  });
}

/**
 * Refuses names that a page of another site may have made point to this machine (DNS rebinding): a server that listens on loopback only is asked
 * for by an address, or as localhost.
 *
 * @param host What the server is told to listen on. Others than loopback stand behind names that it does not know.
 */
export function refuseOtherNames(app: FastifyInstance, host: string): void {
  if (!isLoopback(host)) return;
  app.addHook("onRequest", (request, reply, next) => {
    const name = request.headers.host;
    if (name === undefined || isOwnName(name)) return next();
    sendError(new ModelwrightError("SERVER_HOST_UNKNOWN", { got: name.slice(0, 200) }), request, reply);
  });
}

/** Whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Whether a Host header is an address or localhost, with or without a port. */
function isOwnName(header: string): boolean {
  const name = header
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || isIP(name) !== 0;
}
