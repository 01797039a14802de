import type { RequestLimits } from "@modelwright/contracts";
import type { Registry } from "@modelwright/registry";
import type { Access } from "../access/guard-routes.ts";
import type { Answerer } from "../inference/answerer.ts";
import type { TextService } from "../inference/text-service.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { InferenceStatistics } from "../monitoring/inference-statistics.ts";
import type { ServerMetrics } from "../monitoring/server-metrics.ts";
import type { Tracing } from "../monitoring/tracing.ts";
import type { Recorder } from "../recording/recorder.ts";
import type { Residency } from "../residency/residency.ts";
import type { CertificateHolder } from "../tls/certificate-holder.ts";
import type { TrafficRouter } from "../traffic/traffic-router.ts";

/** What the routes work with. */
export interface RouteContext {
  readonly residency: Residency;
  readonly registry: Registry;
  readonly answerer: Answerer;
  readonly texts: TextService;
  readonly recorder: Recorder;
  readonly metrics: ServerMetrics;
  readonly statistics: InferenceStatistics;
  readonly router: TrafficRouter;
  /** Absent: requests are not traced. */
  readonly tracing?: Tracing | undefined;
  /** Where lines of the log go. Default: stdout. */
  readonly logTo?: { write(line: string): void } | undefined;
  /** Absent: answers go by HTTP. */
  readonly certificate?: CertificateHolder | undefined;
  readonly lifecycle: Lifecycle;
  /** Whether requests can be answered: the server is not stopping, and a worker runs. */
  readonly isReady: () => boolean;
  readonly access: Access;
  /** Whether requests come from this process alone, and name their predictions. */
  readonly isInside: boolean;
  readonly limits: RequestLimits;
  readonly bodyLimitBytes: number;
  /** In which a request must be answered that does not say otherwise. */
  readonly requestTimeoutMs: number;
  /** Whether requests may load and unload models. */
  readonly allowLoading: boolean;
}
