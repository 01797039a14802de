import { access, stat, writeFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { readDocuments } from "@modelwright/data";
import type { Command } from "commander";
import pc from "picocolors";
import { columns } from "../../wording/columns.ts";
import { plainText, shorten } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { lookAtTable, type TableLook } from "../init/guess-columns.ts";
import { languageModelRecipeText } from "../init/language-model-recipe-text.ts";
import { modelName, recipeText } from "../init/recipe-text.ts";
import { sampleTickets } from "../init/sample-tickets.ts";
import { Screen } from "../output/screen.ts";
import { openArgument } from "../tables/open-argument.ts";
import { warningLines } from "../tables/table-warnings.ts";
import { type CommonOptions, verb } from "../verb.ts";

interface InitOptions extends CommonOptions {
  readonly name?: string;
  readonly text?: string;
  readonly label?: string;
  readonly force?: boolean;
}

const TASKS = ["text-classification"] as const;
const SAMPLE_FILE = "tickets.csv";
const LABELS_SHOWN = 10;

export function initVerb(): Command {
  return verb("init", {
    summary: "write a recipe from a look at your data, or a sample to try",
    examples: [
      "modelwright init",
      "modelwright init my-data.csv",
      "modelwright init my-data.csv --text body --label queue",
      "modelwright init essays/",
    ],
  })
    .argument(
      "[task-or-file]",
      `a CSV or JSON Lines file, a folder of .txt files for a language model, or a task (${TASKS.join(", ")}); default: a sample`,
    )
    .option("--name <name>", "name of the model; default: from the file's name")
    .option("--text <column>", "column that holds the text; default: found by a look at the file")
    .option("--label <column>", "column that holds the label; default: found by a look at the file")
    .option("--force", "overwrite files that exist")
    .action(init);
}

async function init(given: string | undefined, options: InitOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  if (given !== undefined && (await isFolder(given))) return initLanguageModel(given, { screen, options });
  const sample = given === undefined || ((TASKS as readonly string[]).includes(given) && !(await exists(given)));
  const source = sample ? SAMPLE_FILE : given;
  if (!sample && !(await exists(source))) await missing(source);
  const name = options.name === undefined ? modelName(source) : checkedName(options.name);
  const recipe = `${name}.yaml`;
  const files = new Map<string, string>();
  if (sample) files.set(source, sampleTickets());
  for (const path of [...files.keys(), recipe]) {
    if (options.force !== true && (await exists(path))) throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path });
  }
  for (const [path, content] of files) await write(path, content);

  const named = [options.text, options.label].filter((column) => column !== undefined);
  const table = await openArgument(source, named);
  const look = await lookAtTable(table, {
    path: source,
    ...(options.text === undefined ? {} : { text: options.text }),
    ...(options.label === undefined ? {} : { label: options.label }),
  });
  const { text, label, id } = look;
  const draft = {
    name,
    source: fromRecipe(source),
    columns: { text, label, ...(id === undefined ? {} : { id }) },
    rows: look.rows,
  };
  await write(recipe, recipeText(draft));

  screen.say(...describeLook(source, look), ...warningLines(table.warnings), "");
  screen.say(`Wrote ${pc.bold(recipe)}${sample ? ` and ${pc.bold(source)}` : ""}.`, "");
  screen.say(`Next: ${pc.cyan(`modelwright train ${recipe}`)}`);
  screen.result({ recipe, source, sample, ...look });
}

/** A recipe for the texts of a folder. */
async function initLanguageModel(
  folder: string,
  { screen, options }: { readonly screen: Screen; readonly options: InitOptions },
): Promise<void> {
  const name = options.name === undefined ? modelName(resolve(folder)) : checkedName(options.name);
  const recipe = `${name}.yaml`;
  if (options.force !== true && (await exists(recipe)))
    throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path: recipe });
  const warnings = new Set<string>();
  const documents = await readDocuments(folder, {
    baseDir: process.cwd(),
    onWarning: (warning) => warnings.add(warning),
  });
  const sentences = documents.reduce((sum, document) => sum + document.sentences.length, 0);
  await write(recipe, languageModelRecipeText({ name, source: fromRecipe(folder) }));
  screen.say(
    `${pc.bold(folder)}: ${counted(documents.length, "document")}, ${counted(sentences, "sentence")}`,
    ...warningLines(warnings),
    "",
  );
  screen.say(`Wrote ${pc.bold(recipe)}.`, "");
  screen.say(`Next: ${pc.cyan(`modelwright train ${recipe}`)}`);
  screen.result({ recipe, source: folder, documents: documents.length, sentences });
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return name;
  const rule = "1 to 64 lower-case letters, digits, dots, dashes or underscores, a letter or digit first";
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--name", rule, got: name });
}

/** What the look found, so that a wrong guess is seen before it is trained on. */
function describeLook(source: string, look: TableLook): string[] {
  const shown = look.labels.slice(0, LABELS_SHOWN);
  const rest = look.labels.slice(LABELS_SHOWN);
  const lines = [
    `${pc.bold(source)}: ${counted(look.rows, "row")}; text in "${look.text}", label in "${look.label}"${look.id === undefined ? "" : `, id in "${look.id}"`}`,
    "",
    `  ${counted(look.labels.length, "label")}:`,
    ...columns(
      shown.map(({ label, rows }) => [shorten(plainText(label), 40), counted(rows, "row")]),
      "    ",
    ),
  ];
  if (rest.length > 0) {
    const rows = rest.reduce((sum, each) => sum + each.rows, 0);
    lines.push(`    and ${rest.length} more with ${counted(rows, "row")}`);
  }
  return [...lines, ...warningLines(warnings(look))];
}

function warnings({ labels, incomplete, rows, label }: TableLook): string[] {
  const found: string[] = [];
  const single = labels.filter((each) => each.rows < 2);
  if (incomplete > 0) found.push(`${counted(incomplete, "row")} without a text or a label will be dropped`);
  if (labels.length < 2) found.push(`one label only: there is nothing to tell apart; name the column with --label`);
  else if (labels.length > rows / 4) found.push(`"${label}" has few rows for each of its values; is it the label?`);
  if (single.length > 0 && labels.length >= 2) {
    found.push(`${counted(single.length, "label")} with a single row; training needs at least 2 of each`);
  }
  return found;
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
  throw new ModelwrightError("CLI_INIT_UNKNOWN", { got: given, tasks: TASKS });
}

async function write(path: string, content: string): Promise<void> {
  await writeFile(path, content).catch((cause: NodeJS.ErrnoException) => {
    throw new ModelwrightError("CLI_OUTPUT_UNWRITABLE", { path, problem: cause.message }, { cause });
  });
}
