import { type ItemOf, type ModelManifest, ModelwrightError, type TaskName } from "@modelwright/contracts";
import type { RoleColumns, Table, TableRow } from "@modelwright/data";

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
  /** What a row lacks that has nothing to predict of. */
  readonly lacks: string;
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

/** A command line that cannot be what is meant. */
export function usage(problem: string): ModelwrightError {
  return new ModelwrightError("CLI_USAGE", { problem, help: "modelwright predict --help" });
}
