import { createHash } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely, Selectable } from "kysely";
import type { AuditRecords } from "../audit/audit-records.ts";
import { checkName } from "../names/name-rules.ts";
import { checkFilter, matching } from "../predictions/matching.ts";
import { readPrediction } from "../predictions/read-prediction.ts";
import { checkTime } from "../records/check-time.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import {
  type AddedFeedback,
  type AddOptions,
  FEEDBACK_KINDS,
  FEEDBACK_STATES,
  type FeedbackFilter,
  type FeedbackKind,
  type FeedbackState,
  type FeedbackStore,
  type JoinedFeedback,
  type NewFeedback,
} from "./feedback-store.ts";
import type { FeedbackTables } from "./feedback-tables.ts";
import { readFeedback } from "./read-feedback.ts";
import { Truths } from "./truths.ts";

/** Rows of one INSERT, and ids of one list: far below SQLite's 32,766 variables (https://www.sqlite.org/limits.html). */
const ROWS_PER_STATEMENT = 500;
const ROWS_PER_PAGE = 1000;

/** Of ids that are made of the content: 80 bits tell a billion of them apart, and people can copy them. */
const ID_DIGITS = 20;

/** The rows of `feedback`. */
export class FeedbackRecords implements FeedbackStore {
  readonly #database: RecordDatabase;
  readonly #audit: AuditRecords;

  constructor(database: RecordDatabase, audit: AuditRecords) {
    this.#database = database;
    this.#audit = audit;
  }

  async add(feedback: readonly NewFeedback[], { models, where = whereOf }: AddOptions = {}): Promise<AddedFeedback> {
    const now = new Date().toISOString();
    const rows = feedback.map((each, index) => toRow(each, where(index), now));
    if (rows.length === 0) return { added: 0, known: 0, unmatched: [] };
    return this.#database.write(async (transaction) => {
      const about = await predictionsOf(transaction, rows);
      const truths = new Truths(transaction);
      for (const [index, { prediction }] of rows.entries()) {
        const found = about.get(prediction);
        if (models !== undefined && (found === undefined || !models.includes(found.model))) {
          throw new ModelwrightError("PREDICTION_UNKNOWN", { id: prediction });
        }
        if (found === undefined) continue;
        const value = await truths.valueOf(feedback[index]!, found, where(index));
        rows[index] = { ...rows[index]!, value_json: JSON.stringify(value) };
      }
      let added = 0;
      for (const part of partsOf(rows)) {
        const { numInsertedOrUpdatedRows = 0n } = await transaction
          .insertInto("feedback")
          .values(part)
          .onConflict((conflict) => conflict.column("id").doNothing())
          .executeTakeFirstOrThrow();
        added += Number(numInsertedOrUpdatedRows);
      }
      const asked = new Set(rows.map(({ prediction }) => prediction));
      return { added, known: rows.length - added, unmatched: [...asked].filter((id) => !about.has(id)) };
    });
  }

  async *scan(filter: FeedbackFilter): AsyncGenerator<readonly JoinedFeedback[]> {
    checkFilter(filter);
    const { kinds = FEEDBACK_KINDS, states = FEEDBACK_STATES } = filter;
    if (kinds.length === 0 || states.length === 0) return;
    for (let after: { readonly at: string; readonly id: string } | undefined; ; ) {
      const { rows, joined } = await this.#database.read(async (database) => {
        const rows = await database
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
        const about = await predictionsOf(database, rows);
        const truths = new Truths(database);
        const joined: JoinedFeedback[] = [];
        for (const row of rows) {
          const [feedback, prediction] = [readFeedback(row), readPrediction(about.get(row.prediction)!)];
          if (!("read" in feedback && "read" in prediction)) continue;
          // It may have come before its prediction, and could not be checked then.
          const value = await truths.valueOf(feedback.read, prediction.read, row.id).catch(unfit);
          if (value === undefined) continue;
          joined.push({ feedback: { ...feedback.read, value }, prediction: prediction.read });
        }
        return { rows, joined };
      });
      if (rows.length > 0) yield joined;
      if (rows.length < ROWS_PER_PAGE) return;
      after = rows.at(-1);
    }
  }

  async count({ withItem = false, ...filter }: Parameters<FeedbackStore["count"]>[0]): Promise<number> {
    checkFilter(filter);
    const { kinds = FEEDBACK_KINDS, states = FEEDBACK_STATES } = filter;
    if (kinds.length === 0 || states.length === 0) return 0;
    const { pieces } = await this.#database.read((database) =>
      database
        .selectFrom("feedback")
        .innerJoin("predictions", "predictions.id", "feedback.prediction")
        .select(({ fn }) => fn.countAll().as("pieces"))
        .where((build) => matching(build, filter, build.ref("feedback.at")))
        .where("feedback.kind", "in", kinds)
        .where("feedback.state", "in", states)
        .$if(withItem, (query) => query.where("predictions.item_json", "is not", null))
        .executeTakeFirstOrThrow(),
    );
    return Number(pieces);
  }

  async decide(
    ids: readonly string[],
    { state, by }: { readonly state: Exclude<FeedbackState, "new">; readonly by: string },
  ): Promise<number> {
    const now = new Date().toISOString();
    return this.#database.write(async (transaction) => {
      let changed = 0;
      const decided = new Map<string | null, number>();
      for (const part of partsOf(ids)) {
        const models = await transaction
          .selectFrom("feedback")
          .leftJoin("predictions", "predictions.id", "feedback.prediction")
          .select(({ fn }) => ["predictions.model", fn.countAll().as("entries")])
          .where("feedback.id", "in", part)
          .where("feedback.state", "<>", state)
          .groupBy("predictions.model")
          .execute();
        for (const { model, entries } of models) decided.set(model, (decided.get(model) ?? 0) + Number(entries));
        const { numUpdatedRows } = await transaction
          .updateTable("feedback")
          .set({ state, decided_by: by, decided_at: now })
          .where("id", "in", part)
          .where("state", "<>", state)
          .executeTakeFirstOrThrow();
        changed += Number(numUpdatedRows);
      }
      for (const [model, entries] of decided) {
        await this.#audit.append(transaction, {
          action: "feedback.decide",
          ...(model !== null && { model }),
          target: model === null ? "feedback on predictions that are not there" : `feedback on ${model}`,
          details: { state, entries },
        });
      }
      return changed;
    });
  }
}

