import { ModelwrightError, TASKS } from "@modelwright/contracts";
import type { Archived, ModelRecord, Registry, VersionRecord } from "@modelwright/registry";
import type { Command } from "commander";
import { annotationsOf, noteLines, tagFact } from "../../annotations/annotation-lines.ts";
import { hasTags, tagTexts } from "../../annotations/tags.ts";
import { columns } from "../../wording/columns.ts";
import { gitText } from "../../wording/git.ts";
import { moment } from "../../wording/moment.ts";
import { plainText } from "../../wording/plain-text.ts";
import { bytes, counted } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { colours } from "../output/colours.ts";
import { checkDocuments, writeDocument } from "../output/write-document.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import type { CommonOptions } from "../verb.ts";
import { archive, remove, restore } from "./models/archive.ts";
import { compare } from "./models/compare.ts";
import { lineage } from "./models/lineage.ts";

const DEFAULT_ALIAS = "champion";

type Task = RegistryTask<
  CommonOptions & {
    readonly reason?: string;
    readonly out?: string;
    readonly force?: boolean;
    readonly tag?: readonly string[];
    readonly archived?: boolean;
  }
>;

const MODEL = ["<model>", "name, name@alias or name:version"] as const;
const NAME = ["<name>", "name of a model"] as const;
const ALIAS = ["[alias]", "alias to move", DEFAULT_ALIAS] as const;
const REASON = ["--reason <text>", "kept in the alias's history"] as const;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  list: {
    summary: "every model with its versions, aliases and tags",
    arguments: [],
    options: [
      ["--tag <tags...>", "only models that have these tags, or a version that has: name=value, or name"],
      ["--archived", "those that are archived, and models with versions that are"],
    ],
    example: "list",
    run: list,
  },
  show: {
    summary: "one version: metrics, labels, data, files",
    arguments: [MODEL],
    example: "show tickets@champion",
    run: show,
  },
  promote: {
    summary: "point an alias at a version",
    arguments: [["<version>", "name:version"], ALIAS],
    options: [REASON],
    example: "promote tickets:2 --reason 'better on long mails'",
    run: promote,
  },
  demote: {
    summary: "take an alias away; the version stays",
    arguments: [NAME, ALIAS],
    options: [REASON],
    example: "demote tickets staging",
    run: demote,
  },
  rollback: {
    summary: "take back an alias's last move",
    arguments: [NAME, ALIAS],
    options: [REASON],
    example: "rollback tickets",
    run: rollback,
  },
  history: {
    summary: "every move of an alias with its reason",
    arguments: [NAME, ["[alias]", "alias", DEFAULT_ALIAS]],
    example: "history tickets",
    run: history,
  },
  verify: {
    summary: "compare every file of a version with its digest",
    arguments: [MODEL],
    example: "verify tickets:1",
    run: verify,
  },
  types: {
    summary: "write a module of TypeScript that asks a server, and whose types are the model's labels and columns",
    arguments: [MODEL],
    options: [
      ["--out <file>", "file to write (default: print it)"],
      ["--force", "overwrite a file that exists"],
    ],
    example: "types tickets --out src/tickets.ts",
    run: types,
  },
  compare,
  lineage,
  archive,
  restore,
  delete: remove,
};

export function modelsVerb(): Command {
  return verbOnRegistry(
    "models",
    {
      description: "Looks after the registered models.",
      examples: ["modelwright models list", "modelwright models show tickets@champion"],
    },
    SUB_VERBS,
  );
}

