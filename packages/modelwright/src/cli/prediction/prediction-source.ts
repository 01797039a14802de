import { type ItemOf, type ModelManifest, ModelwrightError, type TaskName } from "@modelwright/contracts";
import type { RoleColumns, Table, TableRow } from "@modelwright/data";
import { rowSource } from "./row-source.ts";
import { textSource } from "./text-source.ts";

/** What a model reads at once, whatever its task. */
export type Item = ItemOf<TaskName>;

/** Rows to predict, with all their columns. */
export interface PredictionSource {
  readonly table: Table;
  /**
   * What the model reads of a row; `undefined` where it is missing.
   *
   * @throws {ModelwrightError} `DATA_VALUE_TYPE` where it is nothing that the model can read.
   */
  readonly itemOf: (row: TableRow) => Item | undefined;
  /** An item in a JSON document, or what stands for one that is missing. */
  readonly shown: (item: Item | undefined) => object;
}

/** What the command line says of what is to be predicted. */
export interface PredictionArguments {
  /** The model as it is called there. */
  readonly model: string;
  readonly manifest: ModelManifest;
  /** Of a model of texts: texts. Of one of rows: a row each, as JSON, or values by column of one. */
  readonly items: readonly string[];
  readonly file?: string | undefined;
  /** Of a file, and of a model of texts. Default: the one that the model was trained with, or that is called or looks like the text. */
  readonly column?: string | undefined;
  /** Of a model of pairs: what is beside the one text that is given, or of a file the column that holds it. */
  readonly second?: string | undefined;
  readonly encoding?: string | undefined;
  /** Columns that the model was trained with, by role. */
  readonly trained: RoleColumns;
}

/** Arguments after what goes for all models: items, a file, or neither where they are piped in. */
export type CheckedArguments = Omit<PredictionArguments, "items" | "file"> &
  ({ readonly items: readonly [string, ...string[]] } | { readonly file: string } | { readonly piped: true });

/** In the place of an item or a file: what is piped in. */
const PIPE = "-";

/**
 * Where the items come from: the command line, a file, or a pipe, which `-` stands for too.
 *
 * @throws {ModelwrightError} `CLI_INPUT_MISSING` without any of them, `CLI_COLUMN_MISSING`, `CLI_USAGE` for
 *   two of them, and what `openArgument` throws.
 */
export async function predictionSource(options: PredictionArguments): Promise<PredictionSource> {
  const { items, file, ...others } = options;
  const { model, manifest, column } = others;
  const isPiped = file === PIPE || (items.length === 1 && items[0] === PIPE);
  if (!isPiped && items.includes(PIPE)) throw usage(`"${PIPE}" stands for a pipe, and goes with nothing beside it`);
  if (file === undefined && column !== undefined) throw usage("--column goes with --file");
  if (items.length > 0 && file !== undefined)
    throw usage("what is to be predicted and --file cannot be given together");
  const { input } = manifest.signature;
  const open = input === "row" ? rowSource : textSource;
  const [first, ...rest] = isPiped ? [] : items;
  if (first !== undefined) return open({ ...others, items: [first, ...rest] });
  if (file !== undefined && !isPiped) return open({ ...others, file });
  if (process.stdin.isTTY) throw missingInput(model, input);
  return open({ ...others, piped: true });
}

/** What a model reads, and how one is given. */
const INPUTS: Readonly<Record<ModelManifest["signature"]["input"], { readonly what: string; readonly given: string }>> =
  {
    text: { what: "text", given: '"a text"' },
    "text-pair": { what: "pair of texts", given: '"a text" --second "another"' },
    row: { what: "row", given: "age=31 plan=basic" },
  };

export function missingInput(model: string, input: ModelManifest["signature"]["input"]): ModelwrightError {
  const { what, given } = INPUTS[input];
  return new ModelwrightError("CLI_INPUT_MISSING", { what, example: `modelwright predict ${model} ${given}` });
}

export function usage(problem: string): ModelwrightError {
  return new ModelwrightError("CLI_USAGE", { problem, help: "modelwright predict --help" });
}

/** Lines that are given as they stand, as a table. */
export function givenTable(columns: readonly string[], lines: readonly (readonly (string | undefined)[])[]): Table {
  async function* rows(): AsyncGenerator<TableRow> {
    for (const [i, cells] of lines.entries()) yield { cells: [...cells], line: i + 1 };
  }
  const name = "the command line";
  return { name, columns: [...columns], rows: { [Symbol.asyncIterator]: rows }, warnings: new Set() };
}
