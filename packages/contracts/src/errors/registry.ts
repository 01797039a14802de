import { choices, defineError } from "./error-definition.ts";

/** `; did you mean "x"?` when a name is close to one that exists, otherwise what exists. */
function suggestion(nearest: string | undefined, known: readonly (string | number)[], what: string): string {
  const all = `${what}: ${choices(known.map(String))}`;
  return nearest === undefined ? all : `did you mean "${nearest}"? ${all}`;
}

export const registryErrors = {
  STORAGE_FAILED: defineError<{ where: string; problem: string; remedy: string }>({
    status: 507,
    meaning: "The disk took nothing more, or may not be written to: full, read-only, without permission.",
    message: (d) => `${d.where}: ${d.problem}`,
    remedy: (d) => d.remedy,
  }),
  REGISTRY_DIRECTORY_INVALID: defineError<{ directory: string; problem: string }>({
    status: 400,
    meaning: "The registry directory cannot be made or written.",
    message: (d) => `registry directory ${d.directory}: ${d.problem}`,
    remedy: "Give a directory that exists or can be made, and that you may write to.",
  }),
  REGISTRY_URL_UNSUPPORTED: defineError<{ url: string; problem: string; supported: readonly string[] }>({
    status: 400,
    meaning: "The registry was named by a URL that this Modelwright cannot open.",
    message: (d) => `registry ${JSON.stringify(d.url)}: ${d.problem}; supported: ${d.supported.join(", ")}`,
    remedy: "Name a folder, for example .modelwright, or write such a URL, in --registry or MODELWRIGHT_REGISTRY.",
  }),
  REGISTRY_VARIABLE_MISSING: defineError<{ location: string; variable: string }>({
    status: 400,
    meaning: "The URL of the registry names a variable of the environment that is not set.",
    message: (d) => `registry ${d.location}: the variable ${d.variable} of the environment is not set`,
    remedy: (d) => `Set ${d.variable} where modelwright runs, and try again.`,
  }),
  REGISTRY_UNREACHABLE: defineError<{ location: string; problem: string }>({
    status: 503,
    meaning: "The server of the registry's database does not answer, refused the connection or ended it.",
    message: (d) => `${d.location}: ${d.problem}; nothing was changed`,
    remedy:
      "Check that the server runs, and host, user and database; a password is taken from PGPASSWORD, ~/.pgpass or a variable in the URL.",
  }),
  REGISTRY_FILES_FAILED: defineError<{ object: string; problem: string; remedy: string }>({
    status: 503,
    meaning:
      "The object store with the registry's files does not answer, or refuses: network, bucket, keys, region, clock.",
    message: (d) => `${d.object}: ${d.problem}`,
    remedy: (d) => d.remedy,
  }),
  REGISTRY_OUTCOME_UNKNOWN: defineError<{ location: string; problem: string }>({
    status: 503,
    meaning: "The connection to the registry's database was lost at the end of a change, and it does not answer since.",
    message: (d) => `${d.location}: whether the change was kept is not known: ${d.problem}`,
    remedy: "Look at the registry once its database answers, before you do the same again.",
  }),
  REGISTRY_SCHEMA_NEWER: defineError<{ location: string; found: number; known: number }>({
    status: 409,
    meaning: "A newer Modelwright wrote the registry's database; reading it with this one could harm it.",
    message: (d) => `${d.location}: the schema is version ${d.found}, this Modelwright knows versions up to ${d.known}`,
    remedy: "Use the newer Modelwright that wrote it; nothing was changed.",
  }),
  REGISTRY_SCHEMA_OLDER: defineError<{ location: string; found: number; known: number }>({
    status: 409,
    meaning:
      "An older Modelwright made the registry's database, which many may use: it is changed only when asked for.",
    message: (d) => `${d.location}: the schema is version ${d.found}, this Modelwright writes version ${d.known}`,
    remedy: "Bring it to the newest, once for all who use it, with: modelwright migrate",
  }),
  REGISTRY_READ_ONLY: defineError<{ location: string }>({
    status: 400,
    meaning:
      "Something was to be kept in a registry that cannot be written: a read-only mount, another user's folder, a role that only reads.",
    message: (d) => `${d.location} cannot be written`,
    remedy: "Use a registry of your own (--registry); reading this one, predicting and serving work.",
  }),
  REGISTRY_DATABASE_FAILED: defineError<{ location: string; problem: string }>({
    status: 500,
    meaning:
      "The registry's database cannot be opened, read or written: not a database, damaged, read-only, disk full.",
    message: (d) => `${d.location}: ${d.problem}`,
    remedy: "Check free disk space and permissions; if the database is damaged, restore it from a backup.",
  }),
  REGISTRY_RECORDS_MISSING: defineError<{ location: string; folder: string; models: readonly string[] }>({
    status: 500,
    meaning: "The registry's folder holds versions of models, but its database is gone, or empty.",
    message: (d) => `${d.location}: holds no records, though ${d.folder} holds versions of ${choices(d.models)}`,
    remedy:
      "Put the database back from a backup; to begin anew, move the folder away, or name another with --registry.",
  }),
  REGISTRY_RECORD_UNREADABLE: defineError<{ record: string; field: string; problem: string }>({
    status: 500,
    meaning: "A record was stored in a form that this Modelwright cannot read, or was damaged.",
    message: (d) => `${d.record}: ${d.field}: ${d.problem}`,
    remedy:
      "Use the newer Modelwright that wrote it, or restore the registry from a backup; the other records are read.",
  }),
  REGISTRY_BUSY: defineError<{ location: string; waitedMs: number }>({
    status: 503,
    meaning: "Other processes kept the registry's database locked for longer than we wait.",
    message: (d) => `${d.location}: still locked by another process after ${d.waitedMs} ms`,
    remedy: "Try again; if it stays so, look for a stopped process that holds the registry open.",
  }),
  REGISTRY_NAME_INVALID: defineError<{ what: string; name: string; rule: string }>({
    status: 400,
    meaning: "A name of a model, alias, metric or artifact, or the id of a run, breaks the naming rule.",
    message: (d) => `${d.what}: must be ${d.rule}, got ${JSON.stringify(d.name)}`,
    remedy: "Choose a name that keeps the rule.",
  }),
  REGISTRY_VALUE_INVALID: defineError<{ where: string; rule: string; got: string }>({
    status: 400,
    meaning: "A value given to the registry has the wrong form.",
    message: (d) => `${d.where}: must be ${d.rule}, got ${d.got}`,
    remedy: "Fix the value; nothing was stored.",
  }),
  REGISTRY_RUN_UNKNOWN: defineError<{ id: string; nearest?: string; known: readonly string[] }>({
    status: 404,
    meaning: "No run has this id.",
    message: (d) => `no run "${d.id}"; ${suggestion(d.nearest, d.known, "newest runs")}`,
    remedy: "Give the id of a run as training printed it.",
  }),
  REGISTRY_RUN_FINISHED: defineError<{ id: string; wanted: string }>({
    status: 409,
    meaning: "The status of a finished run was to be changed; a finished run is a record.",
    message: (d) => `run ${d.id}: is finished, its status cannot become "${d.wanted}"`,
    remedy: "Start a new run.",
  }),
  REGISTRY_ARTIFACT_UNREADABLE: defineError<{ name: string; path: string; problem: string }>({
    status: 400,
    meaning: "The file to be stored as an artifact cannot be read.",
    message: (d) => `artifact "${d.name}": cannot read ${d.path}: ${d.problem}`,
    remedy: "Give the path of a file that exists, or its bytes.",
  }),
  REGISTRY_ARTIFACT_UNKNOWN: defineError<{ sha256: string }>({
    status: 404,
    meaning: "No artifact with this digest is stored.",
    message: (d) => `no artifact with SHA-256 ${d.sha256}`,
    remedy: "List a run's artifacts to see their digests; if the file was removed from disk, add it again.",
  }),
  REGISTRY_ARTIFACT_CORRUPT: defineError<{ sha256: string; path: string; got: string }>({
    status: 500,
    meaning: "A stored artifact no longer has the content that it was stored with.",
    message: (d) => `${d.path}: the content has SHA-256 ${d.got}, stored as ${d.sha256}`,
    remedy: "Add the artifact again to replace it, or restore the file from a backup.",
  }),
  REGISTRY_MODEL_UNKNOWN: defineError<{ name: string; nearest?: string; known: readonly string[] }>({
    status: 404,
    meaning: "No model of this name is registered.",
    message: (d) => `no model "${d.name}" in the registry; ${suggestion(d.nearest, d.known, "registered models")}`,
    remedy: "Train one with: modelwright train <recipe.yaml>",
  }),
  REGISTRY_VERSION_UNKNOWN: defineError<{ name: string; version: number | "latest"; known: readonly number[] }>({
    status: 404,
    meaning: "The model has no such version.",
    message: (d) => `model "${d.name}" has no version ${d.version}; ${suggestion(undefined, d.known, "its versions")}`,
    remedy: (d) =>
      d.known.length === 0
        ? "Train a version with: modelwright train <recipe.yaml>"
        : `Write for example ${d.name}:${d.known.at(-1)}.`,
  }),
  REGISTRY_ALIAS_UNKNOWN: defineError<{ name: string; alias: string; nearest?: string; known: readonly string[] }>({
    status: 404,
    meaning: "The model has no such alias.",
    message: (d) => `model "${d.name}" has no alias "${d.alias}"; ${suggestion(d.nearest, d.known, "its aliases")}`,
    remedy: "Use one of its aliases, or set this one on a version.",
  }),
  REGISTRY_ALIAS_NO_PREVIOUS: defineError<{ name: string; alias: string; current: number | null }>({
    status: 409,
    meaning: "A roll-back was asked for, but the alias pointed at no other version before that still exists.",
    message: (d) =>
      `${d.name}@${d.alias}: no earlier version to go back to; ${d.current === null ? "it points at none" : `it points at version ${d.current}`}`,
    remedy: "Set the alias to the version you want.",
  }),
  REGISTRY_ALIAS_MOVED: defineError<{ name: string; alias: string; from?: number; now?: number }>({
    status: 409,
    meaning: "An alias was to leave one version for another, but somebody moved it in between.",
    message: (d) =>
      `${d.name}@${d.alias}: was to leave ${d.from === undefined ? "no version" : `version ${d.from}`}, but points at ${d.now === undefined ? "none" : `version ${d.now}`} now`,
    remedy: "Look at the new state, and decide again.",
  }),
  REGISTRY_RUN_HAS_VERSIONS: defineError<{ id: string; versions: readonly string[] }>({
    status: 409,
    meaning: "A run from which a version comes was to be deleted.",
    message: (d) => `run ${d.id}: ${choices(d.versions)} comes from it`,
    remedy: "Delete the version first, with: modelwright models delete <name:version> --yes",
  }),
  REGISTRY_RUN_ACTIVE: defineError<{ id: string; process: number }>({
    status: 409,
    meaning: "A run that is still at work was to be deleted or taken up again.",
    message: (d) => `run ${d.id}: is at work, in process ${d.process} of this machine`,
    remedy: "Wait for it, or stop it with Ctrl-C; what it has done is saved.",
  }),
  REGISTRY_VERSION_ALIASED: defineError<{
    name: string;
    version: number;
    aliases: readonly string[];
    change: "deleted" | "archived";
  }>({
    status: 409,
    meaning: "A version that an alias points at was to be deleted or archived.",
    message: (d) =>
      `${d.name}:${d.version}: cannot be ${d.change} while ${d.aliases.map((alias) => `@${alias}`).join(", ")} ${d.aliases.length === 1 ? "points" : "point"} at it`,
    remedy: "Move or remove the alias first.",
  }),
  REGISTRY_VERSION_IN_TRAFFIC: defineError<{
    name: string;
    version: number;
    kind: string;
    change: "deleted" | "archived";
  }>({
    status: 409,
    meaning: "A version that traffic is compared on was to be deleted or archived.",
    message: (d) => `${d.name}:${d.version}: cannot be ${d.change} while a ${d.kind} of its model is under way`,
    remedy: (d) => `End that first: modelwright traffic stop ${d.name} --reason <why>`,
  }),
  REGISTRY_ARCHIVED: defineError<{ what: string; at: string; by: string; reason: string }>({
    status: 409,
    meaning: "A model or version that was archived was to be used: served, loaded, promoted, or trained anew.",
    message: (d) => `${d.what}: was archived on ${d.at} by ${d.by}: ${d.reason}`,
    remedy: (d) => `Name another version, or take it back with: modelwright models restore ${d.what}`,
  }),
  REGISTRY_TAG_UNKNOWN: defineError<{ subject: string; tag: string; nearest?: string; known: readonly string[] }>({
    status: 404,
    meaning: "A tag was to be removed that is not there.",
    message: (d) => `${d.subject} has no tag "${d.tag}"; ${suggestion(d.nearest, d.known, "its tags")}`,
    remedy: "Name tags that it has; nothing was removed.",
  }),
  REGISTRY_NOTE_UNKNOWN: defineError<{ subject: string; note: number; known: readonly number[] }>({
    status: 404,
    meaning: "A note was to be removed that is not there.",
    message: (d) => `${d.subject} has no note ${d.note}; ${suggestion(undefined, d.known, "its notes")}`,
    remedy: "Name a note by the number that modelwright note shows.",
  }),
  REGISTRY_VERSION_CORRUPT: defineError<{
    name: string;
    version: number;
    location: string;
    problems: readonly { file: string; problem: string }[];
  }>({
    status: 500,
    meaning: "The files of a model version are not those that were registered.",
    message: (d) =>
      `${d.name}:${d.version} in ${d.location}: ${d.problems.map(({ file, problem }) => `${file} ${problem}`).join("; ")}`,
    remedy: "Restore the folder from a backup, roll the alias back, or train again.",
  }),
  REGISTRY_STAGING_INVALID: defineError<{ directory: string; problem: string }>({
    status: 400,
    meaning: "The folder to be registered as a model version is missing, empty, or holds something other than files.",
    message: (d) => `${d.directory}: ${d.problem}`,
    remedy: "Put the version's files, as regular files, into the folder and register it again.",
  }),
  REGISTRY_MANIFEST_INVALID: defineError<{ name: string; version: number; problem: string }>({
    status: 400,
    meaning: "The description of a model version does not keep the manifest's schema.",
    message: (d) => `manifest of ${d.name}:${d.version}: ${d.problem}`,
    remedy: "Fix the description; nothing was registered and the files are where they were.",
  }),
  REGISTRY_REFERENCE_INVALID: defineError<{ reference: string }>({
    status: 400,
    meaning: "A reference to a model version is not of a known form.",
    message: (d) => `model reference: must be name, name@alias or name:version, got ${JSON.stringify(d.reference)}`,
    remedy: "Write for example mail-triage, mail-triage@champion or mail-triage:3.",
  }),
  REGISTRY_MISSING: defineError<{ location: string }>({
    status: 404,
    meaning: "A registry was to be backed up where none is.",
    message: (d) => `${d.location}: there is no registry`,
    remedy: "Name the registry with --registry or MODELWRIGHT_REGISTRY; training makes one.",
  }),
  REGISTRY_NOT_EMPTY: defineError<{ location: string; problem: string }>({
    status: 409,
    meaning: "A backup was to be restored over a registry that holds something.",
    message: (d) => `${d.location}: ${d.problem}; a backup is restored only where nothing is`,
    remedy: "Restore it to a registry that is not there yet (--registry), or move this one away.",
  }),
  REGISTRY_BACKUP_INVALID: defineError<{ folder: string; problem: string }>({
    status: 400,
    meaning: "A folder is no backup of a registry, or not the one that was written.",
    message: (d) => `${d.folder}: ${d.problem}; nothing was restored`,
    remedy: "Name the folder that modelwright backup wrote, and restore it from a copy of its own if it was damaged.",
  }),
  REGISTRY_TARGET_EXISTS: defineError<{ target: string }>({
    status: 409,
    meaning: "A version was to be exported, or a registry backed up, over something that exists.",
    message: (d) => `${d.target}: exists already; nothing is overwritten`,
    remedy: "Choose a folder that does not exist yet.",
  }),
};
