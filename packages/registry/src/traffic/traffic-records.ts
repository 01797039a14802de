import { randomBytes } from "node:crypto";
import { ModelwrightError } from "@modelwright/contracts";
import type { Transaction } from "kysely";
import { requireInUse } from "../archive/select-archived.ts";
import type { AuditRecords } from "../audit/audit-records.ts";
import type { AuditAction } from "../audit/audit-store.ts";
import { setAlias } from "../records/alias-records.ts";
import { toJson } from "../records/json.ts";
import { getVersion, requireModel } from "../records/model-records.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import type { Tables } from "../records/tables.ts";
import { readable, requireReadable, type UnreadableRecord, unreadableOf } from "../records/unreadable-record.ts";
import { policyProblem } from "./read-change.ts";
import { selectChanges, selectLast, selectRunning } from "./select-changes.ts";
import type { NewTrafficPolicy, TrafficKind, TrafficPolicy, TrafficState } from "./traffic-policy.ts";
import type { NextTraffic, TrafficChange, TrafficReason, TrafficStore } from "./traffic-store.ts";

const ALIAS = "champion";

type Move = (policy: TrafficPolicy) => { readonly from: number; readonly to: number };

/** What a policy may become, and where that takes the champion. */
const ENDINGS: Partial<Record<TrafficState, Partial<Record<TrafficState, Move | "stays">>>> = {
  running: {
    running: "stays",
    promoted: ({ champion, challenger }) => ({ from: champion, to: challenger }),
    "rolled-back": "stays",
    stopped: "stays",
    inconclusive: "stays",
  },
  promoted: { "rolled-back": ({ champion, challenger }) => ({ from: challenger, to: champion }) },
};

/** The shares that a policy of each kind may have. */
const RAMPS: Readonly<
  Record<TrafficKind, { readonly holds: (ramp: readonly number[]) => boolean; readonly rule: string }>
> = {
  split: { holds: (ramp) => ramp.length === 1 && ramp[0]! < 100, rule: "one share, above 0 and below 100" },
  canary: {
    holds: (ramp) => ramp.length > 1 && ramp.at(-1) === 100,
    rule: "rising shares above 0, at least two, of which the last is 100",
  },
  shadow: { holds: (ramp) => ramp.length === 1, rule: "one share, above 0 and up to 100" },
};

/** The rows of `traffic_changes`. */
export class TrafficRecords implements TrafficStore {
  readonly #database: RecordDatabase;
  readonly #audit: AuditRecords;

  constructor(database: RecordDatabase, audit: AuditRecords) {
    this.#database = database;
    this.#audit = audit;
  }

  start(wanted: NewTrafficPolicy, reason: TrafficReason): Promise<TrafficChange> {
    const { model, challenger, ramp } = wanted;
    return this.#database.write(async (transaction) => {
      const { aliases, archived } = await getVersion(transaction, { name: model, version: challenger });
      requireInUse(archived);
      const champion = await championOf(transaction, model);
      if (aliases.includes(ALIAS)) throw new ModelwrightError("TRAFFIC_CHALLENGER_IS_CHAMPION", { model, challenger });
      const last = await selectLast(transaction, model);
      if (last !== undefined && "read" in last && last.read.policy.state === "running") {
        const { kind, champion, challenger } = last.read.policy;
        throw new ModelwrightError("TRAFFIC_RUNNING", { model, kind, champion, challenger });
      }
      const startedAt = new Date().toISOString();
      const policy: TrafficPolicy = {
        ...wanted,
        id: randomBytes(6).toString("hex"),
        champion,
        percent: ramp[0] ?? 0,
        startedAt,
        state: "running",
      };
      await this.#note(transaction, "traffic.start", policy);
      return insert(transaction, { policy, at: startedAt, ...reason });
    });
  }

  change(model: string, { from, percent, state = "running", ...reason }: NextTraffic): Promise<TrafficChange> {
    return this.#database.write(async (transaction) => {
      await requireModel(transaction, model);
      const last = await selectLast(transaction, model);
      if (last === undefined) throw new ModelwrightError("TRAFFIC_ABSENT", { model });
      const { ordinal, policy } = requireReadable(last);
      if (ordinal !== from) throw new ModelwrightError("TRAFFIC_CHANGED", { model, from, now: ordinal });
      const move = ENDINGS[policy.state]?.[state];
      if (move === undefined)
        throw new ModelwrightError("TRAFFIC_ENDED", { model, state: policy.state, wanted: state });
      requireMore(policy, percent);
      if (move !== "stays") {
        await setAlias(transaction, { name: model, alias: ALIAS, ...move(policy), reason: reason.reason }, this.#audit);
      }
      const changed = { ...policy, percent: percent ?? policy.percent, state };
      await this.#note(transaction, state === "running" ? "traffic.step" : "traffic.end", changed);
      return insert(transaction, { policy: changed, at: new Date().toISOString(), ...reason });
    });
  }

  async last(model: string): Promise<TrafficChange | undefined> {
    const last = await this.#database.read(async (database) => {
      await requireModel(database, model);
      return selectLast(database, model);
    });
    return last === undefined ? undefined : requireReadable(last);
  }

  async running(): Promise<readonly TrafficPolicy[]> {
    return readable(await this.#database.read(selectRunning)).map(({ policy }) => policy);
  }

  history(model: string): Promise<readonly TrafficChange[]> {
    return this.#database.read(async (database) => {
      await requireModel(database, model);
      return readable(await selectChanges(database, model));
    });
  }

  #note(transaction: Transaction<Tables>, action: AuditAction, policy: TrafficPolicy): Promise<void> {
    const { model, kind, champion, challenger, percent, state } = policy;
    const details = { kind, champion, percent, state };
    return this.#audit.append(transaction, { action, model, target: `${model}:${challenger}`, details });
  }

  async unreadable(): Promise<UnreadableRecord[]> {
    return unreadableOf(await this.#database.read((database) => selectChanges(database)));
  }
}

