import type { ContentDigest } from "../files/digest.ts";
import type { ArtifactRecord } from "./record.ts";
import type { RecordDatabase } from "./record-database.ts";
import { requireRun } from "./run-records.ts";

/** The rows of `run_artifacts`. */
export class ArtifactRecords {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  async add(runId: string, name: string, { sha256, sizeBytes }: ContentDigest): Promise<ArtifactRecord> {
    const createdAt = new Date().toISOString();
    const content = { sha256, size_bytes: sizeBytes, created_at: createdAt };
    await this.#database.write(async (transaction) => {
      await requireRun(transaction, runId);
      await transaction
        .insertInto("run_artifacts")
        .values({ run_id: runId, name, ...content })
        .onConflict((conflict) => conflict.columns(["run_id", "name"]).doUpdateSet(content))
        .execute();
    });
    return { runId, name, sha256, sizeBytes, createdAt };
  }

  async list(runId: string): Promise<ArtifactRecord[]> {
    const rows = await this.#database.read(async (database) => {
      await requireRun(database, runId);
      return database.selectFrom("run_artifacts").selectAll().where("run_id", "=", runId).orderBy("name").execute();
    });
    return rows.map((row) => ({
      runId: row.run_id,
      name: row.name,
      sha256: row.sha256,
      sizeBytes: Number(row.size_bytes),
      createdAt: row.created_at,
    }));
  }
}
