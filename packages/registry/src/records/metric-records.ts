import { ModelwrightError } from "@modelwright/contracts";
import { checkName } from "../names/name-rules.ts";
import type { MetricPoint } from "./record.ts";
import type { RecordDatabase } from "./record-database.ts";
import { requireRun } from "./run-records.ts";

/** Rows of one INSERT: five values each, far below SQLite's 32,766 variables (https://www.sqlite.org/limits.html). */
const ROWS_PER_INSERT = 500;

/** The rows of `run_metrics`. */
export class MetricRecords {
  readonly #database: RecordDatabase;

  constructor(database: RecordDatabase) {
    this.#database = database;
  }

  async append(runId: string, points: readonly MetricPoint[]): Promise<void> {
    for (const [index, point] of points.entries()) checkPoint(point, `point ${index}`);
    // One INSERT may not meet the same key twice in PostgreSQL's ON CONFLICT: of equal keys only the last is sent.
    const latest = new Map(points.map((point) => [`${point.step} ${point.name}`, point]));
    const rows = [...latest.values()].map(({ step, name, value, at }) => ({
      run_id: runId,
      name,
      step,
      value: Number.isNaN(value) ? null : value,
      at,
    }));
    await this.#database.write(async (transaction) => {
      await requireRun(transaction, runId);
      for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
        await transaction
          .insertInto("run_metrics")
          .values(rows.slice(start, start + ROWS_PER_INSERT))
          .onConflict((conflict) =>
            conflict
              .columns(["run_id", "name", "step"])
              .doUpdateSet((set) => ({ value: set.ref("excluded.value"), at: set.ref("excluded.at") })),
          )
          .execute();
      }
    });
  }

  async list(runId: string, name: string | undefined): Promise<MetricPoint[]> {
    const rows = await this.#database.read(async (database) => {
      await requireRun(database, runId);
      return database
        .selectFrom("run_metrics")
        .select(["step", "name", "value", "at"])
        .where("run_id", "=", runId)
        .$if(name !== undefined, (query) => query.where("name", "=", name ?? ""))
        .orderBy("name")
        .orderBy("step")
        .execute();
    });
    return rows.map((row) => ({ ...row, step: Number(row.step), value: row.value ?? Number.NaN }));
  }
}

function checkPoint({ step, name, value, at }: MetricPoint, where: string): void {
  checkName("metric", name);
  const refuse = (field: string, rule: string, got: unknown) =>
    new ModelwrightError("REGISTRY_VALUE_INVALID", { where: `${where}, ${field}`, rule, got: String(got) });
  if (!Number.isSafeInteger(step)) throw refuse("step", "an integer", step);
  if (typeof value !== "number") throw refuse("value", "a number", value);
  if (typeof at !== "string" || Number.isNaN(Date.parse(at))) throw refuse("at", "an ISO 8601 time", at);
}
