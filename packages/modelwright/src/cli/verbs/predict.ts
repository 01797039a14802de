import { existsSync } from "node:fs";
import { type ModelManifest, ModelwrightError, type TextItem, type TextPair } from "@modelwright/contracts";
import { type TableRow, wholeText } from "@modelwright/data";
import type { ExecutionProviderChoice } from "@modelwright/engine";
import { loadVersionOf } from "@modelwright/inference";
import type { Command } from "commander";
import { findVersion } from "../../pipeline/find-version.ts";
import { foreignScript } from "../../pipeline/foreign-script.ts";
import { trainedReading } from "../../pipeline/trained-reading.ts";
import { ANSWERS } from "../../tasks/answers.ts";
import type { AnswerOptions, ShownAnswer } from "../../tasks/task.ts";
import { plainLines } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { colours } from "../output/colours.ts";
import { Screen } from "../output/screen.ts";
import { freeColumns } from "../prediction/free-columns.ts";
import { type PredictionSource, predictionSource } from "../prediction/prediction-source.ts";
import { PROVIDER_OPTION, providerName } from "../provider-option.ts";
import { tableWarnings, warningLines } from "../tables/table-warnings.ts";
import { cellsOf, checkTarget, type TableWriter, writeTable } from "../tables/write-table.ts";
import { type CommonOptions, collectText, decimal, ENCODING_OPTION, verb, wholeNumber } from "../verb.ts";

interface PredictOptions extends CommonOptions, AnswerOptions {
  readonly file?: string;
  readonly column?: string;
  readonly second?: string;
  readonly encoding?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly stream?: boolean;
  readonly executionProvider?: ExecutionProviderChoice;
}

/** Options that only some tasks know, as they are written. */
const FLAGS: Readonly<Record<keyof AnswerOptions, string>> = {
  top: "--top",
  maxTokens: "--max-tokens",
  temperature: "--temperature",
  topK: "--top-k",
  topP: "--top-p",
  minP: "--min-p",
  repetitionPenalty: "--repetition-penalty",
  beams: "--beams",
  stop: "--stop",
  regex: "--regex",
  seed: "--seed",
};

export function predictVerb(): Command {
  return verb("predict", {
    examples: [
      'modelwright predict tickets "Where is my parcel?"',
      "modelwright predict tickets --file june.csv --column body --output labelled.csv",
      'modelwright predict inference "A man sleeps." --second "Somebody is awake."',
      "cat lines.txt | modelwright predict tickets --top 3",
      'modelwright predict gpt-brown "The mayor said" --max-tokens 40 --temperature 0.8',
      'modelwright predict bert-brown "The [MASK] said so." --top 3',
    ],
  })
    .argument("<model>", "name, name@alias or name:version")
    .argument(
      "[texts...]",
      "texts to label, to write on behind, or with [MASK] to fill in; - or nothing: lines from a pipe",
    )
    .option("--file <path>", "CSV, TSV or JSON Lines file, or a .txt file with one text per line")
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
      "show the k likeliest labels (default: 1), or tokens for each [MASK] (default: 5)",
      wholeNumber("--top", { min: 1, max: 1000 }),
    )
    .option(
      "--max-tokens <n>",
      "write at most so many tokens (default: 100)",
      wholeNumber("--max-tokens", { min: 1, max: 100_000 }),
    )
    .option(
      "--temperature <t>",
      "0: always the likeliest token; below 1 likelier ones gain (default: 1)",
      decimal("--temperature", { min: 0, max: 100 }),
    )
    .option(
      "--top-k <k>",
      "draw from the k likeliest tokens only (default: all)",
      wholeNumber("--top-k", { min: 1, max: 1_000_000 }),
    )
    .option(
      "--top-p <share>",
      "draw from the fewest tokens with this share of the probability (default: 1)",
      decimal("--top-p", { above: 0, max: 1 }),
    )
    .option(
      "--min-p <share>",
      "draw from tokens of at least this share of the likeliest one's probability (default: 0)",
      decimal("--min-p", { min: 0, max: 1 }),
    )
    .option(
      "--repetition-penalty <p>",
      "above 1, tokens that were there already become less likely (default: 1)",
      decimal("--repetition-penalty", { above: 0, max: 100 }),
    )
    .option(
      "--beams <n>",
      "follow so many texts at once and write the likeliest; nothing is drawn then (default: 1)",
      wholeNumber("--beams", { min: 1, max: 64 }),
    )
    .option("--stop <text>", "end the text before this; may be repeated", collectText)
    .option("--regex <pattern>", "write only what matches the pattern as a whole")
    .option("--stream", "show the text as it is written; not with --beams")
    .option(
      "--seed <n>",
      "the same seed writes the same text (default: 7)",
      wholeNumber("--seed", { min: 0, max: Number.MAX_SAFE_INTEGER }),
    )
    .option(...PROVIDER_OPTION, providerName)
    .option("--force", "overwrite an output file that exists")
    .action(predict);
}

