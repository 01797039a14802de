import type { KeyTables } from "../access/key-tables.ts";
import type { AlertTables } from "../alerts/alert-tables.ts";
import type { AnnotationTables } from "../annotations/annotation-tables.ts";
import type { ArchiveTables } from "../archive/archive-tables.ts";
import type { AuditTables } from "../audit/audit-tables.ts";
import type { FeedbackTables } from "../feedback/feedback-tables.ts";
import type { LeaseTables } from "../leases/lease-tables.ts";
import type { LineageTables } from "../lineage/lineage-tables.ts";
import type { PredictionTables } from "../predictions/prediction-tables.ts";
import type { TrafficTables } from "../traffic/traffic-tables.ts";

/** The tables that `migrations/` makes, as Kysely sees them. JSON stands in `*_json`, times are ISO 8601 in UTC. */
export interface Tables
  extends KeyTables,
    PredictionTables,
    FeedbackTables,
    AlertTables,
    AuditTables,
    TrafficTables,
    LeaseTables,
    LineageTables,
    AnnotationTables,
    ArchiveTables {
  readonly runs: {
    readonly id: string;
    /** Of what stands in the row as JSON. */
    readonly format: number;
    readonly experiment: string;
    readonly status: string;
    readonly recipe_json: string;
    readonly recipe_sha256: string;
    readonly data_sha256: string | null;
    readonly sources_json: string | null;
    readonly seed: number;
    readonly environment_json: string;
    readonly git_json: string | null;
    readonly created_at: string;
    readonly finished_at: string | null;
    readonly summary_json: string | null;
    readonly metrics_json: string | null;
    readonly error_json: string | null;
  };
  readonly run_metrics: {
    readonly run_id: string;
    readonly name: string;
    readonly step: number;
    /** NULL is NaN, which SQLite cannot hold. */
    readonly value: number | null;
    readonly at: string;
  };
  readonly run_artifacts: {
    readonly run_id: string;
    readonly name: string;
    readonly sha256: string;
    readonly size_bytes: number;
    readonly created_at: string;
  };
  readonly registered_models: {
    readonly name: string;
    readonly created_at: string;
    /** Greatest version number ever given. */
    readonly last_version: number;
  };
  readonly model_versions: {
    readonly model: string;
    readonly version: number;
    readonly run_id: string;
    readonly manifest_json: string;
    readonly manifest_sha256: string;
    readonly created_at: string;
  };
  readonly model_aliases: {
    readonly model: string;
    readonly alias: string;
    readonly version: number;
  };
  readonly alias_moves: {
    readonly model: string;
    readonly alias: string;
    /** 1, 2, 3 … for each alias. */
    readonly ordinal: number;
    readonly kind: string;
    readonly from_version: number | null;
    readonly to_version: number | null;
    readonly at: string;
    readonly reason: string;
  };
  readonly schema_migrations: {
    readonly version: number;
    readonly name: string;
    readonly applied_at: string;
  };
}
