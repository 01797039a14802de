import { choices, ModelwrightError, PERMISSIONS, permissionsOf, ROLE_NAMES, type Role } from "@modelwright/contracts";
import type { KeyRecord, Registry } from "@modelwright/registry";
import type { Command } from "commander";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { table } from "../../wording/table.ts";
import { colours } from "../output/colours.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import type { CommonOptions } from "../verb.ts";

type Task = RegistryTask<
  CommonOptions & {
    readonly role?: readonly string[];
    readonly model?: readonly string[];
    readonly expires?: string;
    readonly perMinute?: string;
    readonly all?: boolean;
  }
>;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  create: {
    summary: "make a key, and print it once: it is kept nowhere",
    arguments: [["<name>", "what you call it: who will use it, and for what"]],
    options: [
      ["--role <role...>", `what it may do: ${ROLE_NAMES.join(", ")} (default: predict)`],
      ["--model <name...>", "only with these models (default: all)"],
      ["--expires <when>", "after a time such as 12h or 90d, or at a date such as 2027-06-30 (default: never)"],
      ["--per-minute <n>", "how many items it may ask for in a minute (default: any number)"],
    ],
    list: { title: "Roles:", rows: ROLE_NAMES.map((role) => [role, describeRole(role)] as const) },
    example: "create shop --model tickets --expires 90d --per-minute 600",
    run: create,
  },
  list: {
    summary: "the keys that let somebody in: what they may do, until when, when they were last used",
    arguments: [],
    options: [["--all", "those that were revoked or have expired as well"]],
    example: "list",
    run: list,
  },
  revoke: {
    summary: "make a key let nobody in any more; servers refuse it within a second",
    arguments: [["<key>", "its name or id"]],
    example: "revoke shop",
    run: revoke,
  },
};

export function keysVerb(): Command {
  return verbOnRegistry(
    "keys",
    {
      description:
        "Looks after the keys by which programs may use a server. While there are none, a server asks nobody for one, and listens on this machine alone.",
      examples: ["modelwright keys create shop --role predict --model tickets", "modelwright keys revoke shop"],
    },
    SUB_VERBS,
  );
}

function describeRole(role: Role): string {
  if (role === "admin") return "everything, loading and unloading models included";
  const meanings = [...permissionsOf({ roles: [role] })].map((name) => PERMISSIONS[name].meaning);
  return meanings.reverse().join("; ");
}

async function create({ registry, args: [name = ""], options, note }: Task): Promise<SubVerbAnswer> {
  const { role = ["predict"], model, expires, perMinute } = options;
  const unknown = role.find((each) => !isRole(each));
  if (unknown !== undefined) refuse("--role", choices(ROLE_NAMES), unknown);
  if (perMinute !== undefined && !/^[1-9]\d{0,8}$/.test(perMinute)) {
    refuse("--per-minute", "a whole number from 1 to 999999999", perMinute);
  }
  const expiresAt = expires === undefined ? undefined : timeOf(expires);
  await noteUnknownModels(registry, model ?? [], note);
  const { record, token } = await registry.stores.keys.create({
    name,
    roles: role.filter(isRole),
    ...(model === undefined ? {} : { models: model }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(perMinute === undefined ? {} : { perMinute: Number(perMinute) }),
  });
  const lines = [
    `Made the key ${colours.bold(plainText(record.name))} in ${registry.location}: ${summaryOf(record)}.`,
    "",
    `  ${colours.bold(token)}`,
    "",
    "Keep it now, as you keep a password: it is shown this once. A program sends it in a header:",
    "  authorization: Bearer mw_…",
  ];
  return { json: { registry: registry.location, key: record, token }, lines };
}

/** A key may be made before its model; more often the name is a slip. */
async function noteUnknownModels(registry: Registry, wanted: readonly string[], note: Task["note"]): Promise<void> {
  if (wanted.length === 0) return;
  const known = new Set((await registry.listModels()).map(({ name }) => name));
  for (const name of wanted.filter((each) => !known.has(each))) {
    note(colours.yellow(`there is no model "${plainText(name)}" yet; the key will be for it when there is`));
  }
}

async function list({ registry, options, width }: Task): Promise<SubVerbAnswer> {
  const found = await registry.stores.keys.list();
  const now = new Date().toISOString();
  const isLive = ({ revokedAt, expiresAt }: KeyRecord) =>
    revokedAt === undefined && (expiresAt === undefined || expiresAt > now);
  const keys = options.all === true ? found : found.filter(isLive);
  const hidden = found.length - keys.length;
  const more = hidden === 0 ? [] : [`${hidden} revoked or expired: --all shows them`];
  const json = { registry: registry.location, keys };
  if (keys.length === 0) {
    const none =
      found.length === 0
        ? `No key yet in ${registry.location}: a server asks nobody for one, and listens on this machine alone.`
        : `No key of ${registry.location} lets anybody in.`;
    return { json, lines: [none, ...more] };
  }
  const rows = keys.map((key) => [
    plainText(key.name),
    key.id,
    key.roles.join(", "),
    key.models?.join(", ") ?? "all",
    key.perMinute === undefined ? "–" : String(key.perMinute),
    untilOf(key, now),
    key.usedAt === undefined ? "–" : moment(key.usedAt),
  ]);
  return {
    json,
    lines: [...table(["name", "id", "roles", "models", "per minute", "until", "last used"], rows, width), ...more],
  };
}

async function revoke({ registry, args: [key = ""] }: Task): Promise<SubVerbAnswer> {
  const record = await registry.stores.keys.revoke(key);
  const name = colours.bold(plainText(record.name));
  return {
    json: { registry: registry.location, key: record },
    lines: [`Revoked ${name} (${record.id}): servers refuse it within a second.`],
  };
}

function untilOf({ revokedAt, expiresAt }: KeyRecord, now: string): string {
  if (revokedAt !== undefined) return `revoked ${moment(revokedAt)}`;
  if (expiresAt === undefined) return "–";
  return expiresAt > now ? moment(expiresAt) : `expired ${moment(expiresAt)}`;
}

function summaryOf({ roles, models, perMinute, expiresAt }: KeyRecord): string {
  return [
    `${roles.length === 1 ? "role" : "roles"} ${roles.join(", ")}`,
    models === undefined ? "every model" : `only ${models.join(", ")}`,
    ...(perMinute === undefined ? [] : [`${perMinute} items per minute`]),
    expiresAt === undefined ? "until it is revoked" : `until ${moment(expiresAt)}`,
  ].join("; ");
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** When a key ends, in ISO 8601: after a time, or when a date of UTC begins. */
function timeOf(text: string): string {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
  const time =
    count === undefined ? (isDate ? Date.parse(text) : Number.NaN) : Date.now() + Number(count) * UNIT_MS[unit]!;
  if (time > Date.now()) return new Date(time).toISOString();
  return refuse("--expires", "a time such as 12h or 90d, or a date to come such as 2027-06-30", text);
}

function isRole(text: string): text is Role {
  return ROLE_NAMES.some((known) => known === text);
}

function refuse(option: string, rule: string, got: string): never {
  throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got });
}
