import { existsSync } from "node:fs";
import type { TableRow } from "@modelwright/data";
import type { ExecutionProviderChoice } from "@modelwright/engine";
import { DEFAULT_SEED, loadVersionOf } from "@modelwright/inference";
import type { Command } from "commander";
import { findVersion } from "../../pipeline/find-version.ts";
import { foreignScript } from "../../pipeline/foreign-script.ts";
import { trainedReading } from "../../pipeline/trained-reading.ts";
import { ANSWERS } from "../../tasks/answers.ts";
import type { AnswerOptions } from "../../tasks/task.ts";
import { plainLines } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { ANSWER_OPTIONS, checkFlags } from "../prediction/check-flags.ts";
import { NewCategories } from "../prediction/new-categories.ts";
import type { Item, PredictionSource } from "../prediction/prediction-arguments.ts";
import { missingInput, predictionSource } from "../prediction/prediction-source.ts";
import { withRowNumber } from "../prediction/row-number.ts";
import { openSink } from "../prediction/sinks.ts";
import { addWritingFlags, readJsonSchema, type WritingFlags } from "../prediction/writing-flags.ts";
import { PROVIDER_OPTION, providerName } from "../provider-option.ts";
import { tableWarnings, warningLines } from "../tables/table-warnings.ts";
import { checkTarget } from "../tables/write-table.ts";
import { stopOnInterrupt } from "../training/stop-on-interrupt.ts";
import { type CommonOptions, collectText, ENCODING_OPTION, verb, wholeNumber } from "../verb.ts";

interface PredictOptions extends CommonOptions, Omit<AnswerOptions, "jsonSchema">, WritingFlags {
  readonly file?: string;
  readonly column?: string;
  readonly second?: string;
  readonly encoding?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly executionProvider?: ExecutionProviderChoice;
}

export function predictVerb(): Command {
  const command = verb("predict", {
    examples: [
      'modelwright predict tickets "Where is my parcel?"',
      "modelwright predict tickets --file june.csv --column body --output labelled.csv",
      'modelwright predict inference "A man sleeps." --second "Somebody is awake."',
      "cat lines.txt | modelwright predict tickets --top 3",
      'modelwright predict gpt-brown "The mayor said" --max-tokens 40 --temperature 0.8 --stream',
      'modelwright predict dates "March 5, 2021" --beams 4',
      'modelwright predict help-desk "Where is my parcel?" --json-schema answer.schema.json --temperature 0',
      'modelwright predict bert-brown "The [MASK] said so." --top 3',
      "modelwright predict churn --file customers.csv --output churn.csv",
      "modelwright predict store-sales --file history.csv --output forecast.csv",
      "modelwright predict film-club u1 --top 5 --exclude i7",
      "modelwright predict house-prices living_area=148 built=1961 neighbourhood='North Ames'",
    ],
  })
    .argument("<model>", "name, name@alias or name:version")
    .argument(
      "[items...]",
      "what to predict of: texts to label, continue, answer or rewrite, or with [MASK] to fill in; of a table rows as JSON, or the values of one, column=value; of series { history: [row, …] } as JSON; - or nothing: lines from a pipe",
    )
    .option("--file <path>", "a table with the rows, or a .txt file with one text per line")
    .option(
      "--column <name>",
      "column of the file that holds the text; default: as in training, otherwise found by a look",
    )
    .option(
      "--second <text>",
      "of a model of pairs: the second text, or with --file its column; default: as in training",
    )
    .option(...ENCODING_OPTION)
    .option("--output <path>", "write all columns with the prediction to a .csv or .jsonl file")
    .option(
      "--top <k>",
      "show the k likeliest labels (default: 1), tokens for each [MASK] (default: 5) or items for a user (default: 10)",
      wholeNumber("--top", { min: 1, max: 1000 }),
    )
    .option(
      "--horizon <n>",
      "of a model of series: steps to forecast (default: as many as it was trained for)",
      wholeNumber("--horizon", { min: 1, max: 1000 }),
    )
    .option("--seen", "of a model that recommends: also what the user chose before")
    .option(
      "--exclude <item>",
      "of a model that recommends: an item that it must leave out; may be repeated",
      collectText,
    )
    .option(
      "--among <item>",
      "of a model that recommends: the only items to choose from; may be repeated (default: all that it knows)",
      collectText,
    )
    .option(...PROVIDER_OPTION, providerName)
    .option("--force", "overwrite an output file that exists")
    .action(predict);
  return addWritingFlags(command);
}

