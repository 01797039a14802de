import { ModelwrightError } from "@modelwright/contracts";
import type { FastifyRequest } from "fastify";
import type { RequestTerms } from "../batching/batcher.ts";
import type { RequestWatch } from "../monitoring/request-watch.ts";

/** What a request asks of its way through the queue, and who is told of it. */
export interface WatchedTerms extends Required<Pick<RequestTerms, "client" | "timeoutMs">> {
  readonly watch: RequestWatch;
}

/** In which a request must be answered, in milliseconds. */
const TIMEOUT_HEADER = "x-request-timeout-ms";

/**
 * Whose request it is, by its key, otherwise by its address, and by when it must be answered. Clients share the models evenly.
 *
 * @param timeoutMicros What the body says, as Triton's schedule policy does; 0 and nothing: no limit of its own. The shorter limit holds.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` for a header that is no whole number above zero.
 */
export function termsOf(request: FastifyRequest, timeoutMicros?: number | null): WatchedTerms {
  const header = request.headers[TIMEOUT_HEADER];
  if (header !== undefined && !/^[1-9]\d{0,15}$/.test(String(header))) {
    throw new ModelwrightError("SERVER_REQUEST_INVALID", {
      path: TIMEOUT_HEADER,
      rule: "must be a whole number of milliseconds above zero",
      got: JSON.stringify(String(header).slice(0, 100)),
    });
  }
  const given = [header === undefined ? 0 : Number(header), (timeoutMicros ?? 0) / 1000].filter((ms) => ms > 0);
  const { answerBy } = request;
  const limits = answerBy === undefined ? given : [...given, Math.max(1, answerBy - performance.now())];
  return {
    client: request.client?.id ?? request.ip,
    timeoutMs: limits.length === 0 ? undefined : Math.min(...limits),
    watch: request.watch,
  };
}
