import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** What a header, a line of a log and a query for one can hold without being quoted. */
const SANE = /^[\w.:/+=@-]{1,128}$/;

/** The client's own id of a request, where it is one; otherwise a new one. */
export function requestIdOf({ "x-request-id": given }: IncomingHttpHeaders): string {
  return typeof given === "string" && SANE.test(given) ? given : randomUUID();
}