async function predict(reference: string, texts: readonly string[], options: PredictOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  if (options.output !== undefined) await checkTarget(options.output, options.force === true);
  const { name, version, manifest, directory } = await findVersion(reference, options.registry);
  const { columns: trained } = await trainedReading(directory);
  const source = await predictionSource({
    model: reference,
    texts,
    encoding: options.encoding,
    trained,
    ...(options.file === undefined ? {} : { file: options.file }),
    ...(options.column === undefined ? {} : { column: options.column }),
    ...(options.second === undefined ? {} : { second: options.second }),
    isPair: readsPairs(manifest),
  });
  for (const text of texts) {
    if (/^\S+\.\w+$/.test(text) && existsSync(text)) {
      screen.note(
        `${colours.yellow("!")} "${text}" is taken as a text; the file of that name is read with --file ${text}`,
      );
    }
  }
  const tellWarnings = tableWarnings(screen, source.table.warnings);
  const answers = ANSWERS[manifest.task];
  for (const [option, flag] of Object.entries(FLAGS) as [keyof AnswerOptions, string][]) {
    if (options[option] === undefined || answers.options.includes(option)) continue;
    const problem = `${flag} does not apply to ${name}:${version}, a model of ${manifest.task}`;
    throw new ModelwrightError("CLI_USAGE", { problem, help: "modelwright predict --help" });
  }
  checkStream(options, { stream: answers.stream, model: `${name}:${version}`, task: manifest.task });
  const { executionProvider } = options;
  const model = await loadVersionOf(
    manifest.task,
    directory,
    executionProvider === undefined ? {} : { executionProvider },
  );
  try {
    const sink = await openSink({ screen, source, options, columns: answers.columns(model, options) });
    try {
      let done = 0;
      let missing = 0;
      const seen: string[] = [];
      for await (const rows of batches(source, answers.rowsAtOnce)) {
        const items = rows.map(source.itemOf);
        const present = items.filter((item) => item !== undefined);
        if (seen.length < SEEN) seen.push(...present.slice(0, SEEN - seen.length).map(wholeText));
        if (options.stream) {
          for (const item of present) await showStream(wholeText(item), answers.stream!(model, item, options));
          done += rows.length;
          missing += rows.length - present.length;
          continue;
        }
        const shown = (present.length === 0 ? [] : await answers.answer(model, present, options)).values();
        for (const [i, row] of rows.entries()) {
          await sink.put(row, items[i] === undefined ? undefined : { item: items[i], answer: shown.next().value! });
        }
        done += rows.length;
        missing += rows.length - present.length;
        if (!sink.isOnScreen) screen.progress(`predicted ${counted(done, "row")}`);
      }
      tellWarnings();
      if (done === missing) throw new ModelwrightError("CLI_INPUT_MISSING", { model: reference });
      if (missing > 0) screen.note(`${counted(missing, "row")} without a text: not predicted`);
      screen.note(...warningLines(foreignScript(manifest, seen)));
      await sink.close();
      if (options.output !== undefined)
        screen.note(`Wrote ${counted(done, "row")} with ${answers.what} to ${options.output}.`);
      screen.result({ model: { name, version }, rows: done, ...sink.document() });
    } catch (error) {
      await sink.discard();
      throw error;
    }
  } finally {
    model.release();
  }
}

