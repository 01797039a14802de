import type { Migration } from "./migration.ts";

/** The form of what a run's row holds as JSON, so that a later form is told from a damaged one. */
export const runFormat: Migration = {
  version: 2,
  name: "run format",
  async up(database) {
    await database.schema
      .alterTable("runs")
      .addColumn("format", "integer", (column) => column.notNull().defaultTo(1))
      .execute();
  },
};
