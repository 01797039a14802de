export type {
  AliasMove,
  ArtifactRecord,
  JsonValue,
  MetricPoint,
  ModelRecord,
  RunFailure,
  RunRecord,
  RunStatus,
  VersionRecord,
} from "./records/record.ts";
export type { NewRun, NewVersion, Registry, RunEnd, RunFilter, RunPatch } from "./registry.ts";
export { openRegistry } from "./sqlite/open-sqlite-registry.ts";
export { requireTask } from "./versions/require-task.ts";
