import { randomBytes } from "node:crypto";
import { ModelwrightError, nearestTo } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import { removeAnnotations } from "../annotations/subject.ts";
import type { AuditRecords } from "../audit/audit-records.ts";
import { checkName } from "../names/name-rules.ts";
import type { NewRun, RunEnd, RunFilter, RunPatch } from "../registry.ts";
import { toJson } from "./json.ts";
import { RUN_FORMAT, readRun } from "./read-run.ts";
import type { RunRecord, RunStatus } from "./record.ts";
import type { RecordDatabase } from "./record-database.ts";
import type { Tables } from "./tables.ts";
import { readable, requireReadable, type UnreadableRecord, unreadableOf } from "./unreadable-record.ts";

/** The rows of `runs`. */
export class RunRecords {
  readonly #database: RecordDatabase;
  readonly #audit: AuditRecords;

  constructor(database: RecordDatabase, audit: AuditRecords) {
    this.#database = database;
    this.#audit = audit;
  }

  async create(run: NewRun): Promise<RunRecord> {
    checkName("experiment", run.experiment);
    if (!Number.isSafeInteger(run.seed)) {
      throw new ModelwrightError("REGISTRY_VALUE_INVALID", {
        where: "seed",
        rule: "an integer",
        got: String(run.seed),
      });
    }
    return this.#database.write(async (transaction) => {
      const id = await freeId(transaction);
      await transaction
        .insertInto("runs")
        .values({
          id,
          format: RUN_FORMAT,
          experiment: run.experiment,
          status: "running",
          recipe_json: toJson(run.recipe),
          recipe_sha256: run.recipeSha256,
          data_sha256: run.dataSha256 ?? null,
          seed: run.seed,
          environment_json: toJson(run.environment),
          git_json: run.git === undefined ? null : toJson(run.git),
          created_at: new Date().toISOString(),
        })
        .execute();
      return getRun(transaction, id);
    });
  }

  update(id: string, patch: RunPatch): Promise<RunRecord> {
    const status = patch.status;
    return this.#change(id, status, {
      ...(patch.dataSha256 !== undefined && { data_sha256: patch.dataSha256 }),
      ...(patch.sources !== undefined && { sources_json: toJson(patch.sources) }),
      ...(patch.environment !== undefined && { environment_json: toJson(patch.environment) }),
      ...("git" in patch && { git_json: patch.git === undefined ? null : toJson(patch.git) }),
      ...(patch.summary !== undefined && { summary_json: toJson(patch.summary) }),
      ...(status === "running" && { status, finished_at: null, error_json: null }),
      ...(status !== undefined && status !== "running" && { status, finished_at: new Date().toISOString() }),
    });
  }

  finish(id: string, end: RunEnd): Promise<RunRecord> {
    return this.#change(id, end.status, {
      status: end.status,
      finished_at: new Date().toISOString(),
      error_json: end.error === undefined ? null : toJson(end.error),
      ...(end.metrics !== undefined && { metrics_json: toJson(end.metrics) }),
    });
  }

  /** @throws {ModelwrightError} `REGISTRY_RUN_UNKNOWN`, `REGISTRY_RUN_HAS_VERSIONS`. */
  async delete(id: string): Promise<void> {
    await this.#database.write(async (transaction) => {
      await requireRun(transaction, id);
      const made = await transaction
        .selectFrom("model_versions")
        .select(["model", "version"])
        .where("run_id", "=", id)
        .execute();
      if (made.length > 0) {
        const versions = made.map(({ model, version }) => `${model}:${version}`);
        throw new ModelwrightError("REGISTRY_RUN_HAS_VERSIONS", { id, versions });
      }
      await removeAnnotations(transaction, { run: id });
      await transaction.deleteFrom("run_metrics").where("run_id", "=", id).execute();
      await transaction.deleteFrom("run_feedback").where("run_id", "=", id).execute();
      await transaction.deleteFrom("run_artifacts").where("run_id", "=", id).execute();
      await transaction.deleteFrom("runs").where("id", "=", id).execute();
      await this.#audit.append(transaction, { action: "run.delete", target: `run ${id}` });
    });
  }

  get(id: string): Promise<RunRecord> {
    return this.#database.read((database) => getRun(database, id));
  }

  /** Runs that cannot be read. */
  async unreadable(): Promise<UnreadableRecord[]> {
    const rows = await this.#database.read((database) =>
      database.selectFrom("runs").selectAll().orderBy("created_at").orderBy("id").execute(),
    );
    return unreadableOf(rows.map(readRun));
  }

  async list({ experiment, status, limit }: RunFilter): Promise<RunRecord[]> {
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) {
      const got = String(limit);
      throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where: "limit", rule: "an integer of at least 0", got });
    }
    const rows = await this.#database.read((database) =>
      database
        .selectFrom("runs")
        .selectAll()
        .$if(experiment !== undefined, (query) => query.where("experiment", "=", experiment ?? ""))
        .$if(status !== undefined, (query) => query.where("status", "=", status ?? ""))
        .orderBy("created_at", "desc")
        .orderBy("id", "desc")
        .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
        .execute(),
    );
    return readable(rows.map(readRun));
  }

  #change(id: string, wanted: RunStatus | undefined, values: Partial<Tables["runs"]>): Promise<RunRecord> {
    return this.#database.write(async (transaction) => {
      const { status } = await getRun(transaction, id);
      if (status === "finished" && wanted !== undefined) {
        throw new ModelwrightError("REGISTRY_RUN_FINISHED", { id, wanted });
      }
      if (Object.keys(values).length > 0) {
        await transaction.updateTable("runs").set(values).where("id", "=", id).execute();
      }
      return getRun(transaction, id);
    });
  }
}

/** @throws {ModelwrightError} `REGISTRY_RUN_UNKNOWN`, `REGISTRY_RECORD_UNREADABLE`. */
async function getRun(database: Kysely<Tables>, id: string): Promise<RunRecord> {
  const row = await database.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? refuseRun(database, id) : requireReadable(readRun(row));
}

/**
 * Only that there is such a run: what belongs to an unreadable one can still be read.
 * @throws {ModelwrightError} `REGISTRY_RUN_UNKNOWN`
 */
export async function requireRun(database: Kysely<Tables>, id: string): Promise<void> {
  const row = await database.selectFrom("runs").select("id").where("id", "=", id).executeTakeFirst();
  if (row === undefined) await refuseRun(database, id);
}

async function refuseRun(database: Kysely<Tables>, id: string): Promise<never> {
  const newest = database.selectFrom("runs").select("id").orderBy("created_at", "desc").limit(200);
  const known = (await newest.execute()).map((run) => run.id);
  throw new ModelwrightError("REGISTRY_RUN_UNKNOWN", { id, ...nearestTo(id, known), known: known.slice(0, 5) });
}

/** Time to the second in UTC, then 16 random bits; drawn again while another run has the id. */
async function freeId(database: Kysely<Tables>): Promise<string> {
  for (;;) {
    const [date, time] = new Date().toISOString().replace(/[-:]/g, "").split(/[T.]/);
    const id = `${date}-${time}-${randomBytes(2).toString("hex")}`;
    const taken = await database.selectFrom("runs").select("id").where("id", "=", id).executeTakeFirst();
    if (taken === undefined) return id;
  }
}
