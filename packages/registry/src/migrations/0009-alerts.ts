import type { Migration } from "./migration.ts";

/** What somebody should look at, and who was told. */
export const alerts: Migration = {
  version: 9,
  name: "alerts",
  async up(database, { text }) {
    await database.schema
      .createTable("alerts")
      .addColumn("id", text, (column) => column.primaryKey().notNull())
      .addColumn("watched", text, (column) => column.notNull())
      .addColumn("model", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("check_name", text, (column) => column.notNull())
      .addColumn("text", text, (column) => column.notNull())
      .addColumn("evidence_json", text, (column) => column.notNull())
      .addColumn("opened_at", text, (column) => column.notNull())
      .addColumn("seen_at", text, (column) => column.notNull())
      .addColumn("closed_at", text)
      .addColumn("told_json", text, (column) => column.notNull())
      .addColumn("told_closed_json", text, (column) => column.notNull())
      .execute();
    await database.schema.createIndex("alerts_by_watched").on("alerts").columns(["watched", "closed_at"]).execute();
  },
};
