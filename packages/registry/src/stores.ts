import type { KeyStore } from "./access/key-store.ts";
import type { AlertStore } from "./alerts/alert-store.ts";
import type { AnnotationStore } from "./annotations/annotation-store.ts";
import type { ArchiveStore } from "./archive/archive-store.ts";
import type { AuditStore } from "./audit/audit-store.ts";
import type { FeedbackStore } from "./feedback/feedback-store.ts";
import type { LeaseStore } from "./leases/lease-store.ts";
import type { LineageStore } from "./lineage/lineage-store.ts";
import type { PredictionStore } from "./predictions/prediction-store.ts";
import type { TrafficStore } from "./traffic/traffic-store.ts";

/** Records beside runs and versions: each kind in a folder of its own, with its tables and its contract. */
export interface Stores {
  readonly keys: KeyStore;
  readonly predictions: PredictionStore;
  readonly feedback: FeedbackStore;
  readonly alerts: AlertStore;
  readonly audit: AuditStore;
  readonly traffic: TrafficStore;
  readonly leases: LeaseStore;
  readonly lineage: LineageStore;
  readonly annotations: AnnotationStore;
  readonly archive: ArchiveStore;
}
