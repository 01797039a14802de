import type { Migration } from "./migration.ts";

/** What became known of predictions later. A row may come before the prediction that it is about. */
export const feedback: Migration = {
  version: 6,
  name: "feedback",
  async up(database, { text }) {
    await database.schema
      .createTable("feedback")
      .addColumn("id", text, (column) => column.primaryKey().notNull())
      .addColumn("prediction", text, (column) => column.notNull())
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("value_json", text, (column) => column.notNull())
      .addColumn("given_by", text)
      .addColumn("at", text, (column) => column.notNull())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("decided_by", text)
      .addColumn("decided_at", text)
      .execute();
    await database.schema.createIndex("feedback_by_prediction").on("feedback").columns(["prediction"]).execute();
    await database.schema.createIndex("feedback_by_time").on("feedback").columns(["at", "id"]).execute();
  },
};
