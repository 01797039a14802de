import { checkName } from "../names/name-rules.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { FeedbackPart, LearntVersion, LineageStore, UsedFeedback } from "./lineage-store.ts";

/** Rows of one INSERT: four values each, below SQLite's 32,766 variables (https://www.sqlite.org/limits.html). */
const ROWS_PER_INSERT = 1000;

/** The rows of `run_feedback`. */
export class LineageRecords implements LineageStore {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  note(runId: string, used: readonly UsedFeedback[]): Promise<void> {
    return this.#database.write(async (transaction) => {
      await transaction.deleteFrom("run_feedback").where("run_id", "=", runId).execute();
      for (let start = 0; start < used.length; start += ROWS_PER_INSERT) {
        const rows = used.slice(start, start + ROWS_PER_INSERT).map((each) => ({ run_id: runId, ...each }));
        await transaction.insertInto("run_feedback").values(rows).execute();
      }
    });
  }

  async of(runId: string): Promise<readonly UsedFeedback[]> {
    const rows = await this.#database.read((database) =>
      database
        .selectFrom("run_feedback")
        .select(["feedback", "prediction", "part"])
        .where("run_id", "=", runId)
        .orderBy("feedback")
        .execute(),
    );
    return rows.map((row) => ({ ...row, part: row.part as FeedbackPart }));
  }

  async learntFrom(subject: string): Promise<readonly LearntVersion[]> {
    checkName("subject", subject);
    const rows = await this.#database.read((database) =>
      database
        .selectFrom("run_feedback")
        .innerJoin("predictions", "predictions.id", "run_feedback.prediction")
        .innerJoin("model_versions", "model_versions.run_id", "run_feedback.run_id")
        .select(({ fn }) => [
          "model_versions.model",
          "model_versions.version",
          "model_versions.run_id as runId",
          fn.countAll().as("feedback"),
        ])
        .where("predictions.subject", "=", subject)
        .where("run_feedback.part", "=", "training")
        .groupBy(["model_versions.model", "model_versions.version", "model_versions.run_id"])
        .orderBy("model_versions.model")
        .orderBy("model_versions.version")
        .execute(),
    );
    return rows.map((row) => ({ ...row, version: Number(row.version), feedback: Number(row.feedback) }));
  }
}
