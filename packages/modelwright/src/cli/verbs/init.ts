import { access, stat, writeFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { ModelwrightError, type TaskName, taskNames } from "@modelwright/contracts";
import { profileColumns, readDocuments } from "@modelwright/data";
import type { Command } from "commander";
import pc from "picocolors";
import { type DataLook, NAMED_ROLES, type NamedColumns } from "../../tasks/recipe-draft.ts";
import { STAGES } from "../../tasks/tasks.ts";
import { counted } from "../../wording/quantities.ts";
import { chooseDraft } from "../init/choose-draft.ts";
import { modelName, recipeText } from "../init/recipe-text.ts";
import { Screen } from "../output/screen.ts";
import { openArgument } from "../tables/open-argument.ts";
import { warningLines } from "../tables/table-warnings.ts";
import { type CommonOptions, verb } from "../verb.ts";

interface InitOptions extends CommonOptions, NamedColumns {
  readonly name?: string;
  readonly task?: TaskName;
  readonly force?: boolean;
}

/** Tasks that have data of their own to try. */
const SAMPLES = taskNames.filter((task) => STAGES[task].sample !== undefined);

export function initVerb(): Command {
  return verb("init", {
    examples: [
      "modelwright init",
      "modelwright init my-data.csv",
      "modelwright init my-data.csv --text body --label queue",
      "modelwright init essays/",
    ],
  })
    .argument(
      "[task-or-file]",
      `a CSV or JSON Lines file, a folder of .txt files for a language model, or a task to try on a sample (${SAMPLES.join(", ")}); default: a sample`,
    )
    .option("--name <name>", "name of the model; default: from the file's name")
    .option("--task <task>", "task of the recipe; default: found by a look at the data", taskName)
    .option("--text <column>", "column that holds the text; default: found by a look at the file")
    .option("--label <column>", "column that holds the label; default: found by a look at the file")
    .option("--labels <column>", "column that holds several labels per row")
    .option("--target <column>", "column that holds the number to predict")
    .option("--force", "overwrite files that exist")
    .action(init);
}

function taskName(value: string): TaskName {
  const task = taskNames.find((name) => name === value);
  if (task !== undefined) return task;
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--task", rule: taskNames.join(", "), got: value });
}

/** What the recipe is about. */
interface Data {
  readonly source: string;
  readonly look: DataLook;
  /** How much there is: `24 rows`. */
  readonly size: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** What a careful reader should know of the source. */
  readonly warnings: Iterable<string>;
}

async function init(given: string | undefined, options: InitOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const sampled = await sampleTask(given);
  const sample = sampled === undefined ? undefined : STAGES[sampled].sample!;
  const source = sample?.file ?? given!;
  if (sample === undefined && !(await exists(source))) await missing(source);
  const name = options.name === undefined ? modelName(resolve(source)) : checkedName(options.name);
  const recipe = `${name}.yaml`;
  for (const path of [...(sample === undefined ? [] : [source]), recipe]) {
    if (options.force !== true && (await exists(path))) throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path });
  }
  if (sample !== undefined) await write(source, sample.content());

  const data = (await isFolder(source)) ? await lookAtDocuments(source) : await lookAtTable(source, options);
  const chosen = chooseDraft(data.look, options.task ?? sampled);
  if ("unclear" in chosen) {
    const available = data.look.kind === "table" ? data.look.profile.columns.map((column) => column.name) : [];
    throw new ModelwrightError("CLI_COLUMNS_UNCLEAR", { path: source, role: chosen.unclear, available });
  }
  const { task, draft } = chosen;
  await write(recipe, recipeText({ name, task, source: fromRecipe(source), draft }));

  const { found, lines = [], warnings = [] } = draft;
  screen.say(
    `${pc.bold(source)}: ${data.size}${found === undefined ? "" : `; ${found}`}`,
    ...(lines.length === 0 ? [] : ["", ...lines]),
    ...warningLines([...warnings, ...data.warnings]),
    "",
    `Wrote ${pc.bold(recipe)}${sample === undefined ? "" : ` and ${pc.bold(source)}`}.`,
    "",
    `Next: ${pc.cyan(`modelwright train ${recipe}`)}`,
  );
  screen.result({ recipe, source, task, sample: sample !== undefined, ...data.details, ...draft.details });
}

/** The task whose sample is wanted: one that is named, or the first when nothing is. */
async function sampleTask(given: string | undefined): Promise<TaskName | undefined> {
  if (given === undefined) return SAMPLES[0];
  const task = SAMPLES.find((name) => name === given);
  return task !== undefined && !(await exists(given)) ? task : undefined;
}

async function lookAtTable(source: string, options: InitOptions): Promise<Data> {
  const named: NamedColumns = Object.fromEntries(
    NAMED_ROLES.flatMap((role) => (options[role] === undefined ? [] : [[role, options[role]]])),
  );
  const table = await openArgument(source, Object.values(named));
  for (const [role, column] of Object.entries(named)) {
    if (table.columns.includes(column)) continue;
    throw new ModelwrightError("CLI_COLUMN_MISSING", {
      path: source,
      column,
      option: `--${role}`,
      available: table.columns,
    });
  }
  const profile = await profileColumns(table);
  if (profile.rows === 0) {
    throw new ModelwrightError("DATA_EMPTY", { file: source, problem: "a header and no rows below it" });
  }
  return {
    source,
    look: { kind: "table", profile, named },
    size: counted(profile.rows, "row"),
    details: { rows: profile.rows },
    warnings: table.warnings,
  };
}

async function lookAtDocuments(source: string): Promise<Data> {
  const warnings = new Set<string>();
  const documents = await readDocuments(source, {
    baseDir: process.cwd(),
    onWarning: (warning) => warnings.add(warning),
  });
  const sentences = documents.reduce((sum, document) => sum + document.sentences.length, 0);
  return {
    source,
    look: { kind: "documents" },
    size: `${counted(documents.length, "document")}, ${counted(sentences, "sentence")}`,
    details: { documents: documents.length, sentences },
    warnings,
  };
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return name;
  const rule = "1 to 64 lower-case letters, digits, dots, dashes or underscores, a letter or digit first";
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--name", rule, got: name });
}

function fromRecipe(source: string): string {
  const path = relative(process.cwd(), resolve(source)).split(sep).join("/");
  return path.startsWith("..") ? path : `./${path}`;
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function missing(given: string): Promise<never> {
  const path = given.includes(".") || given.includes(sep);
  if (path) throw new ModelwrightError("CLI_FILE_NOT_FOUND", { path: given, problem: "no such file" });
  throw new ModelwrightError("CLI_INIT_UNKNOWN", { got: given, tasks: SAMPLES });
}

async function write(path: string, content: string): Promise<void> {
  await writeFile(path, content).catch((cause: NodeJS.ErrnoException) => {
    throw new ModelwrightError("CLI_OUTPUT_UNWRITABLE", { path, problem: cause.message }, { cause });
  });
}
