import type { RequestWatch } from "./request-watch.ts";
import type { TraceContext } from "./trace-context.ts";

/** What a request was, when it is over. */
export interface RequestFacts {
  readonly requestId: string;
  readonly method: string;
  /** The pattern of its path; absent: there is none. */
  readonly route?: string;
  /** 499: the client left before the answer. */
  readonly status: number;
  readonly durationMs: number;
  readonly model?: string;
  readonly version?: number;
  readonly items?: number;
  /** How long its items waited for a batch, the first of them. */
  readonly queueMs?: number;
  /** From there to the answer. */
  readonly computeMs?: number;
  /** Of the error that it was answered with. */
  readonly code?: string;
}

/** A request in a trace. */
export interface RequestSpan {
  readonly context: TraceContext;
  readonly end: (facts: RequestFacts, watch: RequestWatch) => void;
}

/** Keeps spans of requests. */
export interface Tracing {
  /** @param parent Where the client is in its trace; undefined: the request begins one. */
  begin(parent: TraceContext | undefined, watch: RequestWatch): RequestSpan;
  /** Sends what is left. */
  close(): Promise<void>;
}
