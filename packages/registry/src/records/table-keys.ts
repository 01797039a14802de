import type { Tables } from "./tables.ts";

/** The tables that hold records; what was done to the schema is the database's own affair. */
export type RecordTable = Exclude<keyof Tables, "schema_migrations">;

/** Every table with its primary key, each table after those that it refers to: in this order rows can be inserted. */
export const TABLE_KEYS = {
  runs: ["id"],
  run_metrics: ["run_id", "name", "step"],
  run_artifacts: ["run_id", "name"],
  registered_models: ["name"],
  model_versions: ["model", "version"],
  model_aliases: ["model", "alias"],
  alias_moves: ["model", "alias", "ordinal"],
  access_keys: ["id"],
  predictions: ["id"],
  feedback: ["id"],
  alerts: ["id"],
  audit: ["ordinal"],
  traffic_changes: ["model", "ordinal"],
  leases: ["name"],
  run_feedback: ["run_id", "feedback"],
  tags: ["kind", "subject", "name"],
  notes: ["kind", "subject", "ordinal"],
  archive: ["model", "version"],
} as const satisfies { readonly [Table in RecordTable]: readonly (keyof Tables[Table])[] };

export const RECORD_TABLES = Object.keys(TABLE_KEYS) as readonly RecordTable[];
