import type { ItemOf, RequestLimits, TaskName } from "@modelwright/contracts";
import type { Answerer } from "../inference/answerer.ts";
import type { ServedModels } from "../inference/served-models.ts";
import type { TextService } from "../inference/text-service.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";

/** What the routes work with. */
export interface RouteContext {
  readonly models: ServedModels;
  /** Items to try each model with, by its key. */
  readonly examples: ReadonlyMap<string, readonly ItemOf<TaskName>[]>;
  /** Paths of the reports of versions that have one, by their key. */
  readonly reports: ReadonlyMap<string, string>;
  /** What models write, by their key, as far as they write. */
  readonly writers: ReadonlyMap<string, "text" | "conversation">;
  readonly answerer: Answerer;
  readonly texts: TextService;
  readonly metrics: ServerMetrics;
  readonly lifecycle: Lifecycle;
  /** Whether requests can be answered: the server is not stopping, and a worker runs. */
  readonly isReady: () => boolean;
  readonly limits: RequestLimits;
  readonly bodyLimitBytes: number;
}
