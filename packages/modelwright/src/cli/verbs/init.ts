import { access, writeFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { choices, ModelwrightError, nearestTo, type TaskName, taskNames } from "@modelwright/contracts";
import type { Command } from "commander";
import type { DataLook, NamedColumns, NamedRole, RecipeDraft } from "../../tasks/recipe-draft.ts";
import { STAGES } from "../../tasks/tasks.ts";
import { counted } from "../../wording/quantities.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { chooseDraft } from "../init/choose-draft.ts";
import { type LookedAt, lookAtData } from "../init/look-at-data.ts";
import { modelName, recipeText } from "../init/recipe-text.ts";
import { type Rehearsal, rehearse } from "../init/rehearse.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { warningLines } from "../tables/table-warnings.ts";
import { type CommonOptions, ENCODING_OPTION, verb } from "../verb.ts";

interface InitOptions extends CommonOptions, NamedColumns {
  readonly name?: string;
  readonly task?: TaskName;
  readonly encoding?: string;
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
      `a CSV or JSON Lines file of rows or conversations, one of tagged tokens (.conll, .bio), a folder of .txt files or one of them for a language model, or a task to try on a sample (${SAMPLES.join(", ")}); default: a sample`,
    )
    .option("--name <name>", "name of the model; default: from the file's name")
    .option("--task <task>", "task of the recipe; default: found by a look at the data", taskName)
    .option("--text <column>", "column that holds the text; default: found by a look at the file")
    .option("--second <column>", "column of a second text, where something is said of two texts together")
    .option("--label <column>", "column that holds the label; default: found by a look at the file")
    .option("--labels <column>", "column that holds several labels per row")
    .option("--target <column>", "column that holds the number to predict")
    .option(...ENCODING_OPTION)
    .option("--force", "overwrite files that exist")
    .action(init);
}

function taskName(value: string): TaskName {
  const task = taskNames.find((name) => name === value);
  if (task !== undefined) return task;
  throw new ModelwrightError("CLI_OPTION_INVALID", {
    option: "--task",
    rule: choices(taskNames),
    got: value,
    ...nearestTo(value, taskNames),
  });
}

async function init(given: string | undefined, options: InitOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  const sampled = await sampleTask(given, options.task);
  const sample = sampled === undefined ? undefined : STAGES[sampled].sample!;
  const source = sample?.file ?? given!;
  if (sample === undefined && isPath(source) && !(await exists(source))) await missing(source);
  const name = options.name === undefined ? modelName(resolve(source)) : checkedName(options.name);
  const recipe = `${name}.yaml`;
  for (const path of [...(sample === undefined ? [] : [source]), recipe]) {
    if (options.force !== true && (await exists(path))) throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path });
  }
  if (sample !== undefined) await write(source, sample.content());

  const data = await lookAtData(source, options);
  const chosen = chooseDraft(data.look, options.task ?? sampled);
  if ("unclear" in chosen) throw unclear(source, chosen.unclear, data.look);
  const { task, draft } = chosen;
  const text = recipeText({ name, task, source: fromRecipe(source), encoding: data.encoding, draft });
  const { rows } = data.details;
  const rehearsal = await rehearse(text, {
    source,
    baseDir: process.cwd(),
    rows: typeof rows === "number" ? rows : undefined,
    onProgress: ({ done }) => screen.progress(`looking at the data as training will: ${counted(done, "row")}`),
  }).catch((error: unknown) => {
    screen.say(...foundLines(source, { data, draft }));
    throw error;
  });
  await write(recipe, text);

  screen.say(
    ...foundLines(source, { data, draft, rehearsal }),
    "",
    `Wrote ${colours.bold(recipe)}${sample === undefined ? "" : ` and ${colours.bold(source)}`}.`,
    "",
    ...nextLines(recipe, rehearsal),
  );
  const { problem } = rehearsal;
  if (problem !== undefined) process.exitCode = EXIT_CODES.usersMistake;
  screen.result({
    recipe,
    source,
    task,
    sample: sample !== undefined,
    ...data.details,
    ...draft.details,
    warnings: rehearsal.warnings,
    ...(problem === undefined ? {} : { problem: { ...problem.toJSON(), remedy: problem.remedy } }),
  });
}

/** What the look has found, so that a wrong guess is seen before it is trained on. */
function foundLines(
  source: string,
  {
    data,
    draft: { found, lines = [], warnings = [] },
    rehearsal,
  }: { readonly data: LookedAt; readonly draft: RecipeDraft; readonly rehearsal?: Rehearsal },
): string[] {
  const all = new Set([...data.warnings, ...warnings, ...(rehearsal?.warnings ?? [])]);
  return [
    `${colours.bold(source)}: ${data.size}${found === undefined ? "" : `; ${found}`}`,
    ...(lines.length === 0 ? [] : ["", ...lines]),
    ...warningLines(all),
  ];
}

function nextLines(recipe: string, { problem }: Rehearsal): string[] {
  if (problem === undefined) return [`Next: ${colours.cyan(`modelwright train ${recipe}`)}`];
  return [`${colours.red("Before you train:")} ${problem.message}`];
}

function unclear(path: string, role: NamedRole, look: DataLook): ModelwrightError {
  const columns = look.kind === "table" ? look.sketch.columns.map(({ name }) => name) : [];
  if (role === "text") return new ModelwrightError("CLI_TABLE_WITHOUT_TEXT", { path, columns });
  return new ModelwrightError("CLI_COLUMNS_UNCLEAR", { path, role, available: columns });
}

/** The task whose sample is wanted: one that is named, by itself or by `--task`, or the first when nothing is. */
async function sampleTask(given: string | undefined, named: TaskName | undefined): Promise<TaskName | undefined> {
  if (given === undefined) {
    if (named === undefined || SAMPLES.includes(named)) return named ?? SAMPLES[0];
    const rule = `${choices(SAMPLES)} where no file is named: other tasks have no sample to try`;
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--task", rule, got: named });
  }
  const task = SAMPLES.find((name) => name === given);
  return task !== undefined && !(await exists(given)) ? task : undefined;
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return name;
  const rule = "1 to 64 lower-case letters, digits, dots, dashes or underscores, a letter or digit first";
  throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--name", rule, got: name });
}

function fromRecipe(source: string): string {
  if (isAddress(source)) return source;
  const path = relative(process.cwd(), resolve(source)).split(sep).join("/");
  return path.startsWith("..") ? path : `./${path}`;
}

/** What is said to lie elsewhere than in a file, or in a database. One letter before a colon is a drive of Windows. */
function isAddress(source: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(source);
}

/** Whether a source is the path of one thing: no address, no pattern of files, no sheet of one. */
function isPath(source: string): boolean {
  return !isAddress(source) && !/[*?#]/.test(source);
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
  throw new ModelwrightError("CLI_INIT_UNKNOWN", { got: given, tasks: SAMPLES, ...nearestTo(given, SAMPLES) });
}

async function write(path: string, content: string): Promise<void> {
  await writeFile(path, content).catch((cause: NodeJS.ErrnoException) => {
    throw new ModelwrightError("CLI_OUTPUT_UNWRITABLE", { path, problem: cause.message }, { cause });
  });
}
