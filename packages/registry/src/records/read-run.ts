import type { Selectable } from "kysely";
import { z } from "zod";
import { jsonColumn } from "./json-column.ts";
import { type JsonValue, RUN_STATUSES, type RunRecord } from "./record.ts";
import type { Tables } from "./tables.ts";
import { type Reading, unreadable } from "./unreadable-record.ts";

type RunRow = Selectable<Tables["runs"]>;

/** The form in which runs are written. */
export const RUN_FORMAT = 1;

/** NaN and infinities are numbers of a run too. */
const double = z.custom<number>((value) => typeof value === "number", "must be a number");
const measure = z.object({ value: double, low: double.optional(), high: double.optional() });
const source = z.object({ name: z.string(), version: z.string(), rows: z.number() });
const git = z.object({
  commit: z.string().optional(),
  branch: z.string().optional(),
  changedFiles: z.int(),
  remote: z.string().optional(),
});
/** Whatever JSON held. */
const json = z.custom<JsonValue>();

const format1 = z.object({
  id: z.string(),
  experiment: z.string(),
  status: z.enum(RUN_STATUSES),
  // Recipes gain and lose keys; only who wants to run one again needs it to be one of today's.
  recipe_json: jsonColumn(z.looseObject({ name: z.string(), task: z.string() }).catchall(json)),
  recipe_sha256: z.string(),
  data_sha256: z.string().nullable(),
  sources_json: jsonColumn(z.array(source)).nullable(),
  seed: z.coerce.number().int(),
  environment_json: jsonColumn(z.record(z.string(), z.string())),
  git_json: jsonColumn(git).nullable(),
  created_at: z.string(),
  finished_at: z.string().nullable(),
  summary_json: jsonColumn(z.record(z.string(), json)).nullable(),
  metrics_json: jsonColumn(z.record(z.string(), measure)).nullable(),
  error_json: jsonColumn(z.object({ code: z.string(), message: z.string() })).nullable(),
});

/** Reads a row of each format as today's record. */
const READERS: Readonly<Record<number, (row: RunRow) => z.ZodSafeParseResult<RunRecord>>> = {
  1: (row) => format1.transform(toRecord).safeParse(row),
};

/** Reads a row of `runs`, of whatever format. */
export function readRun(row: RunRow): Reading<RunRecord> {
  const record = `run ${row.id}`;
  const read = READERS[row.format];
  if (read === undefined) {
    const problem = `is ${row.format}; this Modelwright reads ${Object.keys(READERS).join(", ")}`;
    return { unreadable: { record, field: "format", problem } };
  }
  const result = read(row);
  return result.success ? { read: result.data } : unreadable(record, result.error);
}

function toRecord(row: z.output<typeof format1>): RunRecord {
  return {
    id: row.id,
    experiment: row.experiment,
    status: row.status,
    recipe: row.recipe_json,
    recipeSha256: row.recipe_sha256,
    ...(row.data_sha256 !== null && { dataSha256: row.data_sha256 }),
    ...(row.sources_json !== null && { sources: row.sources_json }),
    seed: row.seed,
    environment: row.environment_json,
    ...(row.git_json !== null && { git: row.git_json }),
    createdAt: row.created_at,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
    ...(row.summary_json !== null && { summary: row.summary_json }),
    ...(row.metrics_json !== null && { metrics: row.metrics_json }),
    ...(row.error_json !== null && { error: row.error_json }),
  };
}
