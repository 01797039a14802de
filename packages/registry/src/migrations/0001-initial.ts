import type { Migration } from "./migration.ts";

/** Runs, metrics, artifacts, models, versions and aliases. Column types are those that SQLite and PostgreSQL share. */
export const initial: Migration = {
  version: 1,
  name: "initial",
  async up(database, { text }) {
    const schema = database.schema;
    await schema
      .createTable("runs")
      .addColumn("id", text, (column) => column.primaryKey().notNull())
      .addColumn("experiment", text, (column) => column.notNull())
      .addColumn("status", text, (column) => column.notNull())
      .addColumn("recipe_json", text, (column) => column.notNull())
      .addColumn("recipe_sha256", text, (column) => column.notNull())
      .addColumn("data_sha256", text)
      .addColumn("seed", "bigint", (column) => column.notNull())
      .addColumn("environment_json", text, (column) => column.notNull())
      .addColumn("created_at", text, (column) => column.notNull())
      .addColumn("finished_at", text)
      .addColumn("summary_json", text)
      .addColumn("metrics_json", text)
      .addColumn("error_json", text)
      .execute();
    await schema.createIndex("runs_by_experiment").on("runs").columns(["experiment", "created_at"]).execute();
    await schema
      .createTable("run_metrics")
      .addColumn("run_id", text, (column) => column.notNull().references("runs.id"))
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("step", "bigint", (column) => column.notNull())
      .addColumn("value", "double precision")
      .addColumn("at", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("run_metrics_key", ["run_id", "name", "step"])
      .execute();
    await schema
      .createTable("run_artifacts")
      .addColumn("run_id", text, (column) => column.notNull().references("runs.id"))
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("sha256", text, (column) => column.notNull())
      .addColumn("size_bytes", "bigint", (column) => column.notNull())
      .addColumn("created_at", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("run_artifacts_key", ["run_id", "name"])
      .execute();
    await schema
      .createTable("registered_models")
      .addColumn("name", text, (column) => column.primaryKey().notNull())
      .addColumn("created_at", text, (column) => column.notNull())
      .addColumn("last_version", "integer", (column) => column.notNull())
      .execute();
    await schema
      .createTable("model_versions")
      .addColumn("model", text, (column) => column.notNull().references("registered_models.name"))
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("run_id", text, (column) => column.notNull().references("runs.id"))
      .addColumn("manifest_json", text, (column) => column.notNull())
      .addColumn("manifest_sha256", text, (column) => column.notNull())
      .addColumn("created_at", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("model_versions_key", ["model", "version"])
      .execute();
    await schema
      .createTable("model_aliases")
      .addColumn("model", text, (column) => column.notNull())
      .addColumn("alias", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("model_aliases_key", ["model", "alias"])
      .addForeignKeyConstraint("model_aliases_version", ["model", "version"], "model_versions", ["model", "version"])
      .execute();
    // No foreign key to versions: the history of an alias outlives the versions it pointed at.
    await schema
      .createTable("alias_moves")
      .addColumn("model", text, (column) => column.notNull().references("registered_models.name"))
      .addColumn("alias", text, (column) => column.notNull())
      .addColumn("ordinal", "integer", (column) => column.notNull())
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("from_version", "integer")
      .addColumn("to_version", "integer")
      .addColumn("at", text, (column) => column.notNull())
      .addColumn("reason", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("alias_moves_key", ["model", "alias", "ordinal"])
      .execute();
  },
};