/** @throws {ModelwrightError} `CLI_USAGE` where answers are no texts, or do not go to the screen as they are. */
function checkStream(
  { stream, json, output, beams = 1 }: PredictOptions,
  model: { readonly stream: unknown; readonly model: string; readonly task: string },
): void {
  if (!stream) return;
  const help = "modelwright predict --help";
  if (model.stream === undefined) {
    throw new ModelwrightError("CLI_USAGE", {
      problem: `--stream does not apply to ${model.model}, a model of ${model.task}`,
      help,
    });
  }
  if (beams > 1)
    throw new ModelwrightError("CLI_USAGE", {
      problem: "--stream has nothing to show beside --beams: the likeliest text is known when all are written",
      help,
    });
  if (json || output !== undefined)
    throw new ModelwrightError("CLI_USAGE", {
      problem: "--stream goes to the screen, not with --json or --output",
      help,
    });
}

/** Shows a text behind its beginning, as it comes. */
async function showStream(beginning: string, texts: AsyncIterable<string>): Promise<void> {
  process.stdout.write(plainLines(beginning));
  for await (const text of texts) process.stdout.write(plainLines(text));
  process.stdout.write("\n");
}

/** Whether a version reads two texts at once. */
function readsPairs({ signature }: ModelManifest): boolean {
  return signature.input === "text-pair";
}

/** Texts whose script is looked at. */
const SEEN = 1000;

/** In the place of an answer on the screen. */
const NO_TEXT = "       –  (no text)";

/** Where predictions go. */
interface Sink {
  readonly isOnScreen: boolean;
  /** @param answered Nothing for a row without a text: it keeps its place. */
  put(row: TableRow, answered: { readonly item: TextItem; readonly answer: ShownAnswer } | undefined): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
  /** What the JSON document says of them. */
  document(): Readonly<Record<string, unknown>>;
}

async function openSink(sink: {
  readonly screen: Screen;
  readonly source: PredictionSource;
  readonly options: PredictOptions;
  readonly columns: readonly string[];
}): Promise<Sink> {
  const { screen, source, options, columns } = sink;
  if (options.output !== undefined) {
    const names = freeColumns(source.table.columns, columns);
    const all = [...source.table.columns, ...names];
    const writer = await writeTable(options.output, { columns: all, force: options.force === true });
    return fileSink(writer, names, options.output);
  }
  return screen.json ? jsonSink() : screenSink(screen);
}

/** An input row with its answer; no value of the input is changed. */
function fileSink(writer: TableWriter, names: readonly string[], output: string): Sink {
  return {
    isOnScreen: false,
    put: (row, answered) => writer.write([...cellsOf(row), ...names.map((_, i) => answered?.answer.cells[i])]),
    close: () => writer.close(),
    discard: () => writer.discard(),
    document: () => ({ output }),
  };
}

function jsonSink(): Sink {
  const predictions: unknown[] = [];
  return {
    isOnScreen: false,
    put: async (_, answered) => {
      predictions.push(
        answered === undefined ? { text: null } : { ...shownItem(answered.item), ...answered.answer.json },
      );
    },
    close: async () => {},
    discard: async () => {},
    document: () => ({ predictions }),
  };
}

function shownItem(item: TextItem): TextPair | { readonly text: string } {
  return typeof item === "string" ? { text: item } : item;
}

function screenSink(screen: Screen): Sink {
  return {
    isOnScreen: true,
    put: async (_, answered) => screen.say(...(answered?.answer.lines ?? [NO_TEXT])),
    close: async () => {},
    discard: async () => {},
    document: () => ({}),
  };
}

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
