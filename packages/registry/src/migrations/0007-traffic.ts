import type { Migration } from "./migration.ts";

/** How the traffic of models is divided between versions. */
export const traffic: Migration = {
  version: 7,
  name: "traffic",
  async up(database, { text }) {
    await database.schema
      .createTable("traffic_changes")
      .addColumn("model", text, (column) => column.notNull().references("registered_models.name"))
      .addColumn("ordinal", "integer", (column) => column.notNull())
      .addColumn("state", text, (column) => column.notNull())
      .addColumn("policy_json", text, (column) => column.notNull())
      .addColumn("at", text, (column) => column.notNull())
      .addColumn("author", text, (column) => column.notNull())
      .addColumn("reason", text, (column) => column.notNull())
      .addColumn("evidence_json", text)
      .addPrimaryKeyConstraint("traffic_changes_key", ["model", "ordinal"])
      .execute();
  },
};