async function list({ registry, options, width }: Task): Promise<SubVerbAnswer> {
  const { tag: wanted = [], archived = false } = options;
  const all = await registry.listModels();
  const annotations = registry.stores.annotations;
  const [ofModels, ofVersions] = [await annotations.tagged("model"), await annotations.tagged("version")];
  const isTagged = (name: string) =>
    hasTags(ofModels.get(name), wanted) ||
    [...ofVersions].some(([subject, tags]) => subject.startsWith(`${name}:`) && hasTags(tags, wanted));
  const away = archived ? await archivedVersions(registry, all) : new Map<string, string[]>();
  const models = all
    .filter((model) => (archived ? model.archived !== undefined || away.has(model.name) : model.archived === undefined))
    .filter(({ name }) => isTagged(name))
    .map((model) => ({ ...model, tags: ofModels.get(model.name) ?? {} }));
  const unreadable = await registry.unreadable();
  const json = { registry: registry.location, models, unreadable };
  const warnings = unreadable.map(
    ({ record, field, problem }) => `${colours.yellow("!")} ${record} cannot be read: ${field}: ${plainText(problem)}`,
  );
  if (models.length === 0 && all.length > 0) {
    const hidden = all.filter((model) => model.archived !== undefined).length;
    const more = archived || hidden === 0 ? [] : [`${counted(hidden, "model")} archived: --archived shows more`];
    return { json, lines: [`No such model in ${registry.location}.`, ...more, ...warnings] };
  }
  if (models.length === 0) {
    const lines = [
      `No model yet in ${registry.location}.`,
      `Train one with: ${colours.cyan("modelwright train <recipe.yaml>")}`,
    ];
    return { json, lines: [...lines, ...warnings] };
  }
  const hasTagged = models.some(({ tags }) => Object.keys(tags).length > 0);
  const head = [
    "model",
    "versions",
    "aliases",
    "created",
    ...(hasTagged ? ["tags"] : []),
    ...(archived ? ["archived"] : []),
  ];
  const rows = models.map(({ name, versions, aliases, createdAt, tags, archived: since }) => [
    name,
    String(versions),
    Object.entries(aliases)
      .map(([alias, version]) => `@${alias} → ${version}`)
      .join(", ") || "–",
    moment(createdAt),
    ...(hasTagged ? [tagTexts(tags).join(", ") || "–"] : []),
    ...(archived ? [since === undefined ? away.get(name)!.join(", ") : archivedText(since)] : []),
  ]);
  return { json, lines: [...table(head, rows, width), ...warnings] };
}

/** Versions that are put away by themselves, by model. */
async function archivedVersions(registry: Registry, models: readonly ModelRecord[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { name, archived } of models) {
    if (archived !== undefined) continue;
    const away = (await registry.listVersions(name)).filter((version) => version.archived !== undefined);
    if (away.length > 0)
      found.set(
        name,
        away.map(({ version }) => `${name}:${version}`),
      );
  }
  return found;
}

function archivedText({ at, by, reason }: Archived): string {
  return `${moment(at)} by ${plainText(by)}: ${plainText(reason)}`;
}

async function show({ registry, args: [reference = ""], width }: Task): Promise<SubVerbAnswer> {
  // Only here: the stages and the tables of measures load all that training needs.
  const [{ STAGES }, { formatMeasuresTable }] = await Promise.all([
    import("../../tasks/tasks.ts"),
    import("@modelwright/evaluation"),
  ]);
  const record = await registry.resolve(reference);
  const versions = await registry.listVersions(record.name);
  const { manifest, archived } = record;
  // What is archived is given to nobody, and so has no folder that one may use.
  const directory = archived === undefined ? await registry.materialise(record) : undefined;
  const { git } = await registry.getRun(record.runId);
  const { tags, notes } = await annotationsOf(registry, { model: record.name, version: record.version });
  const { lineage } = manifest;
  const size = manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const lines = [
    colours.bold(title(record)),
    ...columns(
      [
        ["task", manifest.task],
        ...STAGES[manifest.task].summary(manifest),
        [
          `${TASKS[manifest.task].words.unit}s`,
          [
            `train ${lineage.trainRows.toLocaleString("en-US")}`,
            `validation ${lineage.validationRows.toLocaleString("en-US")}`,
            `test ${lineage.testRows.toLocaleString("en-US")}`,
          ].join(", "),
        ],
        ["run", record.runId],
        ["created", moment(record.createdAt)],
        ...(git === undefined ? [] : [["git", gitText(git)]]),
        ...(archived === undefined ? [] : [["archived", `${archived.what}, ${archivedText(archived)}`]]),
        ...tagFact(tags),
        ...(directory === undefined ? [] : [["folder", directory]]),
        ["size", `${bytes(size)} in ${counted(manifest.files.length, "file")}`],
        [
          "versions",
          versions
            .map(({ version, archived }) => `${version}${archived === undefined ? "" : " (archived)"}`)
            .join(", "),
        ],
      ],
      "  ",
    ),
    "",
    formatMeasuresTable(TASKS[manifest.task].metrics, [{ name: "test split", measures: manifest.metrics }], {
      all: true,
      width,
    }),
    ...(notes.length === 0 ? [] : ["", colours.bold("Notes"), ...noteLines(notes)]),
  ];
  return {
    json: {
      ...record,
      ...(directory !== undefined && { directory }),
      ...{ git, tags, notes },
      sizeBytes: size,
      versions: versions.map(({ version }) => version),
    },
    lines,
  };
}

