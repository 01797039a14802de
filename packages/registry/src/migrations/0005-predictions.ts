import type { Migration } from "./migration.ts";

/** What servers answered. */
export const predictions: Migration = {
  version: 5,
  name: "predictions",
  async up(database, { text }) {
    await database.schema
      .createTable("predictions")
      .addColumn("id", text, (column) => column.primaryKey().notNull())
      .addColumn("model", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("arm", text, (column) => column.notNull())
      .addColumn("at", text, (column) => column.notNull())
      .addColumn("latency_ms", "double precision", (column) => column.notNull())
      .addColumn("subject", text)
      .addColumn("client", text)
      .addColumn("item_json", text)
      .addColumn("answer_json", text)
      .addColumn("error", text)
      .execute();
    await database.schema.createIndex("predictions_by_time").on("predictions").columns(["model", "at", "id"]).execute();
    await database.schema.createIndex("predictions_by_subject").on("predictions").columns(["subject"]).execute();
  },
};
