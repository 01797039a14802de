import { createHash } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";
import { checkName } from "../names/name-rules.ts";
import { checkFilter, matching } from "../predictions/matching.ts";
import { readPrediction } from "../predictions/read-prediction.ts";
import { checkTime } from "../records/check-time.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import {
  type AddedFeedback,
  FEEDBACK_KINDS,
  FEEDBACK_STATES,
  type FeedbackFilter,
  type FeedbackState,
  type FeedbackStore,
  type JoinedFeedback,
  type NewFeedback,
} from "./feedback-store.ts";
import type { FeedbackTables } from "./feedback-tables.ts";
import { readFeedback } from "./read-feedback.ts";

/** Rows of one INSERT, and ids of one list: far below SQLite's 32,766 variables (https://www.sqlite.org/limits.html). */
const ROWS_PER_STATEMENT = 500;
const ROWS_PER_PAGE = 1000;

/** The rows of `feedback`. */
export class FeedbackRecords implements FeedbackStore {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  async add(feedback: readonly NewFeedback[]): Promise<AddedFeedback> {
    const now = new Date().toISOString();
    const rows = feedback.map((each, index) => toRow(each, `feedback ${index}`, now));
    if (rows.length === 0) return { added: 0, known: 0, unmatched: [] };
    return this.#database.write(async (transaction) => {
      let added = 0;
      const matched = new Set<string>();
      for (const part of partsOf(rows)) {
        const { numInsertedOrUpdatedRows = 0n } = await transaction
          .insertInto("feedback")
          .values(part)
          .onConflict((conflict) => conflict.column("id").doNothing())
          .executeTakeFirstOrThrow();
        added += Number(numInsertedOrUpdatedRows);
        const ids = part.map(({ prediction }) => prediction);
        const found = await transaction.selectFrom("predictions").select("id").where("id", "in", ids).execute();
        for (const { id } of found) matched.add(id);
      }
      const asked = new Set(rows.map(({ prediction }) => prediction));
      return { added, known: rows.length - added, unmatched: [...asked].filter((id) => !matched.has(id)) };
    });
  }

  async *scan(filter: FeedbackFilter): AsyncGenerator<readonly JoinedFeedback[]> {
    checkFilter(filter);
    const { kinds = FEEDBACK_KINDS, states = FEEDBACK_STATES } = filter;
    if (kinds.length === 0 || states.length === 0) return;
    for (let after: { readonly at: string; readonly id: string } | undefined; ; ) {
      const rows = await this.#database.read(async (database) => {
        const found = await database
          .selectFrom("feedback")
          .innerJoin("predictions", "predictions.id", "feedback.prediction")
          .selectAll("feedback")
          .where((build) => matching(build, filter, build.ref("feedback.at")))
          .where("feedback.kind", "in", kinds)
          .where("feedback.state", "in", states)
          .$if(after !== undefined, (query) =>
            query.where(({ eb, refTuple, tuple }) =>
              eb(refTuple("feedback.at", "feedback.id"), ">", tuple(after!.at, after!.id)),
            ),
          )
          .orderBy("feedback.at")
          .orderBy("feedback.id")
          .limit(ROWS_PER_PAGE)
          .execute();
        const ids = [...new Set(found.map(({ prediction }) => prediction))];
        const predictions =
          ids.length === 0 ? [] : await database.selectFrom("predictions").selectAll().where("id", "in", ids).execute();
        const byId = new Map(predictions.map((row) => [row.id, row]));
        return found.map((row) => ({ row, about: byId.get(row.prediction)! }));
      });
      const joined = rows.flatMap(({ row, about }): JoinedFeedback[] => {
        const [feedback, prediction] = [readFeedback(row), readPrediction(about)];
        return "read" in feedback && "read" in prediction
          ? [{ feedback: feedback.read, prediction: prediction.read }]
          : [];
      });
      if (rows.length > 0) yield joined;
      if (rows.length < ROWS_PER_PAGE) return;
      after = rows.at(-1)!.row;
    }
  }

  async decide(
    ids: readonly string[],
    { state, by }: { readonly state: Exclude<FeedbackState, "new">; readonly by: string },
  ): Promise<number> {
    const now = new Date().toISOString();
    return this.#database.write(async (transaction) => {
      let changed = 0;
      for (const part of partsOf(ids)) {
        const { numUpdatedRows } = await transaction
          .updateTable("feedback")
          .set({ state, decided_by: by, decided_at: now })
          .where("id", "in", part)
          .where("state", "<>", state)
          .executeTakeFirstOrThrow();
        changed += Number(numUpdatedRows);
      }
      return changed;
    });
  }
}

function* partsOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    yield rows.slice(start, start + ROWS_PER_STATEMENT);
}

/** @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`. */
function toRow(feedback: NewFeedback, where: string, now: string): FeedbackTables["feedback"] {
  const { prediction, kind, value, by, at = now, state = kind === "truth" ? "accepted" : "new" } = feedback;
  checkName("prediction", prediction);
  if (by !== undefined) checkName("subject", by);
  const rules = [
    ["kind", FEEDBACK_KINDS.includes(kind), `one of ${FEEDBACK_KINDS.join(", ")}`, kind],
    ["state", FEEDBACK_STATES.includes(state), `one of ${FEEDBACK_STATES.join(", ")}`, state],
    ["value", value !== undefined, "a value", value],
  ] as const;
  for (const [field, isKept, rule, got] of rules) {
    if (isKept) continue;
    const details = { where: `${where}, ${field}`, rule, got: JSON.stringify(got) ?? "nothing" };
    throw new ModelwrightError("REGISTRY_VALUE_INVALID", details);
  }
  checkTime(`${where}, at`, at);
  const content = JSON.stringify([prediction, kind, value, by ?? null]);
  const { id = createHash("sha256").update(content).digest("hex") } = feedback;
  checkName("feedback", id);
  return {
    id,
    prediction,
    kind,
    value_json: JSON.stringify(value),
    given_by: by ?? null,
    at,
    state,
    decided_by: null,
    decided_at: null,
  };
}
