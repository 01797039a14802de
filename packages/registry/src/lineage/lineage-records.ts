import type { VersionKey } from "../files/file-store.ts";
import { checkName } from "../names/name-rules.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type {
  FeedbackPart,
  FeedbackTally,
  LearningRun,
  LearntVersion,
  LineageStore,
  UsedFeedback,
} from "./lineage-store.ts";

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

  async feedbackOn({ name, version }: VersionKey): Promise<readonly FeedbackTally[]> {
    const rows = await this.#database.read((database) =>
      database
        .selectFrom("feedback")
        .innerJoin("predictions", "predictions.id", "feedback.prediction")
        .select(({ fn }) => ["feedback.kind", "feedback.state", fn.countAll().as("feedback")])
        .where("predictions.model", "=", name)
        .where("predictions.version", "=", version)
        .groupBy(["feedback.kind", "feedback.state"])
        .orderBy("feedback.kind")
        .orderBy("feedback.state")
        .execute(),
    );
    return rows.map((row) => ({ ...row, feedback: Number(row.feedback) }));
  }

  async learntFromVersion({ name, version }: VersionKey): Promise<readonly LearningRun[]> {
    return this.#database.read(async (database) => {
      const rows = await database
        .selectFrom("run_feedback")
        .innerJoin("predictions", "predictions.id", "run_feedback.prediction")
        .select(({ fn }) => ["run_feedback.run_id", "run_feedback.part", fn.countAll().as("feedback")])
        .where("predictions.model", "=", name)
        .where("predictions.version", "=", version)
        .groupBy(["run_feedback.run_id", "run_feedback.part"])
        .orderBy("run_feedback.run_id")
        .orderBy("run_feedback.part")
        .execute();
      const made = await database
        .selectFrom("model_versions")
        .select(["model", "version", "run_id"])
        .where("run_id", "in", (query) => query.selectFrom("run_feedback").select("run_feedback.run_id"))
        .orderBy("model")
        .orderBy("version")
        .execute();
      return rows.map((row) => ({
        runId: row.run_id,
        part: row.part as FeedbackPart,
        feedback: Number(row.feedback),
        versions: made.filter(({ run_id }) => run_id === row.run_id).map((each) => `${each.model}:${each.version}`),
      }));
    });
  }
}
