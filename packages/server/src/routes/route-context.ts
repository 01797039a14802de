import type { RequestLimits } from "@modelwright/contracts";
import type { Answerer } from "../inference/answerer.ts";
import type { ServedModels } from "../inference/served-models.ts";
import type { TextService } from "../inference/text-service.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";

/** What the routes work with. */
export interface RouteContext {
  /** What is served now. */
  readonly models: () => ServedModels;
  readonly answerer: Answerer;
  readonly texts: TextService;
  readonly metrics: ServerMetrics;
  readonly lifecycle: Lifecycle;
  /** Whether requests can be answered: the server is not stopping, and a worker runs. */
  readonly isReady: () => boolean;
  readonly limits: RequestLimits;
  readonly bodyLimitBytes: number;
}
