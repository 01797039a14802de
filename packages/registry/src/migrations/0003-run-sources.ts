import type { Migration } from "./migration.ts";

/** Which rows each source of a run had. */
export const runSources: Migration = {
  version: 3,
  name: "run sources",
  async up(database, { text }) {
    await database.schema.alterTable("runs").addColumn("sources_json", text).execute();
  },
};
