import type { ModelwrightError } from "@modelwright/contracts";

/** Nobody watches a screen for longer than this; whoever is asked to is told so. */
const LONGEST_WAIT_MS = 60_000;

/** Answers that pass: too many requests, and a server or gateway in trouble. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the same request may be answered in a moment. */
export function retriedLater({ status }: Response): boolean {
  return PASSING.has(status);
}

/**
 * Milliseconds until the next try.
 *
 * @param otherwise Where the answer does not say.
 * @param error Thrown where the answer asks for more time than anybody waits.
 */
export function waitAsked(response: Response, otherwise: number, error: ModelwrightError): number {
  const asked = secondsAsked(response);
  if (asked === undefined) return otherwise;
  if (asked * 1000 > LONGEST_WAIT_MS) throw error;
  return asked * 1000;
}

/**
 * Seconds that an answer asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or `t` of
 * the `RateLimit` field that the hub sends (draft-ietf-httpapi-ratelimit-headers).
 */
export function secondsAsked({ headers }: Response): number | undefined {
  const after = headers.get("retry-after");
  if (after !== null && /^\d+$/.test(after)) return Number(after);
  const at = after === null ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(at)) return Math.max(0, Math.ceil((at - Date.now()) / 1000));
  const limit = /;\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1];
  return limit === undefined ? undefined : Number(limit);
}
