import type { Runtime, SessionOptions } from "@modelwright/engine";

/** What runs a model, and on what. */
export interface Compute extends Pick<SessionOptions, "threads" | "executionProvider"> {
  readonly runtime: Runtime;
}
