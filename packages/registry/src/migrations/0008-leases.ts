import type { Migration } from "./migration.ts";

/** Work that one process does at a time, and what of production a run learnt from. */
export const leases: Migration = {
  version: 8,
  name: "leases and lineage",
  async up(database, { text }) {
    await database.schema
      .createTable("leases")
      .addColumn("name", text, (column) => column.primaryKey().notNull())
      .addColumn("holder", text)
      .addColumn("token", "integer", (column) => column.notNull())
      .addColumn("renewed_ms", "double precision", (column) => column.notNull())
      .addColumn("seconds", "double precision", (column) => column.notNull())
      .addColumn("note_json", text)
      .execute();
    await database.schema
      .createTable("run_feedback")
      .addColumn("run_id", text, (column) => column.notNull())
      .addColumn("feedback", text, (column) => column.notNull())
      .addColumn("prediction", text, (column) => column.notNull())
      .addColumn("part", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("run_feedback_key", ["run_id", "feedback"])
      .execute();
    await database.schema
      .createIndex("run_feedback_by_prediction")
      .on("run_feedback")
      .columns(["prediction"])
      .execute();
  },
};
