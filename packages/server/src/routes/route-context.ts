import type { RequestLimits } from "@modelwright/contracts";
import type { Batcher } from "../batching/batcher.ts";
import type { ServedModels } from "../inference/served-models.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";

/** What the routes work with. */
export interface RouteContext {
  readonly models: ServedModels;
  readonly batcher: Batcher<Float64Array>;
  readonly metrics: ServerMetrics;
  readonly lifecycle: Lifecycle;
  readonly limits: RequestLimits;
}