/** Those of their predictions that are there, by id. */
async function predictionsOf(
  database: Kysely<Tables>,
  rows: readonly { readonly prediction: string }[],
): Promise<ReadonlyMap<string, Selectable<Tables["predictions"]>>> {
  const found = new Map<string, Selectable<Tables["predictions"]>>();
  for (const part of partsOf([...new Set(rows.map(({ prediction }) => prediction))])) {
    const predictions = await database.selectFrom("predictions").selectAll().where("id", "in", part).execute();
    for (const prediction of predictions) found.set(prediction.id, prediction);
  }
  return found;
}

function unfit(error: unknown): undefined {
  if (!(error instanceof ModelwrightError)) throw error;
}

const whereOf = (index: number) => `feedback[${index}]`;

function* partsOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    yield rows.slice(start, start + ROWS_PER_STATEMENT);
}

const ANY = { rule: "a value", isOne: (value: unknown) => value !== undefined };

/** What the values of each kind are, whatever was predicted. */
const VALUES: Readonly<Record<FeedbackKind, { readonly rule: string; readonly isOne: (value: unknown) => boolean }>> = {
  truth: ANY,
  correction: ANY,
  thumb: { rule: '"up" or "down"', isOne: (value) => value === "up" || value === "down" },
  comment: { rule: "a text", isOne: (value) => typeof value === "string" && value !== "" },
};

/** @throws {ModelwrightError} `REGISTRY_NAME_INVALID`, `REGISTRY_VALUE_INVALID`. */
function toRow(feedback: NewFeedback, where: string, now: string): FeedbackTables["feedback"] {
  const { prediction, kind, value, by, at = now, state = kind === "truth" ? "accepted" : "new" } = feedback;
  checkName("prediction", prediction, where);
  if (by !== undefined) checkName("subject", by, where);
  const rules = [
    ["kind", FEEDBACK_KINDS.includes(kind), `one of ${FEEDBACK_KINDS.join(", ")}`, kind],
    ["state", FEEDBACK_STATES.includes(state), `one of ${FEEDBACK_STATES.join(", ")}`, state],
    ["value", VALUES[kind]?.isOne(value), VALUES[kind]?.rule ?? "", value],
  ] as const;
  for (const [field, isKept, rule, got] of rules) {
    if (isKept) continue;
    const details = { where: `${where}, ${field}`, rule, got: JSON.stringify(got) ?? "nothing" };
    throw new ModelwrightError("REGISTRY_VALUE_INVALID", details);
  }
  checkTime(`${where}, at`, at);
  const content = JSON.stringify([prediction, kind, value, by ?? null]);
  const { id = createHash("sha256").update(content).digest("hex").slice(0, ID_DIGITS) } = feedback;
  checkName("feedback", id, where);
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
