import type { HttpSchema } from "@modelwright/contracts";
import type { ResponseDescription } from "./route-schema.ts";

/** What a route may answer that runs items in batches, where it does not run them. */
export function overloadResponses(schema: HttpSchema): Readonly<Record<number, ResponseDescription>> {
  return {
    422: { description: "An item ended the thread that ran it, and is refused for a while", schema },
    429: { description: "The client has more in the queue than its share; see retry-after", schema },
    503: { description: "Overloaded (see retry-after), or shutting down", schema },
    504: { description: "Not answered in time", schema },
  };
}
