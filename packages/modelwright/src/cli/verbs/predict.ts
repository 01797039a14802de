import { ModelwrightError } from "@modelwright/contracts";
import type { ExecutionProviderChoice } from "@modelwright/engine";
import type { TextPrediction } from "@modelwright/server";
import type { Command } from "commander";
import { loadModel } from "../../pipeline/load-model.ts";
import { plainText, shorten } from "../output/plain-text.ts";
import { counted, percent } from "../output/quantities.ts";
import { Screen } from "../output/screen.ts";
import { likeliest, predictionColumns, withPrediction } from "../prediction/prediction-columns.ts";
import { type PredictionSource, predictionSource } from "../prediction/prediction-source.ts";
import type { TableRow } from "../tables/read-table.ts";
import { checkTarget, type TableWriter, writeTable } from "../tables/write-table.ts";
import { type CommonOptions, PROVIDER_OPTION, providerName, verb, wholeNumber } from "../verb.ts";

interface PredictOptions extends CommonOptions {
  readonly file?: string;
  readonly column?: string;
  readonly output?: string;
  readonly top: number;
  readonly force?: boolean;
  readonly executionProvider?: ExecutionProviderChoice;
}

/** Rows that are predicted, shown and written together. */
const BATCH_ROWS = 256;
/** A longer label pushes its text to the right. */
const LABEL_WIDTH = 32;

export function predictVerb(): Command {
  return verb("predict", {
    summary: "label texts from the command line, a file or a pipe",
    examples: [
      'modelwright predict tickets "Where is my parcel?"',
      "modelwright predict tickets --file june.csv --column body --output labelled.csv",
      "cat lines.txt | modelwright predict tickets --top 3",
    ],
  })
    .argument("<model>", "name, name@alias or name:version")
    .argument("[texts...]", "texts to label")
    .option("--file <path>", "CSV, TSV or JSON Lines file, or a .txt file with one text a line")
    .option("--column <name>", "column of the file that holds the text (default: text)")
    .option("--output <path>", "write all columns with the prediction to a .csv or .jsonl file")
    .option("--top <k>", "show the k likeliest labels", wholeNumber("--top", { min: 1, max: 1000 }), 1)
    .option(...PROVIDER_OPTION, providerName)
    .option("--force", "overwrite an output file that exists")
    .action(predict);
}

async function predict(reference: string, texts: readonly string[], options: PredictOptions): Promise<void> {
  const screen = new Screen({ json: options.json === true });
  if (options.output !== undefined) await checkTarget(options.output, options.force === true);
  const source = await predictionSource({
    model: reference,
    texts,
    ...(options.file === undefined ? {} : { file: options.file }),
    ...(options.column === undefined ? {} : { column: options.column }),
  });
  const model = await loadModel(reference, {
    ...(options.registry === undefined ? {} : { registry: options.registry }),
    ...(options.executionProvider === undefined ? {} : { executionProvider: options.executionProvider }),
  });
  try {
    const { name, version } = model.manifest;
    const top = Math.min(options.top, model.labels.length);
    const sink = await openSink({ screen, source, options, labels: model.labels, top });
    try {
      let done = 0;
      for await (const rows of batches(source)) {
        const predictions = await model.predict(rows.map(({ values }) => source.textOf(values)));
        for (const [i, row] of rows.entries()) await sink.put(row, predictions[i]!);
        done += rows.length;
        if (!sink.isOnScreen) screen.progress(`predicted ${counted(done, "row")}`);
      }
      if (done === 0) throw new ModelwrightError("CLI_INPUT_MISSING", { model: reference });
      await sink.close();
      if (options.output !== undefined) screen.note(`Wrote ${counted(done, "row")} with labels to ${options.output}.`);
      screen.result({ model: { name, version }, rows: done, ...sink.document() });
    } catch (error) {
      await sink.discard();
      throw error;
    }
  } finally {
    model.release();
  }
}

/** Where predictions go. */
interface Sink {
  readonly isOnScreen: boolean;
  put(row: TableRow, prediction: TextPrediction): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
  /** What the JSON document says of them. */
  document(): Readonly<Record<string, unknown>>;
}

async function openSink(sink: {
  readonly screen: Screen;
  readonly source: PredictionSource;
  readonly options: PredictOptions;
  readonly labels: readonly string[];
  readonly top: number;
}): Promise<Sink> {
  const { screen, source, options, labels, top } = sink;
  if (options.output !== undefined) {
    const names = predictionColumns(source.columns, top);
    const all = [...source.columns, ...names.flat()];
    const writer = await writeTable(options.output, { columns: all, force: options.force === true });
    return fileSink(writer, names, options.output);
  }
  return screen.json ? jsonSink(source, top) : screenSink({ screen, source, labels, top });
}

function fileSink(writer: TableWriter, names: ReturnType<typeof predictionColumns>, output: string): Sink {
  return {
    isOnScreen: false,
    put: ({ values }, prediction) => writer.write(withPrediction(values, prediction, names)),
    close: () => writer.close(),
    discard: () => writer.discard(),
    document: () => ({ output }),
  };
}

function jsonSink(source: PredictionSource, top: number): Sink {
  const predictions: unknown[] = [];
  return {
    isOnScreen: false,
    put: async ({ values }, prediction) => {
      const { label, probability } = prediction;
      const others = top === 1 ? {} : { top: likeliest(prediction, top) };
      predictions.push({ text: source.textOf(values), label, probability, ...others });
    },
    close: async () => {},
    discard: async () => {},
    document: () => ({ predictions }),
  };
}

function screenSink(options: {
  readonly screen: Screen;
  readonly source: PredictionSource;
  readonly labels: readonly string[];
  readonly top: number;
}): Sink {
  const { screen, source, labels, top } = options;
  const width = Math.min(LABEL_WIDTH, Math.max(...labels.map((label) => plainText(label).length)));
  return {
    isOnScreen: true,
    put: async ({ values }, prediction) => {
      const text = `"${shorten(plainText(source.textOf(values)), 80)}"`;
      const ranked = likeliest(prediction, top).map(
        ({ label, probability }) => `${percent(probability).padStart(8)}  ${plainText(label).padEnd(width)}`,
      );
      if (top === 1) screen.say(`${ranked[0]}  ${text}`);
      else screen.say(text, ...ranked.map((line) => line.trimEnd()));
    },
    close: async () => {},
    discard: async () => {},
    document: () => ({}),
  };
}

async function* batches(source: PredictionSource): AsyncGenerator<TableRow[]> {
  let batch: TableRow[] = [];
  for await (const row of source.rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
