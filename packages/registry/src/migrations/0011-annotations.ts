import type { Migration } from "./migration.ts";

/** What people say of runs, models and versions, which of them are put away, and what git said when a run began. */
export const annotations: Migration = {
  version: 11,
  name: "annotations",
  async up(database, { text }) {
    await database.schema.alterTable("runs").addColumn("git_json", text).execute();
    await database.schema
      .createTable("tags")
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("subject", text, (column) => column.notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("value", text, (column) => column.notNull())
      .addColumn("at", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("tags_key", ["kind", "subject", "name"])
      .execute();
    await database.schema
      .createTable("notes")
      .addColumn("kind", text, (column) => column.notNull())
      .addColumn("subject", text, (column) => column.notNull())
      .addColumn("ordinal", "integer", (column) => column.notNull())
      .addColumn("text", text, (column) => column.notNull())
      .addColumn("author", text, (column) => column.notNull())
      .addColumn("at", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("notes_key", ["kind", "subject", "ordinal"])
      .execute();
    await database.schema
      .createTable("archive")
      .addColumn("model", text, (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("at", text, (column) => column.notNull())
      .addColumn("author", text, (column) => column.notNull())
      .addColumn("reason", text, (column) => column.notNull())
      .addPrimaryKeyConstraint("archive_key", ["model", "version"])
      .execute();
  },
};
