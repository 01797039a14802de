import { plainText } from "../../wording/plain-text.ts";
import type { Screen } from "../output/screen.ts";
import { cellsOf, type OutputCell } from "../tables/write-table.ts";
import type { AnsweredRow } from "./answer-rows.ts";
import { freeColumns } from "./free-columns.ts";
import type { PredictionSource } from "./prediction-arguments.ts";
import { rowProblem } from "./row-error.ts";
import { type OutputCounts, type UnfinishedOptions, UnfinishedOutput } from "./unfinished-output.ts";

/** Where predictions go. */
export interface Sink {
  readonly isOnScreen: boolean;
  /** What an earlier run has done: its rows are not put again. */
  readonly resumed: OutputCounts;
  /** Rows that were answered together. */
  put(rows: readonly AnsweredRow[]): Promise<void>;
  /** Rows that were written; of an answer of several there are as many. */
  readonly written: number;
  close(): Promise<void>;
  discard(): Promise<void>;
  /** Ends early, and says what is left to a later run: undefined where nothing is. */
  keep(): Promise<{ readonly folder: string; readonly rows: number } | undefined>;
  /** What the JSON document says of them. */
  document(): Readonly<Record<string, unknown>>;
}

/** The column of what is wrong with a row, where such rows are kept. */
const ERROR_COLUMN = "error";
const NOTHING: OutputCounts = { rows: 0, missing: 0, bad: 0 };

export async function openSink(sink: {
  readonly screen: Screen;
  readonly source: PredictionSource;
  /** A table to write to. Default: the screen, or one JSON document. */
  readonly output: Pick<UnfinishedOptions, "path" | "plan" | "restart" | "types"> | undefined;
  readonly columns: readonly string[];
  /** Whether rows that cannot be predicted are kept, with a column that says why. */
  readonly keepsBadRows: boolean;
}): Promise<Sink> {
  const { screen, source, output, columns, keepsBadRows } = sink;
  if (output === undefined) return screen.json ? jsonSink(source) : screenSink(screen, source);
  const given = source.table.columns;
  const names = freeColumns(given, keepsBadRows ? [...columns, ERROR_COLUMN] : columns);
  // Only what stands in the file keeps its type: a reader may have made texts of its columns.
  const types = new Map([...(output.types ?? [])].filter(([name]) => given.includes(name)));
  const plan = output.plan && { ...output.plan, options: { ...output.plan.options, columns: [...given, ...names] } };
  const file = await UnfinishedOutput.open({ ...output, plan, types, columns: [...given, ...names] });
  return fileSink(file, { answers: columns.length, source, keepsBadRows, path: output.path });
}

/** An input row with its answer; no value of the input is changed. */
function fileSink(
  file: UnfinishedOutput,
  about: {
    readonly answers: number;
    readonly source: PredictionSource;
    readonly keepsBadRows: boolean;
    readonly path: string;
  },
): Sink {
  const { answers: width, source, keepsBadRows, path } = about;
  const filled = (cells: readonly OutputCell[]) => Array.from({ length: width }, (_, place) => cells[place]);
  const rowsOf = ({ row, item, answers, error }: AnsweredRow): OutputCell[][] => {
    const own = cellsOf(row);
    if (answers.length === 0) {
      const lack = item === undefined ? `no ${source.lacks}` : undefined;
      const problem = error === undefined ? lack : rowProblem(error);
      return [[...own, ...filled([]), ...(keepsBadRows ? [problem] : [])]];
    }
    return answers
      .flatMap(({ rows, cells }) => rows ?? [cells])
      .map((cells) => [...own, ...filled(cells), ...(keepsBadRows ? [undefined] : [])]);
  };
  return {
    isOnScreen: false,
    resumed: file.resumed,
    get written() {
      return file.written;
    },
    put: (rows) => file.append(rows.flatMap(rowsOf), countsOf(rows)),
    close: () => file.finish(),
    discard: () => file.discard(),
    keep: () => file.keep(),
    document: () => ({ output: path }),
  };
}

export function countsOf(rows: readonly AnsweredRow[]): OutputCounts {
  const bad = rows.filter(({ error }) => error !== undefined).length;
  const missing = rows.filter(({ item, error }) => item === undefined && error === undefined).length;
  return { rows: rows.length, missing, bad };
}

function jsonSink({ shown }: PredictionSource): Sink {
  const predictions: unknown[] = [];
  return {
    ...withoutFile,
    isOnScreen: false,
    put: async (rows) => {
      for (const { item, answers, error } of rows) {
        const failure = error === undefined ? {} : { error: { code: error.code, message: rowProblem(error) } };
        if (answers.length === 0) predictions.push({ ...shown(item), ...failure });
        for (const { json } of answers) predictions.push({ ...shown(item), ...json });
      }
    },
    document: () => ({ predictions }),
  };
}

function screenSink(screen: Screen, { lacks }: PredictionSource): Sink {
  return {
    ...withoutFile,
    isOnScreen: true,
    put: async (rows) => {
      for (const { answers, error } of rows) {
        const nothing = `       –  (${error === undefined ? `no ${lacks}` : plainText(rowProblem(error))})`;
        screen.say(...(answers.length === 0 ? [nothing] : answers.flatMap(({ lines }) => lines)));
      }
    },
    document: () => ({}),
  };
}

const withoutFile = {
  resumed: NOTHING,
  written: 0,
  close: async () => {},
  discard: async () => {},
  keep: async () => undefined,
} satisfies Partial<Sink>;
