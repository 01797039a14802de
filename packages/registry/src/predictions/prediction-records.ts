import { ModelwrightError } from "@modelwright/contracts";
import type { AuditRecords } from "../audit/audit-records.ts";
import { checkName } from "../names/name-rules.ts";
import { checkTime } from "../records/check-time.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import { readable, requireReadable } from "../records/unreadable-record.ts";
import { checkFilter, matching } from "./matching.ts";
import {
  ARMS,
  type Arm,
  type Erasure,
  type PredictionFilter,
  type PredictionRecord,
  type PredictionStore,
  type PredictionTally,
} from "./prediction-store.ts";
import type { PredictionTables } from "./prediction-tables.ts";
import { readPrediction } from "./read-prediction.ts";

/** Rows of one INSERT: eleven values each, below SQLite's 32,766 variables (https://www.sqlite.org/limits.html). */
const ROWS_PER_INSERT = 500;
const ROWS_PER_PAGE = 1000;

/** The rows of `predictions`. */
export class PredictionRecords implements PredictionStore {
  readonly #database: RecordDatabase;
  readonly #audit: AuditRecords;

  constructor(database: RecordDatabase, audit: AuditRecords) {
    this.#database = database;
    this.#audit = audit;
  }

  async append(predictions: readonly PredictionRecord[]): Promise<number> {
    for (const [index, prediction] of predictions.entries()) checkPrediction(prediction, `prediction ${index}`);
    if (predictions.length === 0) return 0;
    const rows = predictions.map(toRow);
    return this.#database.write(async (transaction) => {
      let added = 0;
      for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
        const { numInsertedOrUpdatedRows = 0n } = await transaction
          .insertInto("predictions")
          .values(rows.slice(start, start + ROWS_PER_INSERT))
          .onConflict((conflict) => conflict.column("id").doNothing())
          .executeTakeFirstOrThrow();
        added += Number(numInsertedOrUpdatedRows);
      }
      return added;
    });
  }

  async get(id: string): Promise<PredictionRecord> {
    const row = await this.#database.read((database) =>
      database.selectFrom("predictions").selectAll().where("id", "=", id).executeTakeFirst(),
    );
    if (row === undefined) throw new ModelwrightError("PREDICTION_UNKNOWN", { id: id.slice(0, 100) });
    return requireReadable(readPrediction(row));
  }

  async *scan(filter: PredictionFilter): AsyncGenerator<readonly PredictionRecord[]> {
    checkFilter(filter);
    for (let after: { readonly at: string; readonly id: string } | undefined; ; ) {
      const rows = await this.#database.read((database) =>
        database
          .selectFrom("predictions")
          .selectAll()
          .where((build) => matching(build, filter, build.ref("predictions.at")))
          .$if(after !== undefined, (query) =>
            query.where(({ eb, refTuple, tuple }) => eb(refTuple("at", "id"), ">", tuple(after!.at, after!.id))),
          )
          .orderBy("at")
          .orderBy("id")
          .limit(ROWS_PER_PAGE)
          .execute(),
      );
      if (rows.length > 0) yield readable(rows.map(readPrediction));
      if (rows.length < ROWS_PER_PAGE) return;
      after = rows.at(-1);
    }
  }

  async tally(filter: PredictionFilter): Promise<readonly PredictionTally[]> {
    checkFilter(filter);
    const rows = await this.#database.read((database) =>
      database
        .selectFrom("predictions")
        .select(({ fn }) => [
          "version",
          "arm",
          fn.countAll().as("predictions"),
          fn.count("error").as("failures"),
          fn.min("at").as("first"),
          fn.max("at").as("last"),
        ])
        .where((build) => matching(build, filter, build.ref("predictions.at")))
        // What is of an arm that we do not know is not counted as another.
        .where("arm", "in", ARMS)
        .groupBy(["version", "arm"])
        .orderBy("version")
        .orderBy("arm")
        .execute(),
    );
    return rows.map((row) => ({
      ...row,
      version: Number(row.version),
      arm: row.arm as Arm,
      predictions: Number(row.predictions),
      failures: Number(row.failures),
    }));
  }

  async erase(subject: string): Promise<Erasure> {
    checkName("subject", subject);
    return this.#database.write(async (transaction) => {
      const feedback = await transaction
        .deleteFrom("feedback")
        .where("prediction", "in", (build) =>
          build.selectFrom("predictions").select("id").where("subject", "=", subject),
        )
        .executeTakeFirstOrThrow();
      const predictions = await transaction
        .deleteFrom("predictions")
        .where("subject", "=", subject)
        .executeTakeFirstOrThrow();
      const erased = erasure(predictions, feedback);
      // Not whose: what is to be forgotten must not go on here.
      const details = { ...erased };
      await this.#audit.append(transaction, {
        action: "predictions.erase",
        target: "predictions of a subject",
        details,
      });
      return erased;
    });
  }

  async expire(before: string): Promise<Erasure> {
    checkTime("before", before);
    return this.#database.write(async (transaction) => {
      const predictions = await transaction
        .deleteFrom("predictions")
        .where("at", "<", before)
        .where("id", "not in", (build) =>
          build.selectFrom("feedback").select("prediction").where("state", "=", "accepted"),
        )
        .executeTakeFirstOrThrow();
      const feedback = await transaction
        .deleteFrom("feedback")
        .where("at", "<", before)
        .where("prediction", "not in", (build) => build.selectFrom("predictions").select("id"))
        .executeTakeFirstOrThrow();
      const expired = erasure(predictions, feedback);
      if (expired.predictions + expired.feedback > 0) {
        const details = { before, ...expired };
        await this.#audit.append(transaction, { action: "predictions.expire", target: "old predictions", details });
      }
      return expired;
    });
  }
}

type Deleted = { readonly numDeletedRows: bigint };

function erasure(predictions: Deleted, feedback: Deleted): Erasure {
  return { predictions: Number(predictions.numDeletedRows), feedback: Number(feedback.numDeletedRows) };
}

/** @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`. */
function checkPrediction(prediction: PredictionRecord, where: string): void {
  const { id, model, version, arm, at, latencyMs, subject, answer, error } = prediction;
  checkName("prediction", id);
  checkName("model", model);
  if (subject !== undefined) checkName("subject", subject);
  checkTime(`${where}, at`, at);
  const rules = [
    ["version", Number.isSafeInteger(version) && version > 0, "a whole number above zero", version],
    ["arm", ARMS.includes(arm), `one of ${ARMS.join(", ")}`, arm],
    ["latencyMs", Number.isFinite(latencyMs) && latencyMs >= 0, "a number of milliseconds", latencyMs],
    ["answer", (answer === undefined) !== (error === undefined), "an answer or an error, and not both", answer],
  ] as const;
  for (const [field, isKept, rule, value] of rules) {
    if (isKept) continue;
    const got = JSON.stringify(value) ?? "nothing";
    throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where: `${where}, ${field}`, rule, got });
  }
}

function toRow(prediction: PredictionRecord): PredictionTables["predictions"] {
  const { id, model, version, arm, at, latencyMs, subject, client, item, answer, error } = prediction;
  return {
    id,
    model,
    version,
    arm,
    at,
    latency_ms: latencyMs,
    subject: subject ?? null,
    client: client ?? null,
    item_json: item === undefined ? null : JSON.stringify(item),
    answer_json: answer === undefined ? null : JSON.stringify(answer),
    error: error ?? null,
  };
}