async function championOf(transaction: Transaction<Tables>, model: string): Promise<number> {
  const row = await transaction
    .selectFrom("model_aliases")
    .select("version")
    .where("model", "=", model)
    .where("alias", "=", ALIAS)
    .executeTakeFirst();
  if (row === undefined) throw new ModelwrightError("TRAFFIC_CHAMPION_ABSENT", { model });
  return row.version;
}

/** Whom the challenger has, it keeps while the policy runs. */
function requireMore(policy: TrafficPolicy, percent: number | undefined): void {
  if (percent === undefined || (percent > policy.percent && percent < 100)) return;
  const rule = `more than the ${policy.percent} of now and below 100, which is the promotion`;
  throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where: "percent", rule, got: String(percent) });
}

async function insert(
  transaction: Transaction<Tables>,
  change: Omit<TrafficChange, "ordinal">,
): Promise<TrafficChange> {
  const { policy, at, by, reason, evidence } = change;
  check(change);
  const { given } = await transaction
    .selectFrom("traffic_changes")
    .select(({ fn }) => fn.max("ordinal").as("given"))
    .where("model", "=", policy.model)
    .executeTakeFirstOrThrow();
  const ordinal = Number(given ?? 0) + 1;
  await transaction
    .insertInto("traffic_changes")
    .values({
      model: policy.model,
      ordinal,
      state: policy.state,
      policy_json: JSON.stringify(policy),
      at,
      author: by,
      reason,
      evidence_json: evidence === undefined ? null : toJson(evidence),
    })
    .execute();
  return requireReadable((await selectLast(transaction, policy.model))!);
}

/** @throws {ModelwrightError} `REGISTRY_VALUE_INVALID`. */
function check({ policy, by, reason }: Omit<TrafficChange, "ordinal">): void {
  const refuse = (where: string, rule: string, got: string): never => {
    throw new ModelwrightError("REGISTRY_VALUE_INVALID", { where, rule, got });
  };
  for (const [where, text] of [
    ["by", by],
    ["reason", reason],
  ] as const) {
    if (text.trim() === "" || text.includes("\0"))
      refuse(where, "a text without the character NUL, and not empty", JSON.stringify(text));
  }
  const problem = policyProblem(policy);
  if (problem !== undefined) refuse(problem.path, problem.rule, problem.got);
  const { ramp } = policy;
  const { holds, rule } = RAMPS[policy.kind];
  if (!(ramp.every((percent, i) => percent > (ramp[i - 1] ?? 0)) && holds(ramp)))
    refuse("ramp", rule, JSON.stringify(ramp));
  if (policy.endsAt <= policy.startedAt) refuse("endsAt", "a time after its start", policy.endsAt);
}