async function promote({
  registry,
  args: [reference = "", alias = DEFAULT_ALIAS],
  options,
}: Task): Promise<SubVerbAnswer> {
  // A name alone, or an alias, would say which version only by what happens to stand there.
  if (!/^[^@:]+:\d+$/.test(reference)) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "<version>",
      rule: "name:version, for example tickets:2",
      got: reference,
    });
  }
  const record = await registry.resolve(reference);
  const moved = await registry.setAlias(record.name, alias, record.version, options.reason ?? "promoted by hand");
  return { json: moved, lines: [`${colours.bold(`${moved.name}@${alias}`)} is now version ${moved.version}.`] };
}

async function demote({ registry, args: [name = "", alias = DEFAULT_ALIAS], options }: Task): Promise<SubVerbAnswer> {
  await registry.removeAlias(name, alias, options.reason ?? "removed by hand");
  return {
    json: { name, alias, removed: true },
    lines: [`${colours.bold(`${name}@${alias}`)} points at no version now.`],
  };
}

async function rollback({ registry, args: [name = "", alias = DEFAULT_ALIAS], options }: Task): Promise<SubVerbAnswer> {
  const moved = await registry.rollback(name, alias, options.reason);
  return { json: moved, lines: [`${colours.bold(`${name}@${alias}`)} is version ${moved.version} again.`] };
}

async function history({ registry, args: [name = "", alias = DEFAULT_ALIAS], width }: Task): Promise<SubVerbAnswer> {
  const moves = await registry.aliasHistory(name, alias);
  const rows = moves.map(({ at, kind, from, to, reason }) => [
    moment(at),
    kind,
    `${from ?? "–"} → ${to ?? "–"}`,
    plainText(reason),
  ]);
  const head = ["moved", "how", "version", "reason"];
  return { json: { name, alias, moves }, lines: rows.length === 0 ? ["No moves."] : table(head, rows, width) };
}

async function verify({ registry, args: [reference = ""] }: Task): Promise<SubVerbAnswer> {
  const record = await registry.resolve(reference);
  await registry.verifyVersion(record);
  const files = record.manifest.files.length;
  return {
    json: { name: record.name, version: record.version, files, intact: true },
    lines: [`${colours.green("✓")} ${title(record)}: ${counted(files, "file")}, every digest as registered.`],
  };
}

async function types({ registry, args: [reference = ""], options }: Task): Promise<SubVerbAnswer> {
  // Only here: the types are made from what a server says of a model.
  const { clientFile } = await import("../../client/client-file.ts");
  const { out, force = false } = options;
  if (out !== undefined) await checkDocuments([out], force);
  const record = await registry.resolve(reference);
  const text = clientFile(record);
  const json = { name: record.name, version: record.version, ...(out === undefined ? { text } : { file: out }) };
  if (out === undefined) return { json, lines: text.trimEnd().split("\n") };
  await writeDocument(out, text);
  return { json, lines: [`Wrote ${colours.bold(out)}: what ${title(record)} takes and gives.`] };
}

function title({ name, version, aliases }: VersionRecord): string {
  return `${name}:${version}${aliases.map((alias) => ` @${alias}`).join("")}`;
}
