import type { TableRow } from "@modelwright/data";
import type { ShownAnswer } from "../../tasks/task.ts";
import type { Screen } from "../output/screen.ts";
import { cellsOf, type TableWriter, writeTable } from "../tables/write-table.ts";
import { freeColumns } from "./free-columns.ts";
import type { Item, PredictionSource } from "./prediction-arguments.ts";

/** Where predictions go. */
export interface Sink {
  readonly isOnScreen: boolean;
  /** @param answered Nothing for a row that has nothing to predict of: it keeps its place. */
  put(row: TableRow, answered: { readonly item: Item; readonly answer: ShownAnswer } | undefined): Promise<void>;
  /** Rows that were written; of an answer of several there are as many. */
  readonly written: number;
  close(): Promise<void>;
  discard(): Promise<void>;
  /** What the JSON document says of them. */
  document(): Readonly<Record<string, unknown>>;
}

export async function openSink(sink: {
  readonly screen: Screen;
  readonly source: PredictionSource;
  /** A table to write to. Default: the screen, or one JSON document. */
  readonly output: { readonly path: string; readonly force: boolean } | undefined;
  readonly columns: readonly string[];
}): Promise<Sink> {
  const { screen, source, output, columns } = sink;
  if (output !== undefined) {
    const names = freeColumns(source.table.columns, columns);
    const all = [...source.table.columns, ...names];
    const writer = await writeTable(output.path, { columns: all, force: output.force });
    return fileSink(writer, names, output.path);
  }
  return screen.json ? jsonSink(source) : screenSink(screen, source);
}

/** An input row with its answer; no value of the input is changed. */
function fileSink(writer: TableWriter, names: readonly string[], output: string): Sink {
  let written = 0;
  return {
    isOnScreen: false,
    get written() {
      return written;
    },
    put: async (row, answered) => {
      const rows = answered?.answer.rows ?? [answered?.answer.cells ?? []];
      written += rows.length;
      for (const cells of rows) await writer.write([...cellsOf(row), ...names.map((_, i) => cells[i])]);
    },
    close: () => writer.close(),
    discard: () => writer.discard(),
    document: () => ({ output }),
  };
}

function jsonSink({ shown }: PredictionSource): Sink {
  const predictions: unknown[] = [];
  return {
    isOnScreen: false,
    written: 0,
    put: async (_, answered) => {
      predictions.push({ ...shown(answered?.item), ...answered?.answer.json });
    },
    close: async () => {},
    discard: async () => {},
    document: () => ({ predictions }),
  };
}

function screenSink(screen: Screen, { lacks }: PredictionSource): Sink {
  return {
    isOnScreen: true,
    written: 0,
    put: async (_, answered) => screen.say(...(answered?.answer.lines ?? [`       –  (no ${lacks})`])),
    close: async () => {},
    discard: async () => {},
    document: () => ({}),
  };
}
