export type { KeyRecord, KeyRing, KeyStore, NewKey, StoredKey } from "./access/key-store.ts";
export { isTokenOf, tokenId } from "./access/key-token.ts";
export type { AlertFilter, AlertFindings, AlertRecord, AlertStore, SettledAlerts } from "./alerts/alert-store.ts";
export {
  ANNOTATED_KINDS,
  type Annotated,
  type AnnotatedKind,
  type AnnotationStore,
  type Note,
  type Tags,
} from "./annotations/annotation-store.ts";
export type { Archivable, Archived, ArchiveStore } from "./archive/archive-store.ts";
export { requireInUse } from "./archive/select-archived.ts";
export type { Actor } from "./audit/actor.ts";
export type { AuditEntry, AuditFilter, AuditPage, AuditRecord, AuditStore } from "./audit/audit-store.ts";
export { registryPlace } from "./backends.ts";
export type { Backup, OnCopied } from "./backup/back-up.ts";
export type { BackupContent, BackupSummary } from "./backup/backup-folder.ts";
export { backUpRegistry, restoreRegistry } from "./backup/backup-registry.ts";
export {
  type AddedFeedback,
  FEEDBACK_KINDS,
  FEEDBACK_STATES,
  type FeedbackFilter,
  type FeedbackKind,
  type FeedbackRecord,
  type FeedbackState,
  type FeedbackStore,
  type JoinedFeedback,
  type NewFeedback,
} from "./feedback/feedback-store.ts";
export type { FileProblem, VersionKey } from "./files/file-store.ts";
export { collectGarbage, type Garbage, type GarbageOptions, type GarbagePiece } from "./garbage/collect-garbage.ts";
export { LEFTOVER_KINDS, type LeftoverKind } from "./garbage/leftover.ts";
export type { Lease, LeaseRecord, LeaseStore } from "./leases/lease-store.ts";
export {
  FEEDBACK_PARTS,
  type FeedbackPart,
  type FeedbackTally,
  type LearningRun,
  type LearntVersion,
  type LineageStore,
  type UsedFeedback,
} from "./lineage/lineage-store.ts";
export type { SchemaChange } from "./migrations/migrate.ts";
export { migrateRegistry, type OpenOptions, openRegistry } from "./open-registry.ts";
export {
  ARMS,
  type Arm,
  type Erasure,
  type PredictionFilter,
  type PredictionRecord,
  type PredictionStore,
  type PredictionTally,
} from "./predictions/prediction-store.ts";
export {
  type AliasMove,
  type ArtifactRecord,
  type GitState,
  type JsonValue,
  type MetricPoint,
  type ModelRecord,
  RUN_STATUSES,
  type RunFailure,
  type RunRecord,
  type RunSource,
  type RunStatus,
  type StoredRecipe,
  type VersionRecord,
} from "./records/record.ts";
export type { UnreadableRecord } from "./records/unreadable-record.ts";
export type { NewRun, NewVersion, Registry, RunEnd, RunFilter, RunPatch } from "./registry.ts";
export type { RegistryPlace, RegistryProbe, RegistryUrl } from "./registry-place.ts";
export type { Stores } from "./stores.ts";
export { armAt, isCompared, isShadowed, placeOf, type Requester, unitOf } from "./traffic/arms.ts";
export {
  type NewTrafficPolicy,
  TRAFFIC_GOALS,
  TRAFFIC_UNITS,
  type TrafficKind,
  type TrafficPolicy,
  type TrafficRules,
  type TrafficState,
  type TrafficUnit,
} from "./traffic/traffic-policy.ts";
export type { NextTraffic, TrafficChange, TrafficReason, TrafficStore } from "./traffic/traffic-store.ts";
export { requireTask } from "./versions/require-task.ts";