async function predict(reference: string, given: readonly string[], options: PredictOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  if (options.output !== undefined) await checkTarget(options.output, options.force === true);
  const { name, version, manifest, directory } = await findVersion(reference, options.registry);
  const { columns: trained } = await trainedReading(directory);
  const source = await predictionSource({
    model: reference,
    manifest,
    items: given,
    file: options.file,
    column: options.column,
    second: options.second,
    encoding: options.encoding,
    trained,
  });
  for (const text of given) {
    if (/^\S+\.\w+$/.test(text) && existsSync(text)) {
      screen.note(
        `${colours.yellow("!")} "${text}" is taken as a text; the file of that name is read with --file ${text}`,
      );
    }
  }
  const tellWarnings = tableWarnings(screen, source.table.warnings);
  const answers = ANSWERS[manifest.task];
  const { input } = manifest.signature;
  const described = { name: `${name}:${version}`, task: manifest.task };
  checkFlags(options, answers, described);
  const asked = await requestOf(options);
  const { executionProvider, output, force = false, n = 1 } = options;
  const model = await loadVersionOf(
    manifest.task,
    directory,
    executionProvider === undefined ? {} : { executionProvider },
  );
  const interrupt = stopOnInterrupt(() => {});
  const { signal } = interrupt;
  // Each of several texts of a row has a seed of its own, the first too: to some models a seed says that tokens are drawn.
  const draws = Array.from({ length: n }, (_, i) => ({
    ...asked,
    ...(n === 1 ? {} : { seed: (asked.seed ?? DEFAULT_SEED) + i }),
    signal,
  }));
  try {
    const sink = await openSink({
      screen,
      source,
      output: output === undefined ? undefined : { path: output, force },
      columns: answers.columns(model, asked),
    });
    try {
      let done = 0;
      let missing = 0;
      const seen: string[] = [];
      const categories = new NewCategories(manifest);
      for await (const rows of batches(source, answers.rowsAtOnce)) {
        signal.throwIfAborted();
        const items = rows.map(source.itemOf);
        const present = items.filter((item) => item !== undefined);
        categories.look(present);
        if (seen.length < SEEN) seen.push(...present.slice(0, SEEN - seen.length).map(textOf));
        if (options.stream) {
          for (const item of present) for (const draw of draws) await showStream(answers.stream!(model, item, draw));
        } else {
          const runs = present.length === 0 ? [] : draws.map((draw) => answers.answer(model, present, draw));
          const drawn = await Promise.all(runs).catch((error: unknown) => {
            throw withRowNumber(error, { items, before: done });
          });
          const shown = drawn.map((each) => each.values());
          for (const [i, row] of rows.entries()) {
            const item = items[i];
            if (item === undefined) await sink.put(row, undefined);
            else for (const each of shown) await sink.put(row, { item, answer: each.next().value! });
          }
        }
        done += rows.length;
        missing += rows.length - present.length;
        if (!sink.isOnScreen) screen.progress(`predicted ${counted(done, "row")}`);
      }
      tellWarnings();
      if (done === missing) throw missingInput(reference, input);
      if (missing > 0) screen.note(`${counted(missing, "row")} without ${WITHOUT[input]}: not predicted`);
      screen.note(...warningLines([...foreignScript(manifest, seen), ...categories.warnings()]));
      await sink.close();
      if (output !== undefined) screen.note(`Wrote ${counted(sink.written, "row")} with ${answers.what} to ${output}.`);
      screen.result({ model: { name, version }, rows: done, ...sink.document() });
    } catch (error) {
      await sink.discard();
      if (!signal.aborted) throw error;
      screen.note(output === undefined ? "Stopped." : `Stopped; ${output} was not written.`);
      process.exitCode = EXIT_CODES.interrupted;
    }
  } finally {
    interrupt.release();
    model.release();
  }
}

/** What is asked of the model. */
async function requestOf(options: PredictOptions): Promise<AnswerOptions> {
  const { jsonSchema } = options;
  const given = ANSWER_OPTIONS.flatMap((option) => (options[option] === undefined ? [] : [[option, options[option]]]));
  const schema = jsonSchema === undefined ? {} : { jsonSchema: await readJsonSchema(jsonSchema) };
  return { ...Object.fromEntries(given), ...schema };
}

/** Shows a text as it comes. */
async function showStream(texts: AsyncIterable<string>): Promise<void> {
  let isBegun = false;
  try {
    for await (const text of texts) {
      process.stdout.write(plainLines(text));
      isBegun = true;
    }
  } finally {
    if (isBegun) process.stdout.write("\n");
  }
}

/** What a row that is not predicted lacks, by what the model reads. */
const WITHOUT = {
  text: "a text",
  "text-pair": "one of two texts",
  row: "a value in any column",
  series: "a history",
  user: "a user",
} as const;

/** What an item says, where it is made of texts. */
function textOf(item: Item): string {
  return typeof item === "string"
    ? item
    : Object.values(item)
        .filter((value) => typeof value === "string")
        .join("\n");
}

/** Texts whose script is looked at. */
const SEEN = 1000;

async function* batches(source: PredictionSource, size: number): AsyncGenerator<TableRow[]> {
  let batch: TableRow[] = [];
  for await (const row of source.table.rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
