import type { Migration } from "./migration.ts";

/** The keys by which servers let programs in. */
export const accessKeys: Migration = {
  version: 4,
  name: "access keys",
  async up(database, { text }) {
    await database.schema
      .createTable("access_keys")
      .addColumn("id", text, (column) => column.primaryKey().notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("sha256", text, (column) => column.notNull())
      .addColumn("roles_json", text, (column) => column.notNull())
      .addColumn("models_json", text)
      .addColumn("per_minute", "integer")
      .addColumn("created_at", text, (column) => column.notNull())
      .addColumn("expires_at", text)
      .addColumn("revoked_at", text)
      .addColumn("used_at", text)
      .execute();
  },
};
