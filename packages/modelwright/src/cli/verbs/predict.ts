import { existsSync } from "node:fs";
import { extname } from "node:path";
import { type ModelManifest, ModelwrightError } from "@modelwright/contracts";
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
import { answerRows } from "../prediction/answer-rows.ts";
import { ANSWER_OPTIONS, checkFlags } from "../prediction/check-flags.ts";
import { NewCategories } from "../prediction/new-categories.ts";
import { checkOutput } from "../prediction/output-formats.ts";
import { outputProgress } from "../prediction/output-progress.ts";
import type { Item } from "../prediction/prediction-arguments.ts";
import { type InputFile, inputFile, manifestDigest, type PredictionPlan } from "../prediction/prediction-plan.ts";
import { missingInput, predictionSource } from "../prediction/prediction-source.ts";
import { placedError } from "../prediction/row-error.ts";
import { countsOf, openSink, type Sink } from "../prediction/sinks.ts";
import { addWritingFlags, readJsonSchema, type WritingFlags } from "../prediction/writing-flags.ts";
import { PROVIDER_OPTION, providerName } from "../provider-option.ts";
import { tableWarnings, warningLines } from "../tables/table-warnings.ts";
import { stopOnInterrupt } from "../training/stop-on-interrupt.ts";
import { type CommonOptions, collectText, ENCODING_OPTION, oneOf, verb, wholeNumber } from "../verb.ts";

interface PredictOptions extends CommonOptions, Omit<AnswerOptions, "jsonSchema">, WritingFlags {
  readonly file?: string;
  readonly column?: string;
  readonly second?: string;
  readonly encoding?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly badRows: "stop" | "keep";
  readonly restart?: boolean;
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
      "modelwright predict churn --file customers.parquet --output churn.parquet",
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
    .option("--output <path>", "write all columns with the prediction to a .csv, .jsonl or .parquet file")
    .option(
      "--bad-rows <what>",
      "rows that the model cannot read: stop at the first, or keep them, with a column that says what is wrong",
      oneOf("--bad-rows", BAD_ROWS),
      "stop",
    )
    .option("--restart", "begin with the first row, though an interrupted run of the same command could go on")
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
  const { output, file, executionProvider, n = 1 } = options;
  if (output !== undefined) await checkOutput(output, options.force === true);
  const { name, version, manifest, directory } = await findVersion(reference, options.registry);
  const { columns: trained } = await trainedReading(directory);
  const source = await predictionSource({
    model: reference,
    manifest,
    items: given,
    file,
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
  if (output !== undefined && file !== undefined) screen.progress(`looking through ${file}`);
  const read = output === undefined || file === undefined ? undefined : await inputFile(file);
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
  const ask = async (items: readonly Item[]) => {
    signal.throwIfAborted();
    if (options.stream) {
      for (const item of items) for (const draw of draws) await showStream(answers.stream!(model, item, draw));
      return items.map(() => []);
    }
    const drawn = await Promise.all(draws.map((draw) => answers.answer(model, items, draw)));
    return items.map((_, place) => drawn.map((each) => each[place]!));
  };
  const places = {
    name: source.table.name,
    by: given.length > 0 ? "number" : input === "series" ? "name" : "line",
    canKeep: output !== undefined,
  } as const;
  let sink: Sink | undefined;
  try {
    sink = await openSink({
      screen,
      source,
      output:
        output === undefined
          ? undefined
          : {
              path: output,
              restart: options.restart === true,
              plan:
                read === undefined
                  ? undefined
                  : planOf(read, { file: file!, key: described.name, manifest, options, asked }),
              types: read?.types ?? new Map(),
            },
      columns: answers.columns(model, asked),
      keepsBadRows: options.badRows === "keep",
    });
    const { resumed } = sink;
    if (resumed.rows > 0) {
      screen.note(
        `An interrupted run has predicted ${counted(resumed.rows, "row")}; the rest follows (--restart begins anew)`,
      );
    }
    let { rows: done, missing, bad } = resumed;
    let firstBad: ModelwrightError | undefined;
    const seen: string[] = [];
    const categories = new NewCategories(manifest);
    const progress = outputProgress({
      ...(input !== "series" && read?.lines !== undefined ? { lines: read.lines } : {}),
      resumed: done,
    });
    const look = (items: readonly Item[]) => {
      categories.look(items);
      if (seen.length < SEEN) seen.push(...items.slice(0, SEEN - seen.length).map(textOf));
    };
    for await (const rows of answerRows({
      source,
      rowsAtOnce: answers.rowsAtOnce,
      skip: done,
      ask,
      look,
      badRows: options.badRows,
      placed: (error, row, number) => placedError(error, row, { ...places, number }),
    })) {
      signal.throwIfAborted();
      if (!options.stream) await sink.put(rows);
      const counts = countsOf(rows);
      done += counts.rows;
      missing += counts.missing;
      bad += counts.bad;
      firstBad ??= rows.find(({ error }) => error !== undefined)?.error;
      if (!sink.isOnScreen) screen.progress(progress(done, rows.at(-1)!.row.line));
    }
    tellWarnings();
    if (done === missing) throw missingInput(reference, input);
    if (missing + bad === done && firstBad !== undefined) throw firstBad;
    if (missing > 0) screen.note(`${counted(missing, "row")} without ${WITHOUT[input]}: not predicted`);
    if (bad > 0) screen.note(`${counted(bad, "row")} that the model cannot read: not predicted`);
    screen.note(...warningLines([...foreignScript(manifest, seen), ...categories.warnings()]));
    await sink.close();
    if (output !== undefined) screen.note(`Wrote ${counted(sink.written, "row")} with ${answers.what} to ${output}.`);
    screen.result({ model: { name, version }, rows: done, ...(bad > 0 ? { bad } : {}), ...sink.document() });
  } catch (error) {
    // What is wrong with a row would be met again.
    const isFinal = error instanceof ModelwrightError && error.status < 500 && error.code !== "CLI_OUTPUT_UNWRITABLE";
    const kept = isFinal ? await sink?.discard() : await sink?.keep();
    const left =
      kept && `${counted(kept.rows, "row")} of it are kept in ${kept.folder}: the same command goes on behind them.`;
    if (!signal.aborted) {
      if (left) screen.note(left);
      throw error;
    }
    if (output === undefined) screen.note("Stopped.");
    else screen.note(`Stopped; ${output} was not written. ${left ?? ""}`.trim());
    process.exitCode = EXIT_CODES.interrupted;
  } finally {
    interrupt.release();
    model.release();
  }
}

/** What decides the bytes of an output. */
function planOf(
  { sha256 }: InputFile,
  about: {
    readonly file: string;
    readonly key: string;
    readonly manifest: ModelManifest;
    readonly options: PredictOptions;
    readonly asked: AnswerOptions;
  },
): PredictionPlan {
  const { file, key, manifest, options, asked } = about;
  const { n, column, second, encoding, badRows, executionProvider = "cpu" } = options;
  return {
    format: 1,
    input: { file, sha256 },
    model: { version: key, sha256: manifestDigest(manifest) },
    options: { ...asked, n, column, second, encoding, badRows, executionProvider, output: extname(options.output!) },
  };
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

const BAD_ROWS = ["stop", "keep"] as const;

/** Texts whose script is looked at. */
const SEEN = 1000;
