import { userInfo } from "node:os";
import { ModelwrightError } from "@modelwright/contracts";
import type { Archivable, Registry } from "@modelwright/registry";
import { counted } from "../../../wording/quantities.ts";
import { colours } from "../../output/colours.ts";
import type { RegistryTask, SubVerb, SubVerbAnswer } from "../../sub-verbs.ts";
import type { CommonOptions } from "../../verb.ts";

type Task = RegistryTask<CommonOptions & { readonly reason?: string; readonly by?: string; readonly yes?: boolean }>;

const WHAT = ["<model>", "name of a model, or name:version"] as const;

export const archive: SubVerb<Task> = {
  summary: "put a model or a version away: kept, but neither listed nor served",
  arguments: [WHAT],
  options: [
    ["--reason <text>", "why; kept with it"],
    ["--by <name>", "who does it (default: the name of your account)"],
  ],
  example: "archive tickets:1 --reason 'labels of May were wrong'",
  run: putAway,
};

export const restore: SubVerb<Task> = {
  summary: "take back what was archived",
  arguments: [WHAT],
  example: "restore tickets:1",
  run: takeBack,
};

export const remove: SubVerb<Task> = {
  summary: "delete a version for good, or every version of an archived model",
  arguments: [WHAT],
  options: [["--yes", "do it; it cannot be undone"]],
  example: "delete tickets:1 --yes",
  run: deleteForGood,
};

async function putAway({ registry, args: [text = ""], options }: Task): Promise<SubVerbAnswer> {
  const what = archivable(text);
  const { reason = "archived by hand", by = userInfo().username } = options;
  const archived = await registry.stores.archive.put(what, { by, reason });
  return {
    json: { ...what, archived },
    lines: [
      `Archived ${colours.bold(archived.what)}: nothing of it is deleted.`,
      `Take it back with: ${colours.cyan(`modelwright models restore ${archived.what}`)}`,
    ],
  };
}

async function takeBack({ registry, args: [text = ""] }: Task): Promise<SubVerbAnswer> {
  const what = archivable(text);
  const restored = await registry.stores.archive.takeBack(what);
  const stays = restored && what.version !== undefined && (await archivedModel(registry, what.model));
  return {
    json: { ...what, restored },
    lines: [
      restored ? `Restored ${colours.bold(text)}.` : `${colours.bold(text)} was not archived.`,
      ...(stays ? [`It stays away while its model is: modelwright models restore ${what.model}`] : []),
    ],
  };
}

/** What an alias or traffic points at is refused by the registry; all of a model only after it was put away. */
async function deleteForGood({ registry, args: [text = ""], options }: Task): Promise<SubVerbAnswer> {
  const { model, version } = archivable(text);
  const versions =
    version === undefined
      ? (await registry.listVersions(model)).map((each) => each.version)
      : [(await registry.getVersion(model, version)).version];
  if (version === undefined && !(await archivedModel(registry, model))) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "<model>",
      rule: `name:version, for example tickets:2; all of a model is deleted once it was archived: modelwright models archive ${model}`,
      got: text,
    });
  }
  const what = version === undefined ? `${model} with ${counted(versions.length, "version")}` : text;
  if (options.yes !== true) throw new ModelwrightError("CLI_CONFIRMATION_MISSING", { what: `deleting ${what}` });
  for (const each of versions) await registry.deleteVersion(model, each);
  return {
    json: { name: model, ...(version === undefined ? { versions } : { version }), deleted: true },
    lines: [`Deleted ${what}.`],
  };
}

async function archivedModel(registry: Registry, model: string): Promise<boolean> {
  return (await registry.listModels()).some(({ name, archived }) => name === model && archived !== undefined);
}

/** Never by an alias: what it points at may have moved since one looked. */
function archivable(text: string): Archivable {
  const [, model, version] = /^([^@:]+)(?::([1-9]\d{0,8}))?$/.exec(text) ?? [];
  if (model === undefined) {
    throw new ModelwrightError("CLI_OPTION_INVALID", {
      option: "<model>",
      rule: "a name, or name:version, for example tickets:2",
      got: text,
    });
  }
  return version === undefined ? { model } : { model, version: Number(version) };
}
