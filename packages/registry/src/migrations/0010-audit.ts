import type { Migration } from "./migration.ts";

/** Who changed what. */
export const audit: Migration = {
  version: 10,
  name: "audit",
  async up(database, { text }) {
    await database.schema
      .createTable("audit")
      .addColumn("ordinal", "integer", (column) => column.primaryKey().notNull())
      .addColumn("at", text, (column) => column.notNull())
      .addColumn("actor_kind", text, (column) => column.notNull())
      .addColumn("actor", text)
      .addColumn("actor_key", text)
      .addColumn("origin", text, (column) => column.notNull())
      .addColumn("action", text, (column) => column.notNull())
      .addColumn("model", text)
      .addColumn("target", text, (column) => column.notNull())
      .addColumn("details_json", text, (column) => column.notNull())
      .addColumn("outcome", text, (column) => column.notNull())
      .execute();
  },
};
