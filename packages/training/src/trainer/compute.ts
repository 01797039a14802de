import type { Runtime, SessionOptions } from "@modelwright/engine";

/** What runs a model, and on what. */
export interface Compute extends Pick<SessionOptions, "threads" | "executionProvider"> {
  readonly runtime: Runtime;
}

/** Whether operators that an execution provider cannot run are run on the CPU, or refused before training starts. */
export type CpuFallback = "warn" | "refuse";
