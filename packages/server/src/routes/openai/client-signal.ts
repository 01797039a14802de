import type { ServerResponse } from "node:http";
import { ModelwrightError } from "@modelwright/contracts";

/** Aborts when the client leaves before the answer is out. */
export function clientSignal(response: ServerResponse): AbortSignal {
  const left = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) left.abort(new ModelwrightError("SERVER_CLIENT_GONE", {}));
  });
  return left.signal;
}
